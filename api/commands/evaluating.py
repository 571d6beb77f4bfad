"""``evaluate faq|institutions``: the figures of the matching, from exactly the code that answers citizens."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.commands.chinese import Commands
from api.commands.opening import shown
from knowledge.evaluation.damage_kind import DamageKind

evaluate = Commands(help="用带答案的问句测量准确率。")

Predictions = Annotated[Path | None, typer.Option(help="把每个问句的结果写到这个 .jsonl 文件", show_default=False)]


def add_to(app: typer.Typer) -> None:
    app.add_typer(evaluate, name="evaluate")


@evaluate.command("faq")
def evaluate_knowledge(
    knowledge: Annotated[Path, typer.Option(help="知识库文件", show_default=False)],
    queries: Annotated[Path | None, typer.Option(help="问句文件，每行 {query, id, also}", show_default=False)] = None,
    leave_one_out: Annotated[bool, typer.Option(help="每个条目留出一种问法来问")] = False,
    predictions: Predictions = None,
    damage: Annotated[
        DamageKind | None,
        typer.Option(help="每个问句弄错一处再问一遍：同音或近音字、形近字、拼音字母、繁体", show_default=False),
    ] = None,
) -> None:
    """测量问答。"""
    from api.wiring import utc_now
    from knowledge.evaluation.faq import evaluate_faq

    if (queries is None) == (not leave_one_out):
        raise typer.BadParameter("请给出 --queries 文件，或者 --leave-one-out，二者选一")
    with tempfile.TemporaryDirectory() as scratch:
        reports = [
            evaluate_faq(
                knowledge,
                queries,
                leave_one_out=leave_one_out,
                predictions=predictions if kind == damage else None,
                data_dir=Path(scratch),
                now=utc_now(),
                damage=kind,
            )
            for kind in dict.fromkeys((None, damage))
        ]
    for figures in zip(*(report.rows() for report in reports), strict=True):
        label = figures[0][0]
        shown.print(f"{label}：" + " → ".join(figure for _, figure in figures))


@evaluate.command("institutions")
def evaluate_registry(
    registry: Annotated[list[Path], typer.Option(help="名录文件，可以给出多个", show_default=False)],
    queries: Annotated[list[Path], typer.Option(help="问句文件，每行 {query, name}，可以给出多个", show_default=False)],
    predictions: Predictions = None,
) -> None:
    """测量找单位。"""
    from knowledge.evaluation.institutions import evaluate_institutions

    with tempfile.TemporaryDirectory() as scratch:
        report = evaluate_institutions(registry, queries, predictions=predictions, data_dir=Path(scratch))
    for line in report.lines():
        shown.print(line)

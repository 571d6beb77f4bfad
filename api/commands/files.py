"""``knowledge import|export|check`` and ``institutions import``: files in and out, every mistake by row and column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from api.commands.chinese import Commands
from api.commands.opening import opened_database, shown, told

File = Annotated[Path, typer.Argument(help=".jsonl、.csv 或 .xlsx 文件", show_default=False)]
IMPORTED = "命令行导入"  # who stands in the versions of what an import changed
APPLIED = "import.applied"
SHOWN_PROBLEMS = 200  # a screenful of screenfuls; the count below says how many there are

knowledge = Commands(help="知识库文件。")
institutions = Commands(help="单位名录文件。")


def add_to(app: typer.Typer) -> None:
    app.add_typer(knowledge, name="knowledge")
    app.add_typer(institutions, name="institutions")


@knowledge.command("import")
def import_knowledge(file: File) -> None:
    """把文件里的条目加入知识库，编号相同的更新；有错误时一条也不写入。"""
    from api.wiring import utc_now
    from knowledge.audit.events import MACHINE, note
    from knowledge.faq.files import import_entries
    from knowledge.store.sessions import make_sessions

    now = utc_now()
    with opened_database() as (_, engine), make_sessions(engine).begin() as session:
        report = import_entries(session, file, now=now, by=IMPORTED)
        if report.version is not None:
            counts = {"added": report.added, "changed": report.changed, "base": report.version}
            note(session, actor=MACHINE, action=APPLIED, kind="import", object_id=file.name, at=now, after=counts)
    _list_problems([*report.errors, *report.warnings])
    if report.errors:
        told.print(f"有 {len(report.errors)} 处错误，知识库没有改动；请改正后重新导入。")
        raise typer.Exit(1)
    shown.print(f"共 {report.rows} 条：新增 {report.added}，更新 {report.changed}，未变 {report.unchanged}。")


@knowledge.command("export")
def export_knowledge(file: File) -> None:
    """把整个知识库写成文件；再导入时不会有任何变化。"""
    from knowledge.faq.files import export_entries
    from knowledge.store.sessions import make_sessions

    with opened_database() as (_, engine), make_sessions(engine)() as session:
        shown.print(f"已写出 {export_entries(session, file)} 条到 {file}。")


@knowledge.command("check")
def check_knowledge(file: File) -> None:
    """只检查文件，不改动知识库。"""
    from knowledge.faq.files import check_file

    content = check_file(file)
    _list_problems([*content.errors, *content.warnings])
    counted = f"{len(content.entries)} 条可以导入，错误 {len(content.errors)} 处，提醒 {len(content.warnings)} 处。"
    shown.print(counted)
    if content.errors:
        raise typer.Exit(1)


@institutions.command("import")
def import_registry(file: File) -> None:
    """导入单位名录；有问题的行不导入并逐行列出，其余照常导入。"""
    from api.wiring import utc_now
    from knowledge.institutions.files import import_institutions
    from knowledge.store.sessions import make_sessions

    bar = Progress(TextColumn("正在导入"), TextColumn("{task.completed} 行"), TimeElapsedColumn(), console=told)
    with opened_database() as (_, engine), bar, make_sessions(engine).begin() as session:
        task = bar.add_task("rows", total=None)
        report = import_institutions(
            session, file, now=utc_now(), progress=lambda rows: bar.update(task, completed=rows)
        )
    _list_problems(report.problems)
    shown.print(
        f"新增 {report.added}，更新 {report.updated}，未变 {report.unchanged}，未导入 {report.rejected}；"
        f"提醒 {len(report.warnings)} 处。"
    )
    if report.errors:
        raise typer.Exit(1)


def _list_problems(problems: Iterable[object]) -> None:
    listed = [str(problem) for problem in problems]
    for problem in listed[:SHOWN_PROBLEMS]:
        told.print(problem)
    if len(listed) > SHOWN_PROBLEMS:
        told.print(f"……还有 {len(listed) - SHOWN_PROBLEMS} 处没有列出，请先改正上面的。")

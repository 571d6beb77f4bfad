"""``base export|import``: all that an installation knows as one file, and taken from one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.chinese import Commands
from api.commands.opening import opened_database, shown, told

if TYPE_CHECKING:
    from knowledge.imports.plan import Plan

File = Annotated[Path, typer.Argument(help=".zip 文件", show_default=False)]
IMPORTED = "命令行导入"  # who stands in the versions of what an import changed
APPLIED, EXPORTED = "import.applied", "export.made"

base = Commands(help="整库：条目、词典、金标准、废止登记和单位名录。")


def add_to(app: typer.Typer) -> None:
    app.add_typer(base, name="base")


@base.command("export")
def export_whole(file: File) -> None:
    """把整库写成一个文件，带到另一套编事通；不含群众的提问、反馈和账号。"""
    from api.wiring import utc_now
    from knowledge.audit.events import MACHINE, note
    from knowledge.imports.whole_base import export_base
    from knowledge.store.sessions import make_reading_sessions, make_sessions

    _want_zip(file)
    now = utc_now()
    with opened_database() as (_, engine):
        one_moment = engine.dialect.name == "postgresql"
        seen = engine.execution_options(isolation_level="REPEATABLE READ") if one_moment else engine
        with make_reading_sessions(seen)() as session:
            exported = export_base(session, file, now=now)
        with make_sessions(engine).begin() as session:
            rows = {"base": exported.number, **exported.rows}
            note(session, actor=MACHINE, action=EXPORTED, kind="export", object_id="base", at=now, after=rows)
    counts = "，".join(f"{_named(part)} {count}" for part, count in exported.rows.items())
    shown.print(f"已写出第 {exported.number} 版：{counts}，到 {file}。")


@base.command("import")
def import_whole(file: File) -> None:
    """把整库文件并入这里，立即生效：相同的不动，不同的更改，没有的新增，不删除；有错误时一点也不写入。"""
    from api.wiring import utc_now
    from knowledge.audit.events import MACHINE, Actor, note
    from knowledge.imports.taking import plan_base, read_base, take_base
    from knowledge.imports.whole_base import opened_base
    from knowledge.store.sessions import make_sessions

    _want_zip(file)
    now, by = utc_now(), Actor(name=IMPORTED)
    with opened_database() as (_, engine), opened_base(file) as folder:
        read = read_base(folder)
        with make_sessions(engine).begin() as session:
            planned = plan_base(session, read, now=now, may_write=None)
            plan, counts = planned.plan, planned.counts
            if not plan.errors and (plan.added or plan.changed):
                take_base(session, planned, by=by, reason=file.name[:200], now=now)
                after = {_part: list(each) for _part, each in counts.items()}
                note(
                    session, actor=MACHINE, action=APPLIED, kind="import", object_id=file.name[:64], at=now, after=after
                )
    _tell(plan, counts)
    if plan.errors:
        raise typer.Exit(1)


def _tell(plan: Plan, counts: Mapping[str, tuple[int, int, int]]) -> None:
    for row in plan.rows:
        if row.what in ("error", "warning"):
            place = f"第 {row.row} 行" if row.row else "整个文件"
            column = f" {row.column} 列" if row.column else ""
            told.print(f"{_named(row.part)}{place}{column}：{row.message}")
    if plan.errors:
        told.print(f"有 {plan.errors} 处错误，什么也没有写入；请改正后重新导入。")
        return
    for part, (added, changed, unchanged) in counts.items():
        shown.print(f"{_named(part)}：新增 {added}，更改 {changed}，未变 {unchanged}。")


def _want_zip(file: Path) -> None:
    if file.suffix.lower() != ".zip":
        raise typer.BadParameter("请写 .zip 文件")


def _named(part: str) -> str:
    from api.console.texts.imports import PART

    return PART.get(part, part)

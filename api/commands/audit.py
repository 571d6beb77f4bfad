"""``audit verify``: whether the audit log is as it was written."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.chinese import Commands
from api.commands.opening import opened_database, shown, told

audit = Commands(help="审计日志。")


def add_to(app: typer.Typer) -> None:
    app.add_typer(audit, name="audit")


@audit.callback()
def _whole() -> None:
    """A group even while it has one command."""


@audit.command("verify")
def verify_log(since: Annotated[int, typer.Option(min=1, help="从第几条开始核对")] = 1) -> None:
    """逐条核对审计日志是否被改动、删除或插入；有问题时退出码为 1。"""
    from knowledge.audit.chain import verify
    from knowledge.store.sessions import make_reading_sessions

    with opened_database() as (_, engine), make_reading_sessions(engine)() as session:
        found = verify(session, since=since)
    if found.broken_at is not None:
        told.print(
            f"审计日志在第 {found.broken_at} 条处对不上：此前 {found.count} 条无误；请保留数据库备份并追查原因。"
        )
        raise typer.Exit(1)
    shown.print(f"核对 {found.count} 条，没有改动。末条：第 {found.head.position} 条，{found.head.digest or '无'}")

"""``key add|list|revoke``: keys of other systems that use the REST interface."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.chinese import Commands
from api.commands.opening import opened_database, shown, told

if TYPE_CHECKING:
    from datetime import datetime

    from knowledge.audit.events import Actor
    from knowledge.keys.keys import KeyScope
    from knowledge.keys.models import ApiKey

Name = Annotated[str, typer.Argument(help="使用它的系统，例如 政务大厅", show_default=False)]
Scopes = Annotated[
    list[str],
    typer.Option(
        "--scope", help="用途，可写多次：knowledge、drafts、ask、institutions、statistics", show_default=False
    ),
]
Regions = Annotated[
    list[str] | None, typer.Option("--region", help="只限这个地区及其下级，可写多次", show_default=False)
]
PerMinute = Annotated[int, typer.Option("--per-minute", help="每分钟最多几次")]
Days = Annotated[
    int | None, typer.Option("--days", help="多少天后到期；不写则不到期", min=1, max=3650, show_default=False)
]
KeyId = Annotated[str, typer.Argument(help="key list 列出的编号", show_default=False)]

keys = Commands(help="其他系统使用接口的密钥。")


def add_to(app: typer.Typer) -> None:
    app.add_typer(keys, name="key")


@keys.command("add")
def add(name: Name, scopes: Scopes, regions: Regions = None, per_minute: PerMinute = 120, days: Days = None) -> None:
    """发放一个密钥；只显示这一次。"""
    from api.wiring import utc_now
    from knowledge.keys.keys import add_key
    from knowledge.store.sessions import make_sessions

    wanted, now = _scopes(scopes), utc_now()
    with opened_database() as (_, engine), make_sessions(engine).begin() as session:
        row, token = add_key(
            session,
            name=name,
            scopes=wanted,
            regions=regions or (),
            per_minute=per_minute,
            expires_at=now + timedelta(days=days) if days else None,
            by=_operator(),
            now=now,
        )
        key_id = row.id
    told.print(f"密钥 {key_id} 已发放给“{name.strip()}”。它只显示这一次，请马上交给对方保存：")
    shown.print(token)


@keys.command("list")
def list_keys() -> None:
    """列出所有密钥，不含密钥本身。"""
    from api.wiring import utc_now
    from knowledge.keys.keys import all_keys
    from knowledge.store.sessions import make_reading_sessions

    with opened_database() as (_, engine), make_reading_sessions(engine)() as session:
        listed = [_line(row, utc_now()) for row in all_keys(session)]
    for line in listed or ["还没有密钥；用 key add 发放。"]:
        shown.print(line)


@keys.command("revoke")
def revoke(key_id: KeyId) -> None:
    """停用一个密钥，立即生效。"""
    from api.wiring import utc_now
    from knowledge.keys.keys import revoke_key
    from knowledge.store.sessions import make_sessions

    with opened_database() as (_, engine), make_sessions(engine).begin() as session:
        revoked = revoke_key(session, key_id=key_id, by=_operator(), now=utc_now())
    if not revoked:
        told.print(f"没有可以停用的密钥 {key_id}；请用 key list 核对编号。")
        raise typer.Exit(1)
    shown.print(f"密钥 {key_id} 已停用。")


def _scopes(typed: list[str]) -> list[KeyScope]:
    from knowledge.keys.keys import KeyScope

    if unknown := [scope for scope in typed if scope not in set(KeyScope)]:
        raise typer.BadParameter(f"没有用途 {unknown[0]}，可用的有：{'、'.join(KeyScope)}")
    return [KeyScope(scope) for scope in typed]


def _operator() -> Actor:
    from knowledge.audit.events import Actor

    return Actor(name="命令行")


def _line(row: ApiKey, now: datetime) -> str:
    """编号、名称、用途、地区、状态."""
    from knowledge.faq.entry import shanghai_day

    if row.revoked_at:
        state = f"已停用 {shanghai_day(row.revoked_at)}"
    elif row.expires_at and row.expires_at <= now:
        state = f"已到期 {shanghai_day(row.expires_at)}"
    else:
        state = f"在用，{shanghai_day(row.expires_at)} 到期" if row.expires_at else "在用"
    used = f"最近使用 {shanghai_day(row.used_at)}" if row.used_at else "没有用过"
    regions = "、".join(row.regions) or "不限地区"
    return f"{row.id}  {row.name}  {'、'.join(row.scopes)}  {regions}  每分钟 {row.per_minute} 次  {state}  {used}"

"""``staff add|list|grant|take-back|reset|disable|enable``: accounts of the console, for whoever runs the server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.chinese import Commands
from api.commands.opening import opened_database, shown, told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from knowledge.audit.events import Actor
    from knowledge.staff.models import StaffAccount
    from knowledge.staff.rights import Role

Name = Annotated[str, typer.Argument(help="用户名", show_default=False)]
ROLES = "editor 编辑、reviewer 审核、secrecy 保密审查、handler 办理、reports 12310专员、admin 管理员、auditor 审计员"
RoleName = Annotated[str, typer.Option("--role", help=f"角色：{ROLES}", show_default=False)]
Region = Annotated[str | None, typer.Option("--region", help="只限这个地区及其下级（6位代码）", show_default=False)]
Topic = Annotated[str | None, typer.Option("--topic", help="只限这个主题", show_default=False)]

staff = Commands(help="管理台的账号和角色。")


def add_to(app: typer.Typer) -> None:
    app.add_typer(staff, name="staff")


@staff.command("add")
def add(
    name: Name,
    role: RoleName,
    display_name: Annotated[str, typer.Option("--display-name", help="显示名，例如 张三")] = "",
    region: Region = None,
    topic: Topic = None,
) -> None:
    """新建账号并授予一个角色；一次性密码只显示这一次。"""
    from api.wiring import utc_now
    from knowledge.staff import people

    wanted = _role(role)
    with _writing() as session:
        made = people.add_account(session, name=name, display_name=display_name, by=_operator(), now=utc_now())
        people.grant(
            session, staff_id=made.staff_id, role=wanted, region=region, topic=topic, by=_operator(), now=utc_now()
        )
    told.print(f"已新建账号 {name.strip()}。首次登录须改密码；下面的一次性密码只显示这一次：")
    shown.print(made.password)


@staff.command("list")
def list_accounts() -> None:
    """列出账号及其角色。"""
    from sqlalchemy import select

    from knowledge.staff.models import StaffAccount
    from knowledge.store.sessions import make_reading_sessions

    with opened_database() as (_, engine), make_reading_sessions(engine)() as session:
        accounts = session.scalars(select(StaffAccount).order_by(StaffAccount.name)).all()
        lines = [_line(session, account) for account in accounts]
    for line in lines or ["还没有账号；首次启动服务时会新建 admin。"]:
        shown.print(line)


@staff.command("grant")
def give(name: Name, role: RoleName, region: Region = None, topic: Topic = None) -> None:
    """再授予一个角色。"""
    from api.wiring import utc_now
    from knowledge.staff import people

    wanted = _role(role)
    with _writing() as session:
        person = _person(session, name)
        people.grant(
            session, staff_id=person.id, role=wanted, region=region, topic=topic, by=_operator(), now=utc_now()
        )
    shown.print(f"已授予 {name}：{_named(wanted)}。")


@staff.command("take-back")
def take_back(name: Name, role: RoleName) -> None:
    """收回一个角色（所有地区和主题）。"""
    from api.wiring import utc_now
    from knowledge.staff import people
    from knowledge.staff.granting import grants_of

    wanted = _role(role)
    with _writing() as session:
        person = _person(session, name)
        held = [row for row in grants_of(session, staff_id=person.id) if row.role == wanted.value]
        for row in held:
            people.take_back(session, grant_id=row.id, by=_operator(), now=utc_now())
    shown.print(f"已收回 {name}：{_named(wanted)}。" if held else f"{name} 没有这个角色，未作改动。")


@staff.command("reset")
def reset(name: Name) -> None:
    """忘记密码或被锁定时，换一个一次性密码；只显示这一次。"""
    from api.wiring import utc_now
    from knowledge.staff import people

    with _writing() as session:
        password = people.reset(session, staff_id=_person(session, name).id, by=_operator(), now=utc_now())
    told.print(f"{name} 的一次性密码，只显示这一次：")
    shown.print(password)


@staff.command("disable")
def disable(name: Name) -> None:
    """停用账号，立即退出登录；角色保留。"""
    from api.wiring import utc_now
    from knowledge.staff import people

    with _writing() as session:
        people.disable(session, staff_id=_person(session, name).id, by=_operator(), now=utc_now())
    shown.print(f"已停用 {name}。")


@staff.command("enable")
def enable(name: Name) -> None:
    """重新启用账号。"""
    from api.wiring import utc_now
    from knowledge.staff import people

    with _writing() as session:
        people.enable(session, staff_id=_person(session, name).id, by=_operator(), now=utc_now())
    shown.print(f"已启用 {name}。")


@contextlib.contextmanager
def _writing() -> Iterator[Session]:
    """One transaction; a refusal leaves nothing behind."""
    from knowledge.store.sessions import make_sessions

    with opened_database() as (_, engine), make_sessions(engine).begin() as session:
        yield session


def _person(session: Session, name: str) -> StaffAccount:
    from sqlalchemy import select

    from knowledge.staff.models import StaffAccount
    from knowledge.staff.refusals import PeopleRefused, Refusal

    found = session.scalar(select(StaffAccount).where(StaffAccount.name == name.strip()))
    if found is None:
        raise PeopleRefused(Refusal.NO_SUCH_PERSON, f"没有账号 {name.strip()}；请用 staff list 核对用户名")
    return found


def _role(typed: str) -> Role:
    from knowledge.staff.rights import Role

    if typed not in set(Role):
        raise typer.BadParameter(f"没有角色 {typed}，可用的有：{ROLES}")
    return Role(typed)


def _named(role: Role) -> str:
    from api.console.texts.people import ROLE

    return ROLE[role]


def _operator() -> Actor:
    from knowledge.audit.events import Actor

    return Actor(name="命令行")


def _line(session: Session, account: StaffAccount) -> str:
    """用户名、显示名、角色、状态."""
    from knowledge.staff.accounts import counts
    from knowledge.staff.granting import grants_of
    from knowledge.staff.rights import Role

    roles = [
        _named(Role(row.role))
        + "".join(f"（{place}）" for place in (row.region, row.topic) if place)
        + ("" if counts(row) else "（待确认）")
        for row in grants_of(session, staff_id=account.id)
    ]
    state = "在用" if account.active else "已停用"
    return f"{account.name}  {account.display_name or '—'}  {'、'.join(roles) or '没有角色'}  {state}"

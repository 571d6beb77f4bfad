"""``ask`` and ``chat``: the account's answers in the terminal, from exactly the code that answers citizens."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.opening import opened_database, shown, told

if TYPE_CHECKING:
    from rich.table import Table

    from api.settings import Settings
    from knowledge.faq.explaining import Section

LINK = re.compile(r'<a href="[^"]*">(.*?)</a>')


def add_to(app: typer.Typer) -> None:
    app.command("ask")(ask)
    app.command("chat")(chat)


def ask(
    question: Annotated[str, typer.Argument(help="要问的话")],
    explain: Annotated[bool, typer.Option("--explain", help="同时显示每一步是怎样得出的")] = False,
    account: Annotated[str | None, typer.Option(help="以哪个公众号回答；默认第一个")] = None,
    after: Annotated[str | None, typer.Option(help="在它之前先问的话，用来试“那要带什么材料”这样的追问")] = None,
) -> None:
    """问一个问题，看公众号怎样回答。"""
    from api.terminal import Terminal
    from knowledge.store.vault import Vault

    with opened_database() as (settings, engine):
        # One question leaves nothing behind that would have to be read again, so any key will do.
        vault = Vault(settings.secret_key or secrets.token_hex(32))
        terminal = Terminal(settings, engine, account=account, vault=vault)
        if after:
            terminal.says(after, message_id=1)
        if explain:
            shown.print(_table(terminal.explains(question)))
        shown.print(LINK.sub(r"[\1]", terminal.says(question, message_id=2)))


def chat(account: Annotated[str | None, typer.Option(help="以哪个公众号回答；默认第一个")] = None) -> None:
    """在终端里和公众号对话；空行或 Ctrl-D 结束。"""
    from api.terminal import Terminal
    from knowledge.store.vault import Vault

    with opened_database() as (settings, engine):
        terminal = Terminal(settings, engine, account=account, vault=Vault(_key_of_a_talk(settings)))
        told.print("请输入您想说的话；空行结束。")
        for number, line in enumerate(sys.stdin, start=1):
            if not line.strip():
                break
            shown.print(LINK.sub(r"[\1]", terminal.says(line.strip(), message_id=number)))


def _key_of_a_talk(settings: Settings) -> str:
    """The installation's own; without one a talk can be tried, but nobody can read what is filed in it."""
    from api.secret_key import secret_key

    if settings.secret_key or settings.demo:
        return secret_key(settings)
    told.print("没有设置 BST_SECRET_KEY，这次对话用临时密钥：其中提交的反馈以后无法读出，只供试用。")
    return secrets.token_hex(32)


def _table(sections: Sequence[Section]) -> Table:
    from rich.table import Table

    table = Table("", "步骤")
    table.add_column("内容", overflow="fold")  # the bars of a decision are one long word in Chinese
    for section in sections:
        table.add_section()
        for at, (step, value) in enumerate(section.rows):
            table.add_row("" if at else section.title, step, value)
    return table

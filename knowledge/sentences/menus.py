"""The menu of an account as the bureau made it, and what became of putting it there. The caller commits.

``content`` is as WeChat takes it; whether WeChat would take it is the caller's to check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.errors import KnowledgeError
from knowledge.sentences.models import Menu

WAITING = "waiting"  # stands for the problem while a push is under way
PROBLEM_LENGTH = 500


class MenuChangedMeanwhile(KnowledgeError):
    """Somebody else saved the menu after it was shown."""

    def __init__(self, theirs: Menu) -> None:
        super().__init__(theirs.account)
        self.theirs = theirs


def digest_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def menu_of(session: Session, account: str) -> Menu | None:
    return session.get(Menu, account, populate_existing=True)


def all_menus(session: Session) -> dict[str, Menu]:
    """By account."""
    return {row.account: row for row in session.scalars(select(Menu))}


def save_menu(
    session: Session, *, account: str, content: Mapping[str, Any], shown: str, by: Actor, now: datetime
) -> Menu:
    """``shown``: digest of the content that the form showed. Raises ``MenuChangedMeanwhile``."""
    row = session.get(Menu, account, with_for_update=True, populate_existing=True)
    if row is not None and digest_of(row.content) != shown:
        raise MenuChangedMeanwhile(row)
    before = None if row is None else row.content
    if row is None:
        row = Menu(account=account, pushed_digest="", problem="")
        session.add(row)
    row.content, row.changed_at, row.changed_by = dict(content), now, by.name
    session.flush()
    note(
        session, actor=by, action="menu.changed", kind="menu", object_id=account, at=now, before=before,
        after=row.content,
    )  # fmt: skip
    return row


def begin_push(session: Session, *, account: str, by: Actor, now: datetime) -> bool:
    """``False`` where there is no menu to push. The caller enqueues the job."""
    row = session.get(Menu, account, with_for_update=True, populate_existing=True)
    if row is None:
        return False
    row.problem = WAITING
    after = {"digest": digest_of(row.content)}
    note(session, actor=by, action="menu.push_begun", kind="menu", object_id=account, at=now, after=after)
    session.flush()
    return True


def waiting_menu(session: Session, account: str) -> dict[str, Any] | None:
    """What is to be pushed; ``None`` where nothing is any more."""
    row = menu_of(session, account)
    return None if row is None or row.problem != WAITING else dict(row.content)


def mark_pushed(session: Session, *, account: str, content: Mapping[str, Any], at: datetime) -> None:
    """``content``: what WeChat took; what was saved meanwhile is not pushed yet."""
    row = session.get(Menu, account, with_for_update=True, populate_existing=True)
    if row is not None:
        row.pushed_at, row.pushed_digest, row.problem = at, digest_of(content), ""


def mark_failed(session: Session, *, account: str, problem: str) -> None:
    """``problem``: a sentence for who pushed it."""
    row = session.get(Menu, account, with_for_update=True, populate_existing=True)
    if row is not None:
        row.problem = problem[:PROBLEM_LENGTH]

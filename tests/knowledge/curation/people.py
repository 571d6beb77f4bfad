"""Who writes and who passes in these tests, and a base with one entry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.curation.revisions import Revision, begin
from knowledge.faq.entry import Entry
from knowledge.faq.queries import bump_version, save_entry
from tests.knowledge.faq.base import entry

EDITOR = Actor(name="甲", staff_id="staff-1")
REVIEWER = Actor(name="乙", staff_id="staff-2")
GUARD = Actor(name="丙", staff_id="staff-3")
LIVE = entry("K1", "图书室几点开门？", paraphrases=("开门时间",), answer="早上九点。", category="开放")


def put(session: Session, *entries: Entry, now: datetime) -> None:
    """Into the base, as a file would."""
    for each in entries:
        save_entry(session, entry=each, now=now)
    bump_version(session, now=now)
    session.commit()


def begun(session: Session, *, now: datetime, by: Actor = EDITOR, entry_id: str = "K1", **content: Any) -> Revision:
    revision = begin(session, entry_id=entry_id, content=content, by=by, reason="试", now=now)
    session.commit()
    return revision

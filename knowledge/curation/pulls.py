"""Entries that were taken back at once, until they are settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from knowledge.curation.models import EntryPull
from knowledge.store.base import Base

SETTLED_AT_ONCE = 500  # ids in one statement

_PULLS = Base.metadata.tables[EntryPull.__tablename__]


class Settled(StrEnum):
    REPUBLISHED = "republished"
    ARCHIVED = "archived"
    UNDONE = "undone"


def settle_pulls(session: Session, *, entry_ids: Sequence[str], how: Settled, at: datetime) -> None:
    """Whatever of these entries is still open. Who undoes a pull does so before he saves the entry as published."""
    for start in range(0, len(entry_ids), SETTLED_AT_ONCE):
        ids = entry_ids[start : start + SETTLED_AT_ONCE]
        open_ones = _PULLS.c.entry_id.in_(ids) & _PULLS.c.settled_at.is_(None)
        session.execute(update(_PULLS).where(open_ones).values(settled_at=at, settled_how=how.value))

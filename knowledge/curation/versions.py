"""Every state in which an entry ever answered, or ceased to. Written by ``save_entries`` alone, whoever calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from knowledge.curation.models import FaqVersion
from knowledge.faq.cells import row_of_entry
from knowledge.faq.entry import Entry
from knowledge.store.base import Base

LISTED = 200  # versions of one entry that a page shows
NAME_LENGTH = 64
REASON_LENGTH = 500

_VERSIONS = Base.metadata.tables[FaqVersion.__tablename__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """Who changed an entry, when and why; ``revision_id``: the piece of work it came from."""

    at: datetime
    by: str = ""
    reason: str = ""
    revision_id: str | None = None


def record_versions(session: Session, *, entries: Sequence[Entry], base_number: int, authorship: Authorship) -> None:
    """Keeps each as it is from now on, under its own number. ``base_number``: of the base that will hold them."""
    common = {
        "at": authorship.at,
        "by": authorship.by[:NAME_LENGTH],
        "reason": authorship.reason[:REASON_LENGTH],
        "revision_id": authorship.revision_id,
        "base_number": base_number,
    }
    rows = [
        {"entry_id": entry.id, "version": entry.version, "content": row_of_entry(entry), "status": entry.status}
        for entry in entries
    ]
    if rows:
        session.execute(insert(_VERSIONS), [row | common for row in rows])


def last_versions(session: Session, *, entry_ids: Sequence[str]) -> dict[str, int]:
    """The highest number kept of each; without those of which none is kept."""
    query = select(_VERSIONS.c.entry_id, func.max(_VERSIONS.c.version)).where(_VERSIONS.c.entry_id.in_(entry_ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(_VERSIONS.c.entry_id))}


def versions_of(session: Session, *, entry_id: str, limit: int = LISTED) -> list[FaqVersion]:
    """Newest first."""
    query = select(FaqVersion).where(FaqVersion.entry_id == entry_id).order_by(FaqVersion.version.desc())
    return list(session.scalars(query.limit(min(limit, LISTED))))


def version(session: Session, *, entry_id: str, number: int) -> FaqVersion | None:
    return session.get(FaqVersion, (entry_id, number))

"""One piece of work on an entry as it stands, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.curation.content import entry_of_content
from knowledge.curation.models import FaqRevision
from knowledge.curation.states import OPEN, Change, State
from knowledge.errors import KnowledgeError
from knowledge.faq.entry import Entry

LONGEST_REASON = 500  # the column
LISTED = 50  # drafts of one entry that are shown, newest first


class NotAllowed(KnowledgeError):
    """A move that is not open to this person or in this state; the message is a sentence for him."""


class NotThere(KnowledgeError):
    """No draft or entry with this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One piece of work on an entry as it stands. ``entry``: what it would be published as.

    ``editors``: staff ids of all who wrote in it. ``shared``: ``begin`` found it open and began nothing.
    """

    id: str
    entry_id: str
    change: Change
    state: State
    entry: Entry
    based_on: int | None
    lock: int
    author: str
    editors: frozenset[str]
    reason: str
    created_at: datetime
    changed_at: datetime
    reviewed_by_id: str | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    cleared_by_id: str | None = None
    cleared_by: str | None = None
    cleared_at: datetime | None = None
    returned_note: str = ""
    noticed: tuple[str, ...] = ()
    batch_id: str | None = None
    fills: tuple[str, ...] = ()
    publication_id: str | None = None
    published_version: int | None = None
    shared: bool = field(default=False, compare=False)


class EditedMeanwhile(KnowledgeError):
    """Somebody saved since the form was opened; ``theirs`` is what stands now. Nothing was changed."""

    def __init__(self, theirs: Revision) -> None:
        super().__init__("这份草稿刚被别人改过，请先看看对方改了什么")
        self.theirs = theirs


def revision(session: Session, revision_id: str) -> Revision:
    """Raises ``NotThere``."""
    row = session.get(FaqRevision, revision_id, populate_existing=True)
    if row is None:
        raise NotThere("没有这份草稿")
    return as_revision(row)


def open_revision(session: Session, entry_id: str) -> Revision | None:
    """The one that is being worked on."""
    query = select(FaqRevision).where(FaqRevision.open_of == entry_id)
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return None if row is None else as_revision(row)


def revisions_of(session: Session, entry_id: str, *, limit: int = LISTED) -> list[Revision]:
    """Newest first."""
    query = select(FaqRevision).where(FaqRevision.entry_id == entry_id)
    rows = session.scalars(query.order_by(FaqRevision.created_at.desc(), FaqRevision.id).limit(min(limit, LISTED)))
    return [as_revision(row) for row in rows]


def locked(session: Session, revision_id: str, *, lock: int | None = None) -> FaqRevision:
    """The row of an open draft, held until the transaction ends.

    Raises ``NotThere``; ``NotAllowed`` where the work has ended; ``EditedMeanwhile`` where it is not at ``lock``.
    """
    row = session.get(FaqRevision, revision_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotThere("没有这份草稿")
    if State(row.state) not in OPEN:
        ended = "已经发布" if row.state == State.PUBLISHED else "已经作废"
        raise NotAllowed(f"这份草稿{ended}，不能再改；需要的话请从条目重新开始")
    if lock is not None and row.lock != lock:
        raise EditedMeanwhile(as_revision(row))
    return row


def without_marks(row: FaqRevision) -> None:
    """Whatever was passed was something else than what comes now."""
    row.reviewed_by_id = row.reviewed_by = row.reviewed_at = None
    row.cleared_by_id = row.cleared_by = row.cleared_at = None
    row.noticed, row.publication_id = [], None


def as_revision(row: FaqRevision) -> Revision:
    return Revision(
        id=row.id,
        entry_id=row.entry_id,
        change=Change(row.change),
        state=State(row.state),
        entry=entry_of_content(row.entry_id, row.content),
        based_on=row.based_on,
        lock=row.lock,
        author=row.author,
        editors=frozenset(row.editors),
        reason=row.reason,
        created_at=row.created_at,
        changed_at=row.changed_at,
        reviewed_by_id=row.reviewed_by_id,
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        cleared_by_id=row.cleared_by_id,
        cleared_by=row.cleared_by,
        cleared_at=row.cleared_at,
        returned_note=row.returned_note,
        noticed=tuple(row.noticed),
        batch_id=row.batch_id,
        fills=tuple(row.fills),
        publication_id=row.publication_id,
        published_version=row.published_version,
    )


def reason_of(text: str) -> str:
    """Raises ``NotAllowed`` where it is too long for the column."""
    reason = text.strip()
    if len(reason) > LONGEST_REASON:
        raise NotAllowed(f"说明最多 {LONGEST_REASON} 字，现有 {len(reason)} 字，请精简")
    return reason

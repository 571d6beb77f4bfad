"""A publication as it stands: which drafts it holds, in which state, and what it was replayed against."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.curation.golden import Golden, golden_set
from knowledge.curation.models import FaqPublication, FaqRevision
from knowledge.curation.replay import Difference, Outcome
from knowledge.curation.revision import Revision, as_revision
from knowledge.curation.states import Change, State
from knowledge.errors import KnowledgeError
from knowledge.faq.building import Changes
from knowledge.faq.entry import Entry

MOST_DRAFTS = 2_000  # of one publication; an import of more goes out in several
KIND = "publication"  # in the audit log
LISTED = 100  # publications of one page
KEPT_DIFFERENCES = 500  # of one replay, gravest first


class Stage(StrEnum):
    """Of a publication; the value stands in ``faq_publications``."""

    WAITING = "waiting"  # for its replay
    REPLAYING = "replaying"
    READY = "ready"
    REFUSED = "refused"  # a golden question would be answered wrongly
    OVERRIDDEN = "overridden"  # refused, and let through by a person with a reason
    PLANNED = "planned"  # published by itself at its time
    FAILED = "failed"  # the replay could not be made
    PUBLISHED = "published"
    CANCELLED = "cancelled"


ENDED = frozenset({Stage.PUBLISHED, Stage.CANCELLED})
DECIDABLE = frozenset({Stage.READY, Stage.OVERRIDDEN, Stage.PLANNED})  # may be published as it is


class PublishingRefused(KnowledgeError):
    """It cannot be done now; the message is a sentence that says why."""


class Stale(PublishingRefused):
    """The base, the drafts or the golden set are no longer what was replayed."""


class Regressed(PublishingRefused):
    """Golden questions would be answered wrongly, and nobody has let it through."""


class Expired(PublishingRefused):
    """Entries that could not answer on any day to come."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        named = "、".join(f"“{entry.question}”（{entry.valid_until}）" for entry in entries[:5])
        more = f"等 {len(entries)} 条" if len(entries) > 5 else ""
        super().__init__(f"{named}{more}的失效日期已经过去，发布了也不会答复；请先改正日期，或者不发布它")
        self.entries = tuple(entries)


def publication(session: Session, publication_id: str) -> FaqPublication:
    """As the database has it now. Raises ``PublishingRefused`` where there is none."""
    return _found(session.get(FaqPublication, publication_id, populate_existing=True))


def locked_publication(session: Session, publication_id: str) -> FaqPublication:
    """Held until the transaction ends. Raises ``PublishingRefused``."""
    return _found(session.get(FaqPublication, publication_id, with_for_update=True, populate_existing=True))


def open_publication(session: Session, publication_id: str) -> FaqPublication:
    """As ``locked_publication``; raises ``PublishingRefused`` also where it has ended."""
    row = locked_publication(session, publication_id)
    if row.state in ENDED:
        raise PublishingRefused("这次发布已经完成" if row.state == Stage.PUBLISHED else "这次发布已经取消")
    return row


def publications(session: Session, *, limit: int = LISTED) -> list[FaqPublication]:
    """Newest first."""
    query = select(FaqPublication).order_by(FaqPublication.requested_at.desc(), FaqPublication.id)
    return list(session.scalars(query.limit(min(limit, LISTED))))


def stage_of(row: FaqPublication) -> Stage:
    return Stage(row.state)


def drafts_of(session: Session, publication_id: str, *, hold: bool = False) -> list[Revision]:
    """Those that it would publish: passed by everybody, and not taken back since. By entry."""
    query = select(FaqRevision).where(FaqRevision.publication_id == publication_id, FaqRevision.state == State.APPROVED)
    return _revisions(session, query, hold=hold)


def published_by(session: Session, publication_id: str) -> list[Revision]:
    """Those that it has published, by entry."""
    query = select(FaqRevision).where(
        FaqRevision.publication_id == publication_id, FaqRevision.state == State.PUBLISHED
    )
    return _revisions(session, query)


def approved(session: Session, *, free: bool = False) -> list[Revision]:
    """All that wait for their publication, by entry. ``free``: only those that no publication holds yet."""
    query = select(FaqRevision).where(FaqRevision.state == State.APPROVED)
    return _revisions(session, query.where(FaqRevision.publication_id.is_(None)) if free else query)


def changes_of(drafts: Iterable[Revision]) -> Changes:
    """What they do to the base."""
    return {draft.entry_id: None if draft.change is Change.ARCHIVE else draft.entry for draft in drafts}


def expired(drafts: Iterable[Revision], today: date) -> list[Entry]:
    """Their last day has passed. An entry that is taken back may be as old as it likes."""
    entries = (draft.entry for draft in drafts if draft.change is not Change.ARCHIVE)
    return [entry for entry in entries if entry.valid_until is not None and entry.valid_until < today]


def digest_of(session: Session, drafts: Sequence[Revision]) -> str:
    """Of all that a replay depends on beside the base and what was asked: the drafts and the golden set."""
    return _digest([(draft.id, draft.lock, draft.change) for draft in drafts], golden_set(session))


def _digest(drafts: Sequence[Any], golden: Sequence[Golden]) -> str:
    content = orjson.dumps([sorted(drafts), [asdict(each) for each in golden]])
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def stored(difference: Difference) -> dict[str, Any]:
    """As JSON values."""
    return asdict(difference)


def restored(values: dict[str, Any]) -> Difference:
    """What ``stored`` made."""
    sides = {
        side: Outcome(**values[side] | {"entries": tuple(values[side]["entries"])}) for side in ("before", "after")
    }
    return Difference(**values | sides)


def _revisions(session: Session, query: Any, *, hold: bool = False) -> list[Revision]:
    query = query.order_by(FaqRevision.entry_id, FaqRevision.id).limit(MOST_DRAFTS)
    query = query.execution_options(populate_existing=True)
    return [as_revision(row) for row in session.scalars(query.with_for_update() if hold else query)]


def _found(row: FaqPublication | None) -> FaqPublication:
    if row is None:
        raise PublishingRefused("没有这次发布")
    return row

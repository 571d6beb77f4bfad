"""The replay of a publication: begun, kept, failed, asked for once more. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.curation.models import FaqPublication
from knowledge.curation.publication import (
    ENDED,
    KEPT_DIFFERENCES,
    KIND,
    Stage,
    digest_of,
    drafts_of,
    locked_publication,
    open_publication,
    stored,
)
from knowledge.curation.replay import Replayed
from knowledge.curation.revision import Revision
from knowledge.faq.queries import BaseState

LONGEST_FAILURE = 200  # the column
SYSTEM = Actor(name="系统")


@dataclass(frozen=True, slots=True)
class Work:
    """What a replay is made of, and what its result will be bound to."""

    drafts: tuple[Revision, ...]
    digest: str


def begin_replay(session: Session, *, publication_id: str) -> Work | None:
    """``None`` where there is nothing to replay any more: it has ended, or all its drafts were taken back."""
    row = locked_publication(session, publication_id)
    if row.state in ENDED:
        return None
    drafts = drafts_of(session, publication_id)
    if not drafts:
        row.state, row.failure = Stage.FAILED, "草稿都已被撤回，没有要发布的内容"
        return None
    row.state, row.failure = Stage.REPLAYING, ""
    return Work(tuple(drafts), digest_of(session, drafts))


def store_replay(
    session: Session,
    *,
    publication_id: str,
    state: BaseState,
    content_digest: str,
    replayed: Replayed,
    now: datetime,
) -> None:
    """Ready, or refused with regressions; void for another base than ``state``. What has ended meanwhile stays so."""
    row = locked_publication(session, publication_id)
    if row.state in ENDED:
        return
    let_through = _regressions(row.result) if row.override_by else frozenset()
    row.base_number, row.base_mark, row.content_digest = state.number, state.mark, content_digest
    row.asked, row.golden, row.replayed_at = replayed.asked, replayed.golden, now
    row.regressions = replayed.count("regression")
    row.changed = replayed.count("regression", "improvement", "changed")
    row.result = [stored(difference) for difference in replayed.differences[:KEPT_DIFFERENCES]]
    _judge(row, let_through)
    after = {"state": row.state, "base": state.number, "changed": row.changed, "regressions": row.regressions}
    note(session, actor=SYSTEM, action="publication.replayed", kind=KIND, object_id=row.id, at=now, after=after)


def fail_replay(session: Session, *, publication_id: str, failure: str) -> None:
    """It could not be made; ``failure`` says why, without any content."""
    row = locked_publication(session, publication_id)
    if row.state not in ENDED:
        row.state, row.failure = Stage.FAILED, failure[:LONGEST_FAILURE]


def again(session: Session, *, publication_id: str, by: Actor = SYSTEM, now: datetime) -> None:
    """To be replayed once more; the caller enqueues it. Raises ``PublishingRefused`` where it has ended."""
    row = open_publication(session, publication_id)
    before = {"state": row.state}
    row.state, row.failure = Stage.WAITING, ""
    note(session, actor=by, action="publication.replay_asked", kind=KIND, object_id=row.id, at=now, before=before)


def _judge(row: FaqPublication, let_through: frozenset[tuple[object, object]]) -> None:
    if not _regressions(row.result) <= let_through:  # it was let through for other questions than these
        row.override_by, row.override_reason = None, ""
    if row.regressions and row.override_by is None:
        row.state = Stage.REFUSED
    elif row.planned_at is not None:
        row.state = Stage.PLANNED
    else:
        row.state = Stage.OVERRIDDEN if row.regressions else Stage.READY


def _regressions(result: Sequence[dict[str, object]]) -> frozenset[tuple[object, object]]:
    return frozenset((each["question"], each["region"]) for each in result if each["verdict"] == "regression")

"""From approved drafts to answers: asked for, replayed, decided, published in one transaction. The caller commits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.curation.models import FaqPublication, FaqRevision
from knowledge.curation.publication import (
    DECIDABLE,
    KIND,
    MOST_DRAFTS,
    Expired,
    PublishingRefused,
    Regressed,
    Stage,
    Stale,
    digest_of,
    drafts_of,
    expired,
    open_publication,
    stage_of,
)
from knowledge.curation.revision import Revision
from knowledge.curation.states import Change, State
from knowledge.faq.entry import Entry, shanghai_day
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import BaseState, bump_version, entry_of, lock_base, save_entry
from knowledge.missed.filling import fill

RETIRED = "retired"
SHORTEST_REASON = 10  # signs: why a golden question may be answered otherwise takes more than 同意
LONGEST_REASON = 500  # the column
FARTHEST = timedelta(days=366)  # a publication is planned within a year
BY_ITSELF = Actor(name="定时发布")


@dataclass(frozen=True, slots=True)
class Published:
    """``number``: of the base that answers so. ``waiters``: who asked to be told, by their ids."""

    number: int
    waiters: tuple[str, ...]


def request(session: Session, *, revision_ids: Sequence[str], by: Actor, now: datetime) -> str:
    """Takes approved drafts together; returns the publication's id, whose replay the caller enqueues.

    Raises ``PublishingRefused`` where one of them is not approved or goes out with another publication, ``Expired``.
    """
    ids = list(dict.fromkeys(revision_ids))
    if not ids:
        raise PublishingRefused("请先勾选要发布的草稿")
    if len(ids) > MOST_DRAFTS:
        raise PublishingRefused(f"一次最多发布 {MOST_DRAFTS} 份草稿，请分几次")
    publication_id = str(uuid.uuid4())
    _take(session, ids, publication_id)
    drafts = drafts_of(session, publication_id)
    _refuse_expired(drafts, now)
    row = FaqPublication(
        id=publication_id,
        state=Stage.WAITING,
        requested_by_id=by.staff_id or "",
        requested_by=by.name,
        requested_at=now,
    )
    session.add(row)
    session.flush()
    after = {"entries": [draft.entry_id for draft in drafts]}
    note(session, actor=by, action="publication.requested", kind=KIND, object_id=row.id, at=now, after=after)
    return publication_id


def override(session: Session, *, publication_id: str, by: Actor, reason: str, now: datetime) -> None:
    """Lets a refused one through, with a reason, by nobody who wrote in it. Raises ``PublishingRefused``."""
    row = open_publication(session, publication_id)
    if row.state != Stage.REFUSED:
        raise PublishingRefused("这次发布没有被拦下，不用放行")
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise PublishingRefused(f"请写明放行的理由，{SHORTEST_REASON} 到 {LONGEST_REASON} 字")
    if by.staff_id is None or any(by.staff_id in draft.editors for draft in drafts_of(session, publication_id)):
        raise PublishingRefused("其中有您写的草稿，须由另一个人放行")
    row.override_by, row.override_reason = by.name, reason
    row.state = Stage.PLANNED if row.planned_at is not None else Stage.OVERRIDDEN
    after = {"regressions": row.regressions}
    note(
        session,
        actor=by,
        action="publication.overridden",
        kind=KIND,
        object_id=row.id,
        at=now,
        after=after,
        reason=reason,
    )


def plan(session: Session, *, publication_id: str, at: datetime, by: Actor, now: datetime) -> None:
    """To be published by itself at ``at``. Raises ``PublishingRefused``, ``Expired`` (on that day)."""
    row = _decidable(session, publication_id)
    if not now < at <= now + FARTHEST:
        raise PublishingRefused("计划的时间应在以后，且在一年以内")
    _refuse_expired(drafts_of(session, publication_id), at)
    row.state, row.planned_at, row.decided_by = Stage.PLANNED, at, by.name
    after = {"planned_at": at.isoformat()}
    note(session, actor=by, action="publication.planned", kind=KIND, object_id=row.id, at=now, after=after)


def cancel(session: Session, *, publication_id: str, by: Actor, now: datetime) -> None:
    """Its drafts stay approved and may go out with another one. Raises ``PublishingRefused`` where it has ended."""
    row = open_publication(session, publication_id)
    before = {"state": row.state}
    row.state = Stage.CANCELLED
    _let_go(session, publication_id)
    note(session, actor=by, action="publication.cancelled", kind=KIND, object_id=row.id, at=now, before=before)


def due(session: Session, *, now: datetime) -> list[str]:
    """Planned ones whose time has come, earliest first."""
    planned = select(FaqPublication.id).where(FaqPublication.state == Stage.PLANNED, FaqPublication.planned_at <= now)
    return list(session.scalars(planned.order_by(FaqPublication.planned_at, FaqPublication.id).limit(MOST_DRAFTS)))


def publish(session: Session, *, publication_id: str, by: Actor, now: datetime) -> Published:
    """All of it at once: entries, versions, drafts, missed groups, one new version of the base.

    Raises, with nothing written, ``Stale``, ``Regressed``, ``Expired``, ``PublishingRefused``.
    """
    base = lock_base(session, now=now)  # before all else: whoever publishes waits here, and then sees what changed
    row = _decidable(session, publication_id)
    drafts = drafts_of(session, publication_id, hold=True)
    _refuse_stale(session, row, base, drafts)
    if row.regressions and row.override_by is None:
        raise Regressed(f"有 {row.regressions} 道金标准问题会答错，不能发布")
    _refuse_expired(drafts, now)
    waiters = [waiter for draft in drafts for waiter in _publish_draft(session, draft, by=by, now=now)]
    row.published_number = bump_version(session, now=now)
    row.state, row.published_at, row.decided_by = Stage.PUBLISHED, now, row.decided_by or by.name
    _let_go(session, publication_id)
    after = {"base": row.published_number, "entries": [draft.entry_id for draft in drafts]}
    note(session, actor=by, action="publication.published", kind=KIND, object_id=row.id, at=now, after=after)
    return Published(row.published_number, tuple(waiters))


def _publish_draft(session: Session, draft: Revision, *, by: Actor, now: datetime) -> list[str]:
    before = session.get(FaqEntry, draft.entry_id, populate_existing=True)
    was = None if before is None else {"version": before.version, "status": before.status}
    entry = _to_save(draft, before)
    save_entry(session, entry=entry, now=now, by=draft.author, reason=draft.reason, revision_id=draft.id)
    saved = session.get_one(FaqEntry, draft.entry_id)
    row = session.get_one(FaqRevision, draft.id)
    row.state, row.open_of, row.changed_at, row.published_version = State.PUBLISHED, None, now, saved.version
    action = "entry.archived" if draft.change is Change.ARCHIVE else "entry.published"
    after = {"version": saved.version, "status": saved.status, "draft": draft.id}
    note(
        session,
        actor=by,
        action=action,
        kind="entry",
        object_id=draft.entry_id,
        at=now,
        before=was,
        after=after,
        reason=draft.reason,
    )
    return fill(session, group_ids=draft.fills, entry_id=draft.entry_id, now=now) if draft.fills else []


def _to_save(draft: Revision, live: FaqEntry | None) -> Entry:
    """Taking back changes the status alone: what was written in the draft of it counts for nothing."""
    if draft.change is not Change.ARCHIVE:
        return draft.entry
    return replace(draft.entry if live is None else entry_of(live), status=RETIRED)


def _take(session: Session, ids: Sequence[str], publication_id: str) -> None:
    query = select(FaqRevision).where(FaqRevision.id.in_(ids)).order_by(FaqRevision.id).with_for_update()
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    if len(rows) < len(ids) or any(row.state != State.APPROVED for row in rows):
        raise PublishingRefused("有草稿不在“待发布”里了（可能刚被撤回或修改），请刷新后重新勾选")
    if any(row.publication_id is not None for row in rows):
        raise PublishingRefused("有草稿已经在另一次发布里，请先取消那一次，或去掉勾选")
    for row in rows:
        row.publication_id = publication_id
    session.flush()


def _let_go(session: Session, publication_id: str) -> None:
    """What it did not publish is free for another one."""
    session.flush()
    held = update(FaqRevision).where(FaqRevision.publication_id == publication_id, FaqRevision.state != State.PUBLISHED)
    session.execute(held.values(publication_id=None))


def _refuse_stale(session: Session, row: FaqPublication, base: BaseState, drafts: Sequence[Revision]) -> None:
    if not drafts:
        raise PublishingRefused("草稿都已被撤回，没有要发布的内容")
    if (row.base_number, row.base_mark) != (base.number, base.mark):
        raise Stale("比对之后知识库又有变化，须重新比对")
    if row.content_digest != digest_of(session, drafts):
        raise Stale("比对之后草稿或金标准又有变化，须重新比对")


def _refuse_expired(drafts: Sequence[Revision], at: datetime) -> None:
    if entries := expired(drafts, shanghai_day(at)):
        raise Expired(entries)


def _decidable(session: Session, publication_id: str) -> FaqPublication:
    row = open_publication(session, publication_id)
    if stage_of(row) is Stage.REFUSED:
        raise Regressed(f"有 {row.regressions} 道金标准问题会答错，不能发布")
    if stage_of(row) not in DECIDABLE:
        raise PublishingRefused("比对还没有完成，请稍候")
    return row

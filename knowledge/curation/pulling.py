"""Taking entries back at once, without review: what is wrong must not be said a minute longer. The caller commits."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.curation.models import EntryPull
from knowledge.curation.pulls import Settled, settle_pulls
from knowledge.curation.revision import NotAllowed, reason_of
from knowledge.faq.entry import PUBLISHED
from knowledge.faq.models import FaqEntry, KnowledgeVersion
from knowledge.faq.queries import FAQ_KIND, bump_version, entry_of, save_entries

RETIRED = "retired"
REASON_NEEDED = "请写明撤下的原因，负责人才知道要改什么"
LISTED = 200  # pulled entries on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """An entry taken back that nobody has settled yet."""

    entry_id: str
    question: str
    region: str | None
    category: str
    owner: str
    by: str
    reason: str
    pulled_at: datetime
    repeal_id: str | None


def pull(
    session: Session,
    *,
    entry_ids: Sequence[str],
    by: Actor,
    reason: str,
    repeal_id: str | None,
    now: datetime,
) -> int:
    """Those of them that are published answer no more from now on; returns how many. Raises ``NotAllowed``."""
    reason = reason_of(reason)
    if not reason:
        raise NotAllowed(REASON_NEEDED)
    rows = [row for row in _rows(session, entry_ids) if row.status == PUBLISHED]
    for row in rows:
        _keep(session, row, by, reason, repeal_id, now)
    _set_status(session, rows, RETIRED, by=by, reason=reason, now=now)
    return len(rows)


def put_back(session: Session, *, repeal_id: str, by: Actor, reason: str, now: datetime) -> int:
    """Undoes what one repeal pulled, where nobody has touched the entry since; returns how many answer again."""
    open_ones = select(EntryPull).where(EntryPull.repeal_id == repeal_id, EntryPull.settled_at.is_(None))
    ids = [each.entry_id for each in session.scalars(open_ones)]
    back = [row for row in _rows(session, ids) if row.status == RETIRED]
    settle_pulls(session, entry_ids=[row.id for row in back], how=Settled.UNDONE, at=now)
    for row in back:
        note(session, actor=by, action="entry.put_back", kind="entry", object_id=row.id, at=now, reason=reason)
    _set_status(session, back, PUBLISHED, by=by, reason=reason, now=now)
    return len(back)


def let_rest(session: Session, *, entry_id: str, by: Actor, reason: str, now: datetime) -> None:
    """Its owner agrees that a pulled entry stays silent."""
    settle_pulls(session, entry_ids=[entry_id], how=Settled.ARCHIVED, at=now)
    reason = reason_of(reason)
    note(session, actor=by, action="entry.archived", kind="entry", object_id=entry_id, at=now, reason=reason)


def pulled_entries(
    session: Session,
    *,
    owners: Sequence[str] | None = None,
    repeal_id: str | None = None,
    entry_id: str | None = None,
    within: ColumnElement[bool] | None = None,
    limit: int = LISTED,
) -> list[Pulled]:
    """Not settled yet, newest first. ``owners``: names one person goes by. ``within``: a condition on ``FaqEntry``."""
    query = select(EntryPull, FaqEntry).join(FaqEntry, FaqEntry.id == EntryPull.entry_id)
    query = query.where(EntryPull.settled_at.is_(None))
    if owners is not None:
        query = query.where(EntryPull.owner.in_(owners))
    if repeal_id is not None:
        query = query.where(EntryPull.repeal_id == repeal_id)
    if entry_id is not None:
        query = query.where(EntryPull.entry_id == entry_id)
    if within is not None:
        query = query.where(within)
    ordered = query.order_by(EntryPull.pulled_at.desc(), EntryPull.id).limit(min(limit, LISTED))
    return [_pulled(pulled, entry) for pulled, entry in session.execute(ordered)]


def _rows(session: Session, entry_ids: Sequence[str]) -> Iterator[FaqEntry]:
    """Held; the base first, as whoever publishes does, so that the two never wait for each other."""
    session.get(KnowledgeVersion, FAQ_KIND, with_for_update=True)
    for entry_id in sorted(set(entry_ids)):
        row = session.get(FaqEntry, entry_id, with_for_update=True, populate_existing=True)
        if row is not None:
            yield row


def _set_status(
    session: Session, rows: Sequence[FaqEntry], status: str, *, by: Actor, reason: str, now: datetime
) -> None:
    """All of them at once, and the base moves once."""
    entries = [replace(entry_of(row), status=status) for row in rows]
    if save_entries(session, entries=entries, now=now, by=by.name, reason=reason):
        bump_version(session, now=now)


def _keep(session: Session, row: FaqEntry, by: Actor, reason: str, repeal_id: str | None, now: datetime) -> None:
    pulled = {"entry_id": row.id, "repeal_id": repeal_id, "owner": row.owner, "by": by.name, "reason": reason}
    session.add(EntryPull(id=str(uuid.uuid4()), pulled_at=now, **pulled))
    after = {"status": RETIRED, "repeal": repeal_id}
    noted = {"kind": "entry", "object_id": row.id, "reason": reason}
    note(session, actor=by, action="entry.pulled", at=now, before={"status": PUBLISHED}, after=after, **noted)


def _pulled(pulled: EntryPull, entry: FaqEntry) -> Pulled:
    return Pulled(
        entry_id=entry.id,
        question=entry.question,
        region=entry.region,
        category=entry.category,
        owner=pulled.owner,
        by=pulled.by,
        reason=pulled.reason,
        pulled_at=pulled.pulled_at,
        repeal_id=pulled.repeal_id,
    )

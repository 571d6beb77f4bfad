"""What curators decide about a group of missed questions. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.faq.questions import Question
from knowledge.missed.grouping import MOST_FORMS
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import GroupState, MissedRefused

KIND = "missed"
SHORTEST_REASON, LONGEST_REASON = 2, 200  # signs; the longest is the column


def missed_group(session: Session, group_id: str, *, hold: bool = False) -> MissedGroup:
    """Raises ``MissedRefused`` where there is none, or it was merged into another."""
    row = session.get(MissedGroup, group_id, with_for_update=hold, populate_existing=True)
    if row is None or row.merged_into is not None:
        raise MissedRefused("没有这一组问题，可能已经合并到别的组")
    return row


def plan(session: Session, *, group_id: str, by: Actor, now: datetime) -> None:
    """A draft is being written for it; it is filled when that is published. Raises ``MissedRefused``."""
    row = missed_group(session, group_id, hold=True)
    if row.state == GroupState.PLANNED:
        return
    if row.state not in (GroupState.OPEN, GroupState.IGNORED):
        raise MissedRefused("这一组已经补上了；还有人问的话会另成一组")
    _handled(session, row.id, None)
    _decide(session, row, GroupState.PLANNED, action="missed.planned", by=by, reason="", now=now)


def ignore(session: Session, *, group_id: str, by: Actor, reason: str, now: datetime) -> None:
    """Off the list, with a reason; asked often enough it comes back. Raises ``MissedRefused``."""
    row = missed_group(session, group_id, hold=True)
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise MissedRefused(f"请写明为什么不用补，{SHORTEST_REASON} 到 {LONGEST_REASON} 字")
    if row.state == GroupState.FILLED:
        raise MissedRefused("这一组已经补上了，不用再忽略")
    _handled(session, row.id, now)
    _decide(session, row, GroupState.IGNORED, action="missed.ignored", by=by, reason=reason, now=now)


def reopen(session: Session, *, group_id: str, by: Actor, now: datetime) -> None:
    """Back on the list. Raises ``MissedRefused``."""
    row = missed_group(session, group_id, hold=True)
    if row.state == GroupState.OPEN:
        return
    _handled(session, row.id, None)
    if row.forms:  # only a group without words is known by its entry
        row.entry_id = None
    _decide(session, row, GroupState.OPEN, action="missed.reopened", by=by, reason="", now=now)


def merge(session: Session, *, group_id: str, into: str, by: Actor, now: datetime) -> None:
    """Everything of it goes to ``into``, which stands as it stood. Raises ``MissedRefused``."""
    if group_id == into:
        raise MissedRefused("不能合并到自己")
    rows = {each: missed_group(session, each, hold=True) for each in sorted((group_id, into))}
    row, target = rows[group_id], rows[into]
    if not row.forms or not target.forms:
        raise MissedRefused("只有“没用”、没有问题文字的一组不能合并，请直接修改那个条目")
    if target.state == GroupState.FILLED:
        raise MissedRefused("要合并到的那一组已经补上了；请选一组还没有补的")
    handled = now if target.state == GroupState.IGNORED else None
    session.execute(update(Question).where(Question.group_id == row.id).values(group_id=target.id, handled_at=handled))
    session.execute(update(MissedWaiter).where(MissedWaiter.group_id == row.id).values(group_id=target.id))
    target.times += row.times
    target.first_at, target.last_at = min(target.first_at, row.first_at), max(target.last_at, row.last_at)
    target.forms = list(dict.fromkeys([*target.forms, *row.forms]))[:MOST_FORMS]
    row.times, row.forms, row.merged_into = 0, [], target.id
    row.decided_by, row.decided_at = by.name, now
    session.flush()
    after = {"into": target.id, "question": row.question}
    note(session, actor=by, action="missed.merged", kind=KIND, object_id=row.id, at=now, after=after)


def let_go(session: Session, *, group_ids: Sequence[str], by: Actor, now: datetime) -> None:
    """The draft that was to fill them is no more: they are gaps again."""
    planned = MissedGroup.id.in_(group_ids), MissedGroup.state == GroupState.PLANNED
    for row in session.scalars(select(MissedGroup).where(*planned).order_by(MissedGroup.id).with_for_update()):
        _decide(session, row, GroupState.OPEN, action="missed.reopened", by=by, reason="", now=now)


def _decide(
    session: Session, row: MissedGroup, state: GroupState, *, action: str, by: Actor, reason: str, now: datetime
) -> None:
    before = {"state": row.state, "reason": row.reason}
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, by.name, now
    session.flush()
    note(
        session,
        actor=by,
        action=action,
        kind=KIND,
        object_id=row.id,
        at=now,
        before=before,
        after={"state": str(state), "question": row.question},
        reason=reason,
    )


def _handled(session: Session, group_id: str, at: datetime | None) -> None:
    session.execute(update(Question).where(Question.group_id == group_id).values(handled_at=at))

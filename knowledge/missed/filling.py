"""A published entry fills the groups of missed questions that it was written for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, not_, or_, select, update
from sqlalchemy.orm import Session

from knowledge.faq.models import FaqEntry
from knowledge.faq.questions import Question
from knowledge.institutions.places import significant
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import GroupState, WaiterState

MOST_WAITERS = 10_000  # of one entry; each becomes a job
_COLUMNS = ("question", "state", "first_at", "last_at", "reason", "decided_by", "decided_at")


def fill(session: Session, *, group_ids: Sequence[str], entry_id: str, now: datetime) -> list[str]:
    """Marks the groups; returns the ids of who asked to be told and still waits. The caller commits.

    Questions of places where the entry does not answer stay open, as a group of their own.
    """
    filled = []
    entry = session.get(FaqEntry, entry_id)
    for group in _meant(session, group_ids):
        if entry is not None and entry.region:
            _leave_others(session, group, entry.region)
        group.state, group.entry_id, group.decided_at = GroupState.FILLED, entry_id, now
        filled.append(group.id)
    session.flush()
    session.execute(
        update(Question).where(Question.group_id.in_(filled), Question.handled_at.is_(None)).values(handled_at=now)
    )
    waiting = select(MissedWaiter.id).where(
        MissedWaiter.group_id.in_(filled), MissedWaiter.state == WaiterState.WAITING
    )
    return list(session.scalars(waiting.order_by(MissedWaiter.id).limit(MOST_WAITERS)))


def _meant(session: Session, group_ids: Sequence[str]) -> Iterator[MissedGroup]:
    """Each once; what was merged while the draft was being written stands for what it was merged into."""
    seen: set[str] = set()
    for group_id in group_ids:
        group = session.get(MissedGroup, group_id, populate_existing=True)
        while group is not None and group.merged_into is not None and group.id not in seen:
            seen.add(group.id)
            group = session.get(MissedGroup, group.merged_into, populate_existing=True)
        if group is not None and group.id not in seen:
            seen.add(group.id)
            yield group


def _leave_others(session: Session, group: MissedGroup, region: str) -> None:
    columns = {name: getattr(group, name) for name in _COLUMNS} | {"forms": list(group.forms), "state": "open"}
    rest = MissedGroup(id=str(uuid.uuid4()), times=0, **columns)
    if not group.forms:
        rest.entry_id = group.entry_id
    asked = [Question.group_id == group.id, _outside(Question.region, region)]
    waiting = [MissedWaiter.group_id == group.id, _outside(MissedWaiter.region, region)]
    rest.times = session.scalar(select(func.count(Question.id)).where(*asked)) or 0
    if not rest.times and not session.scalar(select(func.count(MissedWaiter.id)).where(*waiting)):
        return
    group.times = max(group.times - rest.times, 0)
    session.add(rest)
    session.flush()
    _move(session, (update(Question).where(*asked), update(MissedWaiter).where(*waiting)), rest.id)


def _move(session: Session, statements: Iterable[Any], group_id: str) -> None:
    for statement in statements:
        session.execute(statement.values(group_id=group_id), execution_options={"synchronize_session": False})


def _outside(column: Any, region: str) -> ColumnElement[bool]:
    """Where an entry of ``region`` does not answer: it does for the region itself and all that lies in it."""
    return or_(column.is_(None), not_(column.startswith(significant(region), autoescape=True)))

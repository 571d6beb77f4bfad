"""A published entry fills the groups of missed questions that it was written for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.missed.models import MissedGroup, MissedWaiter

FILLED = "filled"
WAITING = "waiting"
MOST_WAITERS = 10_000  # of one entry; each becomes a job


def fill(session: Session, *, group_ids: Sequence[str], entry_id: str, now: datetime) -> list[str]:
    """Marks the groups; returns the ids of who asked to be told and still waits. The caller commits."""
    groups = session.scalars(select(MissedGroup).where(MissedGroup.id.in_(group_ids)).order_by(MissedGroup.id))
    for group in groups:
        group.state, group.entry_id, group.decided_at = FILLED, entry_id, now
    waiting = select(MissedWaiter.id).where(MissedWaiter.group_id.in_(group_ids), MissedWaiter.state == WAITING)
    return list(session.scalars(waiting.order_by(MissedWaiter.id).limit(MOST_WAITERS)))

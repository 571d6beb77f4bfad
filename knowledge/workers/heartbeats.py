"""Heartbeats: a worker writes its own, and claims the silent ones. Nothing here commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from knowledge.workers.models import WorkerHeartbeat

SILENT_LIMIT = 50  # silent workers looked at in one round


def beat(session: Session, *, executor: str, at: datetime) -> None:
    """Says that ``executor`` lives. One that was already taken over appears anew: it lives after all."""
    row = session.get(WorkerHeartbeat, executor, with_for_update=True)
    if row is None:
        session.add(WorkerHeartbeat(executor=executor, started_at=at, seen_at=at))
    else:
        row.seen_at = at
        row.taken_by = row.taken_at = None
    session.flush()


def claim_silent(session: Session, *, by: str, silent_since: datetime, at: datetime, lease: timedelta) -> list[str]:
    """The workers not seen since, claimed for ``by``: nobody else gets them before the lease has run out."""
    open_to_claim = or_(WorkerHeartbeat.taken_at.is_(None), WorkerHeartbeat.taken_at < at - lease)
    silent = select(WorkerHeartbeat.executor).where(
        WorkerHeartbeat.seen_at < silent_since, WorkerHeartbeat.executor != by, open_to_claim
    )
    claimed: list[str] = []
    for executor in session.scalars(silent.order_by(WorkerHeartbeat.executor).limit(SILENT_LIMIT)).all():
        taken = update(WorkerHeartbeat).where(
            WorkerHeartbeat.executor == executor, WorkerHeartbeat.seen_at < silent_since, open_to_claim
        )
        # Counted by the row that comes back: of two claimers only one changes it.
        changed = session.execute(taken.values(taken_by=by, taken_at=at).returning(WorkerHeartbeat.executor))
        claimed += changed.scalars().all()
    return claimed


def forget(session: Session, *, executor: str) -> None:
    """Nothing of it is left to take over."""
    session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.executor == executor))


def release(session: Session, *, executor: str, at: datetime) -> None:
    """It stops with jobs in hand: from now on it counts as silent. ``at`` lies before any ``silent_since``."""
    session.execute(update(WorkerHeartbeat).where(WorkerHeartbeat.executor == executor).values(seen_at=at))


def live_workers(session: Session, *, seen_since: datetime) -> list[str]:
    query = select(WorkerHeartbeat.executor).where(WorkerHeartbeat.seen_at >= seen_since)
    return list(session.scalars(query.order_by(WorkerHeartbeat.executor).limit(SILENT_LIMIT)))

"""Which worker takes the next turn of a round. Nothing here commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge.workers.models import WorkerRound


def claim_round(session: Session, *, name: str, every: timedelta, at: datetime, by: str | None = None) -> bool:
    """Whether the caller takes this turn; of several at once one does. The next is due ``every`` later.

    A turn that fails is not made up for: the round leaves what it did not do to the next. A due time further away
    than ``every`` comes of a clock that went wrong, and counts as due.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(WorkerRound).values(name=name, due_at=at).on_conflict_do_nothing())
    due = or_(WorkerRound.due_at <= at, WorkerRound.due_at > at + every)
    taken = update(WorkerRound).where(WorkerRound.name == name, due).values(due_at=at + every, taken_by=by)
    # Counted by the row that comes back: of two claimers only one changes it.
    return session.execute(taken.returning(WorkerRound.name)).scalar_one_or_none() is not None

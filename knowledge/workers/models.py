"""What workers know of each other: who lives, and which round is due next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant


class WorkerHeartbeat(Base):
    """One row a worker process, written before its first job and deleted once nothing of it is left.

    ``taken_by`` is the live worker that is taking over, with a lease from ``taken_at``.
    """

    __tablename__ = "worker_heartbeats"

    executor: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None] = mapped_column(Instant)


class WorkerRound(Base):
    """Something done every so often by whichever worker comes first: ``due_at`` moves on when one takes it."""

    __tablename__ = "worker_rounds"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str | None] = mapped_column(String(64))

"""The daily rounds that drop what is past its time: recorded questions, wishes to be told, and empty groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session, sessionmaker

from api.worker.rounds import Round
from knowledge.faq.questions import purge_questions
from knowledge.missed.retention import purge_groups
from knowledge.missed.waiters import purge_waiters

EVERY = timedelta(days=1)
BATCH = 2_000  # rows a transaction: some ten milliseconds, for which writers wait on SQLite
MOST_BATCHES = 500  # a day: a million rows, several times what a province's account is asked

log = structlog.get_logger(__name__)


class Purge(Protocol):
    """Drops at most ``limit`` rows and tells how many; the caller commits."""

    def __call__(self, session: Session, *, now: datetime, limit: int) -> int: ...


def purge_old(sessions: sessionmaker[Session]) -> list[Round]:
    """Questions first: only then is a group without any."""
    return [
        Round("purge_questions", EVERY, _in_batches(sessions, purge_questions, purge_groups)),
        Round("purge_waiters", EVERY, _in_batches(sessions, purge_waiters)),
    ]


def _in_batches(sessions: sessionmaker[Session], *purges: Purge) -> Callable[[datetime], None]:
    def run(now: datetime) -> None:
        for purge in purges:
            gone = 0
            for _ in range(MOST_BATCHES):
                with sessions.begin() as session:
                    dropped = purge(session, now=now, limit=BATCH)
                gone += dropped
                if dropped < BATCH:
                    break
            if gone:
                log.info("purged", what=purge.__name__, rows=gone)  # type: ignore[attr-defined]

    return run

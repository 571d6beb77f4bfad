"""The head of the audit log, told to the log lines once a day: a table rewritten whole no longer agrees with them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.worker.rounds import Round
from knowledge.audit.chain import head

NAME = "audit_head"
EVERY = timedelta(days=1)

logger = logging.getLogger(__name__)


def audit_head(sessions: sessionmaker[Session]) -> Round:
    return Round(NAME, EVERY, _telling(sessions))


def _telling(sessions: sessionmaker[Session]) -> Callable[[datetime], None]:
    def tell(_: datetime) -> None:
        with sessions() as session:
            end = head(session)
        logger.info("audit_head %s %s", end.position, end.digest or "-")

    return tell

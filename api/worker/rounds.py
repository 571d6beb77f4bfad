"""What is done every so often rather than on somebody's word, by one worker of all at a time.

In a thread of its own: a round may take longer than a worker may be silent.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from knowledge.workers.rounds import claim_round

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """``run`` opens and commits its own transactions, does a bounded piece of work, and may be cut off anywhere."""

    name: str
    every: timedelta
    run: Callable[[datetime], None]


class Rounds:
    """``look``: how often it is seen to what is due; no round comes more often."""

    def __init__(
        self,
        rounds: Sequence[Round],
        *,
        sessions: sessionmaker[Session],
        executor: str,
        clock: Callable[[], datetime],
        look: timedelta,
    ) -> None:
        self._due = tuple(rounds)
        self._sessions = sessions
        self._executor = executor
        self._clock = clock
        self._look = look
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._due:
            self._thread = threading.Thread(target=self._keep_looking, name="worker-rounds", daemon=True)
            self._thread.start()

    def stop(self, *, patience: timedelta) -> None:
        """Lets the round in hand end, but no longer than ``patience``."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(patience.total_seconds())
            self._thread = None

    def take_due(self) -> list[str]:
        """Runs what is due and not another worker's; returns the names. One that fails keeps no other from its turn."""
        return [each.name for each in self._due if not self._stopping.is_set() and self._take(each)]

    def _take(self, each: Round) -> bool:
        try:
            with self._sessions.begin() as session:
                now = self._clock()
                if not claim_round(session, name=each.name, every=each.every, at=now, by=self._executor):
                    return False
            each.run(now)
        except Exception as error:  # noqa: BLE001 – the worker loop: what failed is tried again in its next turn
            logger.error("the round %s failed: %s", each.name, type(error).__name__)
        return True

    def _keep_looking(self) -> None:
        while not self._stopping.wait(self._look.total_seconds()):
            self.take_due()

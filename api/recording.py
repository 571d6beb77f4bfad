"""Records of questions, written in batches by a thread of their own: an answer never waits for them.

Each tells how long its answer took: from the message's arrival until the handler had found what to say. Waiting for the
citizen's turn counts, as it does for the citizen; sealing and sending, less than a millisecond, comes after.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.questions import QuestionRecord, save_questions

FLUSH_SECONDS = 1.0
BATCH = 200  # records a transaction: a few ms of writing
MOST_WAITING = 50_000  # some 20 MB; with the database away that long, what comes after is counted and dropped
RETRY_SECONDS = 2.0
STOP_SECONDS = 10.0
GRACE_SECONDS = 2.0  # for the transaction that is under way when the time is up
_MILLISECOND = timedelta(milliseconds=1)

log = structlog.get_logger(__name__)


class BatchRecorder:
    """``handlers.context.Recorder``. Begins with ``start``; a clean ``stop`` writes all that waits."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        clock: Callable[[], datetime],
        flush_seconds: float = FLUSH_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._flush_seconds = flush_seconds
        self._retry_seconds = retry_seconds
        self._most_waiting = most_waiting
        self._log = log.bind()  # made once: asking the proxy for it costs as much as the line
        self._waiting: deque[tuple[QuestionRecord, datetime]] = deque()  # with the moment of the answer
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._last_moment = 0.0
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self.dropped = 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def start(self) -> None:
        self._thread.start()

    def record(self, record: QuestionRecord) -> None:
        """One line in the log for each answer, whatever becomes of the record: no word of the question, no citizen."""
        self._log.info(
            "answered",
            account=record.account,
            decision=record.decision,
            entry=record.entry_id,
            confidence=round(record.confidence, 3),
            base=record.base_version,
        )
        if len(self._waiting) >= self._most_waiting:
            self.dropped += 1
            return
        self._waiting.append((record, self._clock()))
        if len(self._waiting) >= BATCH:
            self._wake.set()

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Write what waits; how many records could not be written in that time."""
        self._last_moment = time.monotonic() + seconds
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(seconds + GRACE_SECONDS)
        return len(self._waiting)

    def _run(self) -> None:
        """Until stopped and empty; a database that fails is asked again, a little later."""
        while not self._stopping.is_set():
            self._wake.wait(self._flush_seconds)
            self._wake.clear()
            if not self._flush():
                self._stopping.wait(self._retry_seconds)  # records that come meanwhile do not hasten it
        while not self._flush() and time.monotonic() < self._last_moment:
            time.sleep(min(self._retry_seconds, max(self._last_moment - time.monotonic(), 0)))

    def _flush(self) -> bool:
        """Only this thread takes from the queue, and only after the commit. False: the database is away."""
        while self._waiting:
            batch = [_timed(*self._waiting[n]) for n in range(min(BATCH, len(self._waiting)))]
            try:
                self._save(batch)
            except SQLAlchemyError as error:
                log.warning("questions_not_recorded", waiting=len(self._waiting), error=type(error).__name__)
                return False
            for _ in batch:
                self._waiting.popleft()
        return True

    def _save(self, batch: Sequence[QuestionRecord]) -> None:
        """One that the database refuses for what it holds is dropped alone, and never in the way of the others."""
        try:
            with self._sessions.begin() as session:
                save_questions(session, batch)
        except (DataError, IntegrityError) as error:
            if len(batch) == 1:
                self.dropped += 1
                log.error("question_refused_by_database", error=type(error).__name__)
                return
            for record in batch:
                self._save([record])


def _timed(record: QuestionRecord, answered_at: datetime) -> QuestionRecord:
    """Put down here, by the writing thread, and not while somebody waits. A clock set back meanwhile tells nothing."""
    return replace(record, milliseconds=max(round((answered_at - record.asked_at) / _MILLISECOND), 0))

"""What forwarding a ticket and forwarding an entry share: how an attempt ends, is written down and tried again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.platform.client import PlatformClient
from api.platform.outcomes import Accepted, Answered, Found, NotFound, Refused, Retry, Submitted, Unclear
from api.worker.turns import Again, Growing
from knowledge.feedback.attachments import give_up_lost
from knowledge.feedback.kinds import AttemptOutcome
from knowledge.store.vault import Unreadable, Vault

# 30 s, 1 min, … 1 h, then hourly: about a week, longer than any announced maintenance of a platform.
RETRIES = Growing(first=timedelta(seconds=30), longest=timedelta(hours=1), tries=175)
ATTACHMENT_PAUSE = timedelta(seconds=5)
# Fetching gives up by itself within the hour; this is for a fetch job that was lost.
ATTACHMENTS_AWAITED = timedelta(hours=2)
GIVEN_UP = "多次重试仍未成功，已停止自动重试；请联系平台后点“再次发送”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding(ABC):
    """``platform`` is ``None`` where none is set: all stays at the desk. A key is a ticket's or an entry's own id."""

    sessions: sessionmaker[Session]
    vault: Vault
    platform: PlatformClient | None
    clock: Callable[[], datetime]
    growing: Growing = RETRIES
    attachment_pause: timedelta = ATTACHMENT_PAUSE

    def run(self, key: str) -> Again | None:
        try:
            return self._forward(key)
        except Unreadable as error:
            # Trying again opens nothing: staff has to look at the key.
            self._note(key, AttemptOutcome.REFUSED, None, str(error))
            return None

    def give_up(self, key: str) -> None:
        self._note(key, AttemptOutcome.REFUSED, None, GIVEN_UP)

    @abstractmethod
    def _forward(self, key: str) -> Again | None:
        """One turn; raises ``Unreadable``."""

    @abstractmethod
    def _write(
        self, session: Session, key: str, outcome: AttemptOutcome, status: int | None, detail: str, at: datetime
    ) -> None:
        """The attempt itself, in the caller's transaction."""

    @abstractmethod
    def _mark_arrived(self, session: Session, key: str, platform_id: str, at: datetime) -> None:
        """After ``_write``, in the same transaction."""

    def _record(self, key: str, outcome: Submitted | Answered) -> Again | None:
        """Writes down how the attempt ended, before anything else can happen."""
        match outcome:
            case Accepted(platform_id=platform_id, status=status):
                self._arrived(key, AttemptOutcome.ACCEPTED, status, platform_id)
                return None
            case Found(platform_id=platform_id):
                self._arrived(key, AttemptOutcome.FOUND, 200, platform_id)
                return None
            case Refused(status=status, reason=reason):
                self._note(key, AttemptOutcome.REFUSED, status, reason)
                return None
            case Retry(status=status, reason=reason, after=after):
                self._note(key, AttemptOutcome.RETRY, status, reason)
                return Again(counts=True, after=after)
            case Unclear(status=status, reason=reason):
                self._note(key, AttemptOutcome.UNCLEAR, status, reason)
                return Again(counts=True)
            case NotFound():
                raise AssertionError("a ticket that is not there is sent, not recorded")

    def _arrived(self, key: str, outcome: AttemptOutcome, status: int, platform_id: str) -> None:
        with self.sessions.begin() as session:
            now = self.clock()
            self._write(session, key, outcome, status, "", now)
            self._mark_arrived(session, key, platform_id, now)

    def _note(self, key: str, outcome: AttemptOutcome, status: int | None, detail: str) -> None:
        with self.sessions.begin() as session:
            self._write(session, key, outcome, status, detail, self.clock())

    def _give_up_lost_files(self, session: Session, ticket_id: str, now: datetime) -> None:
        give_up_lost(session, ticket_id=ticket_id, added_before=now - ATTACHMENTS_AWAITED, at=now)

"""``forward_ticket``: a ticket goes to the platform once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.platform.client import PlatformClient
from api.platform.outcomes import Accepted, Answered, Found, NotFound, Refused, Retry, Submitted, Unclear
from api.worker.jobs import FORWARD_TICKET
from api.worker.turns import Again, Growing
from knowledge.feedback import attachments, forwarding
from knowledge.feedback.forwarding import NextMove
from knowledge.feedback.kinds import AttachmentState, AttemptOutcome
from knowledge.feedback.queries import ticket_by_id
from knowledge.store.vault import Unreadable, Vault

# 30 s, 1 min, … 1 h, then hourly: about a week, longer than any announced maintenance of a platform.
RETRIES = Growing(first=timedelta(seconds=30), longest=timedelta(hours=1), tries=175)
ATTACHMENT_PAUSE = timedelta(seconds=5)
# Fetching gives up by itself within the hour; this is for a fetch job that was lost.
ATTACHMENTS_AWAITED = timedelta(hours=2)
GIVEN_UP = "多次重试仍未成功，已停止自动重试；请联系平台后点“再次发送”"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardTicket:
    """``platform`` is ``None`` where none is set: feedback stays at the desk. ``ask_first``: sent again by staff."""

    sessions: sessionmaker[Session]
    vault: Vault
    platform: PlatformClient | None
    destination: str
    clock: Callable[[], datetime]
    growing: Growing = RETRIES
    attachment_pause: timedelta = ATTACHMENT_PAUSE
    name: str = FORWARD_TICKET
    ask_first: bool = False

    def run(self, key: str) -> Again | None:
        try:
            return self._forward(key)
        except Unreadable as error:
            # Trying again opens nothing: staff has to look at the key.
            self._note(key, AttemptOutcome.REFUSED, None, str(error))
            return None

    def _forward(self, key: str) -> Again | None:
        if self.platform is None:
            with self.sessions.begin() as session:
                forwarding.keep_at_desk(session, ticket_id=key, at=self.clock(), vault=self.vault)
            return None
        with self.sessions.begin() as session:
            now = self.clock()
            move = forwarding.start_forwarding(session, ticket_id=key, destination=self.destination, at=now)
            if move is NextMove.NOTHING:
                return None
            if move is NextMove.WAIT:
                return self._wait(session, key, now)
            body = forwarding.frozen_body(session, ticket_id=key, vault=self.vault, now=now)
        if body is None:
            return Again(counts=False, after=self.attachment_pause)
        if move is NextMove.ASK or self.ask_first:
            answer = self.platform.find(self._reference(key))
            if not isinstance(answer, NotFound):
                return self._record(key, answer)
            with self.sessions.begin() as session:
                forwarding.found_missing(session, ticket_id=key, at=self.clock())
        return self._record(key, self.platform.submit(body, key=key))

    def give_up(self, key: str) -> None:
        self._note(key, AttemptOutcome.REFUSED, None, GIVEN_UP)

    def _wait(self, session: Session, key: str, now: datetime) -> Again:
        ticket = ticket_by_id(session, ticket_id=key)
        if ticket is not None and now - ticket.submitted_at > ATTACHMENTS_AWAITED:
            for facts in attachments.attachments_of(session, ticket_id=key):
                if facts.state is AttachmentState.PENDING:
                    attachments.give_up(session, attachment_id=facts.id, at=now)
        return Again(counts=False, after=self.attachment_pause)

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
            forwarding.record_attempt(
                session, ticket_id=key, outcome=outcome, status=status, detail="", at=now, vault=self.vault
            )
            forwarding.mark_forwarded(session, ticket_id=key, platform_id=platform_id, at=now, vault=self.vault)

    def _note(self, key: str, outcome: AttemptOutcome, status: int | None, detail: str) -> None:
        with self.sessions.begin() as session:
            forwarding.record_attempt(
                session, ticket_id=key, outcome=outcome, status=status, detail=detail, at=self.clock(), vault=self.vault
            )

    def _reference(self, key: str) -> str:
        with self.sessions() as session:
            ticket = ticket_by_id(session, ticket_id=key)
        assert ticket is not None
        return ticket.reference

"""``forward_ticket``: a ticket goes to the platform once, whatever happens on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api.platform.outcomes import NotFound
from api.worker.attempts import Forwarding
from api.worker.jobs import FORWARD_TICKET
from api.worker.turns import Again
from knowledge.feedback import forwarding
from knowledge.feedback.forwarding import NextMove
from knowledge.feedback.kinds import AttemptOutcome
from knowledge.feedback.queries import ticket_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardTicket(Forwarding):
    """``ask_first``: sent again by staff."""

    destination: str
    name: str = FORWARD_TICKET
    ask_first: bool = False

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
                self._give_up_lost_files(session, key, now)
                return Again(counts=False, after=self.attachment_pause)
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

    def _write(
        self, session: Session, key: str, outcome: AttemptOutcome, status: int | None, detail: str, at: datetime
    ) -> None:
        forwarding.record_attempt(
            session, ticket_id=key, outcome=outcome, status=status, detail=detail, at=at, vault=self.vault
        )

    def _mark_arrived(self, session: Session, key: str, platform_id: str, at: datetime) -> None:
        forwarding.mark_forwarded(session, ticket_id=key, platform_id=platform_id, at=at, vault=self.vault)

    def _reference(self, key: str) -> str:
        with self.sessions() as session:
            ticket = ticket_by_id(session, ticket_id=key)
        assert ticket is not None
        return ticket.reference

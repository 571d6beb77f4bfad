"""``forward_entry``: what a citizen added to a ticket follows it to the platform, once and in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api.worker.attempts import Forwarding
from api.worker.jobs import FORWARD_ENTRY
from api.worker.turns import Again
from knowledge.feedback import entry_forwarding as entries
from knowledge.feedback.forwarding import NextMove
from knowledge.feedback.kinds import AttemptOutcome
from knowledge.feedback.models import TicketEntry

LONGEST_WAIT = timedelta(hours=1)  # as the ticket itself waits at most


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardEntry(Forwarding):
    """An entry is never asked for: the same bytes under the same key are filed once, however often they are sent."""

    name: str = FORWARD_ENTRY

    def _forward(self, key: str) -> Again | None:
        if self.platform is None:
            with self.sessions.begin() as session:
                entries.keep_entry_at_desk(session, entry_id=key)
            return None
        with self.sessions.begin() as session:
            now = self.clock()
            match entries.start_entry(session, entry_id=key, at=now):
                case NextMove.NOTHING:
                    return None
                case NextMove.WAIT:
                    return self._wait(session, key, now)
            parcel = entries.frozen_entry(session, entry_id=key, vault=self.vault)
        if parcel is None:
            return None
        return self._record(key, self.platform.add_entry(parcel.reference, parcel.body, key=key))

    def _wait(self, session: Session, key: str, now: datetime) -> Again:
        """Half as long again as it has waited: soon for a picture, hourly for a platform that is away for days."""
        entry = session.get_one(TicketEntry, key)
        self._give_up_lost_files(session, entry.ticket_id, now)
        pause = min((now - entry.added_at) / 2, LONGEST_WAIT)
        return Again(counts=False, after=max(pause, self.attachment_pause))

    def _write(
        self, session: Session, key: str, outcome: AttemptOutcome, status: int | None, detail: str, at: datetime
    ) -> None:
        entries.record_entry_attempt(
            session, entry_id=key, outcome=outcome, status=status, detail=detail, at=at, vault=self.vault
        )

    def _mark_arrived(self, session: Session, key: str, platform_id: str, at: datetime) -> None:
        entries.mark_entry_forwarded(session, entry_id=key, platform_id=platform_id, at=at)

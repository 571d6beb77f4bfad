"""``tell_citizen``: news of a ticket is pushed at most once. WeChat's sends have no idempotency key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.worker.jobs import TELL_CITIZEN
from api.worker.turns import Again, Growing
from bot.client.push import Outcome
from knowledge.feedback.kinds import NoticeState
from knowledge.feedback.notices import OpenNotice, claim_notice, mark_told, open_notice
from knowledge.store.vault import Vault

# Only for failures before the sending; after it there is no second try.
RETRIES = Growing(first=timedelta(seconds=5), longest=timedelta(minutes=10), tries=10)
CHANNEL = "push"

Tell = Callable[[OpenNotice], Outcome]  # finds the words and the channel; its outcome is final

# Refused on every channel: it waits for the citizen's next contact.
STATES = {
    Outcome.DELIVERED: NoticeState.DELIVERED,
    Outcome.UNCLEAR: NoticeState.MAYBE,
    Outcome.REFUSED: NoticeState.WAITING,
    Outcome.IMPOSSIBLE: NoticeState.IMPOSSIBLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCitizen:
    sessions: sessionmaker[Session]
    vault: Vault
    tell: Tell
    clock: Callable[[], datetime]
    growing: Growing = RETRIES
    name: str = TELL_CITIZEN

    def run(self, key: str) -> Again | None:
        with self.sessions.begin() as session:
            notice = open_notice(session, notice_id=key, vault=self.vault)
            # Marked as perhaps sent before it is sent: a crash in between must not send it twice.
            if notice is None or not claim_notice(session, notice_id=key, channel=CHANNEL, at=self.clock()):
                return None
        outcome = self.tell(notice) if notice.openid is not None else Outcome.IMPOSSIBLE
        with self.sessions.begin() as session:
            mark_told(session, notice_id=key, state=STATES[outcome], channel=CHANNEL, at=self.clock())
        return None

    def give_up(self, key: str) -> None:
        """It stays as it is, and is offered at the citizen's next contact."""

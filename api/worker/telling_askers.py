"""``tell_asker``: whoever asked to hear of an answer is told once, when it is live and really answers him."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session, sessionmaker

from api.worker.jobs import TELL_ASKER
from api.worker.turns import Again, Growing
from bot.client.push import Outcome
from knowledge.faq.entry import Entry
from knowledge.faq.service import FaqService
from knowledge.messages.queries import keep_message
from knowledge.missed.states import WaiterState
from knowledge.missed.waiters import OpenWaiter, claim_waiter, open_waiter, release_waiter, settle_waiter
from knowledge.store.vault import Unreadable, Vault

# Only for failures before the sending; after it there is no second try.
RETRIES = Growing(first=timedelta(seconds=5), longest=timedelta(minutes=10), tries=10)
CHANNEL = "push"
LIVE = timedelta(seconds=5)  # by then every process answers with what was published

STATES = {
    Outcome.DELIVERED: WaiterState.TOLD,
    Outcome.UNCLEAR: WaiterState.MAYBE,
    Outcome.REFUSED: WaiterState.KEPT,
    Outcome.IMPOSSIBLE: WaiterState.IMPOSSIBLE,
}


class TellAnswer(Protocol):
    """Finds the words and the channel."""

    def answers(self, waiter: OpenWaiter, entry: Entry) -> bool:
        """Whether the entry says something there, and not only whom to call."""

    def words(self, waiter: OpenWaiter, entry: Entry, *, now: datetime) -> str: ...

    def push(self, waiter: OpenWaiter, words: str) -> Outcome:
        """Its outcome is final."""

    def remind(self, waiter: OpenWaiter) -> None:
        """That something is kept for the citizen's next contact; called after the commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellAsker:
    """``key``: the waiter's id and the number of the base that was published."""

    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    vault: Vault
    faq: FaqService
    tell: TellAnswer
    clock: Callable[[], datetime]
    growing: Growing = RETRIES
    name: str = TELL_ASKER

    def run(self, key: str) -> Again | None:
        now, waiter_id = self.clock(), key.partition(":")[0]
        with self.reading() as session:
            waiter = self._waiter(session, waiter_id)
            if waiter is None:
                return None
            if waiter.filled_at is not None and now < waiter.filled_at + LIVE:
                return Again(counts=False, after=waiter.filled_at + LIVE - now)
            self.faq.refresh(session)  # raises while it cannot be built: tried again
        entry = self._answer(waiter, now)
        with self.sessions.begin() as session:
            if entry is None:
                release_waiter(session, waiter_id=waiter_id)
                return None
            # Marked before it is sent: a crash in between must not send it twice.
            if not claim_waiter(session, waiter_id=waiter_id, channel=CHANNEL, at=now):
                return None
        self._send(waiter, self.tell.words(waiter, entry, now=now))
        return None

    def give_up(self, key: str) -> None:
        """It waits on, and is looked at again with the next entry that fills its gap."""
        with self.sessions.begin() as session:
            release_waiter(session, waiter_id=key.partition(":")[0])

    def _waiter(self, session: Session, waiter_id: str) -> OpenWaiter | None:
        try:
            return open_waiter(session, waiter_id=waiter_id, vault=self.vault)
        except Unreadable:  # sealed with another key: nobody can be told
            return None

    def _answer(self, waiter: OpenWaiter, now: datetime) -> Entry | None:
        """The entry that filled the gap, where it answers this very question in the asker's region, or is offered."""
        decision = self.faq.decide(waiter.question, region=waiter.region, now=now)
        shown = decision.choices if decision.answer is None else (decision.answer,)
        entry = next((each for each in shown if each.id == waiter.entry_id), None)
        return entry if entry is not None and self.tell.answers(waiter, entry) else None

    def _send(self, waiter: OpenWaiter, words: str) -> None:
        outcome = self.tell.push(waiter, words) if waiter.openid is not None else Outcome.IMPOSSIBLE
        with self.sessions.begin() as session:
            there = settle_waiter(session, waiter_id=waiter.id, state=STATES[outcome])
            if not there or outcome is not Outcome.REFUSED:  # or erased while it was being sent
                return
            keep_message(
                session,
                account=waiter.account,
                citizen=waiter.citizen,
                text=words,
                maybe_delivered=False,
                now=self.clock(),
                vault=self.vault,
            )
        self.tell.remind(waiter)

"""Whoever asked to be told is told once: when the answer is live and is one for him, within the message rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from api.worker.telling_askers import LIVE, TellAsker
from api.worker.turns import Again
from bot.client.push import Outcome
from knowledge.faq.entry import Entry
from knowledge.faq.service import FaqService
from knowledge.messages.queries import take_kept
from knowledge.missed.filling import fill
from knowledge.missed.models import MissedWaiter
from knowledge.missed.states import WaiterState
from knowledge.missed.waiters import OpenWaiter
from knowledge.people.erasure import erase_citizen
from knowledge.store.sessions import make_reading_sessions
from knowledge.store.vault import Vault
from tests.knowledge.curation.people import put
from tests.knowledge.faq.base import entry, index_folder
from tests.knowledge.missed.asking import gather, group_of, wish

QUESTION = "公章刻错了怎么办"


@dataclass
class Side:
    """What the far side does, and what it heard."""

    outcome: Outcome = Outcome.DELIVERED
    filled_in: bool = True
    told: list[tuple[str | None, str]] = field(default_factory=list)
    reminded: list[str] = field(default_factory=list)

    def answers(self, waiter: OpenWaiter, entry: Entry) -> bool:
        return self.filled_in

    def words(self, waiter: OpenWaiter, entry: Entry, *, now: datetime) -> str:
        return f"{waiter.question} → {entry.id}"

    def push(self, waiter: OpenWaiter, words: str) -> Outcome:
        self.told.append((waiter.openid, words))
        return self.outcome

    def remind(self, waiter: OpenWaiter) -> None:
        self.reminded.append(waiter.citizen)


@dataclass
class World:
    sessions: sessionmaker[Session]
    side: Side
    job: TellAsker
    waiter: str

    @property
    def state(self) -> str:
        with self.sessions() as session:
            return session.get_one(MissedWaiter, self.waiter).state


@pytest.fixture
def world(sessions: sessionmaker[Session], vault: Vault, now: datetime, tmp_path: Path) -> World:
    """Somebody waits; what he waits for was published a moment ago."""
    with sessions() as session:
        put(session, entry("K1", "图书室几点开门？"), now=now)
        faq = FaqService.load(session, index_dir=index_folder())
        group = group_of(session, QUESTION)
        wish(session, QUESTION, vault)
        gather(session)
        put(session, entry("K9", "公章刻错了怎么办？"), now=now)
        [waiter] = fill(session, group_ids=[group.id], entry_id="K9", now=now)
        session.commit()
    side = Side()
    reading = make_reading_sessions(sessions.kw["bind"])
    job = TellAsker(sessions=sessions, reading=reading, vault=vault, faq=faq, tell=side, clock=lambda: now + LIVE)
    return World(sessions, side, job, waiter)


def test_the_asker_is_told_once_however_often_the_job_runs(world: World) -> None:
    assert world.job.run(f"{world.waiter}:7") is None
    assert world.job.run(f"{world.waiter}:7") is None
    assert world.job.run(f"{world.waiter}:8") is None
    assert world.side.told == [("o-c1", f"{QUESTION} → K9")]
    assert world.state == WaiterState.TOLD


def test_nobody_is_told_before_every_process_answers_so(world: World, now: datetime) -> None:
    early = replace(world.job, clock=lambda: now + timedelta(seconds=2))
    assert early.run(f"{world.waiter}:7") == Again(counts=False, after=timedelta(seconds=3))
    assert world.side.told == []


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.UNCLEAR, WaiterState.MAYBE), (Outcome.IMPOSSIBLE, WaiterState.IMPOSSIBLE)],
)
def test_what_may_have_arrived_or_cannot_is_not_sent_again(world: World, outcome: Outcome, state: WaiterState) -> None:
    world.side.outcome = outcome
    world.job.run(f"{world.waiter}:7")
    world.job.run(f"{world.waiter}:7")
    assert (len(world.side.told), world.state, world.side.reminded) == (1, state, [])


def test_what_the_window_refuses_waits_for_the_next_contact(world: World, now: datetime, vault: Vault) -> None:
    """48 hours after the citizen's last message WeChat takes none for him."""
    world.side.outcome = Outcome.REFUSED
    world.job.run(f"{world.waiter}:7")
    assert (world.state, world.side.reminded) == (WaiterState.KEPT, ["c1"])
    with world.sessions.begin() as session:
        [kept] = take_kept(session, account="city", citizen="c1", now=now, vault=vault)
        assert kept.text == f"{QUESTION} → K9"
        assert take_kept(session, account="city", citizen="c1", now=now, vault=vault) == []
    world.job.run(f"{world.waiter}:7")
    assert len(world.side.told) == 1


def test_a_crash_in_the_middle_of_the_push_tells_nothing_twice(world: World) -> None:
    class Cut(Side):
        def push(self, waiter: OpenWaiter, words: str) -> Outcome:
            raise ConnectionError("killed here")

    with pytest.raises(ConnectionError):
        replace(world.job, tell=Cut()).run(f"{world.waiter}:7")
    assert world.job.run(f"{world.waiter}:7") is None
    assert (world.side.told, world.state) == ([], WaiterState.CLAIMED)


def test_who_had_himself_erased_is_not_told(world: World, vault: Vault, now: datetime) -> None:
    with world.sessions.begin() as session:
        erase_citizen(session, account="city", citizen="c1", now=now, vault=vault)
    assert world.job.run(f"{world.waiter}:7") is None
    assert world.side.told == []


def test_who_had_himself_erased_while_it_was_sent_has_nothing_kept(world: World, vault: Vault, now: datetime) -> None:
    class Slow(Side):
        def push(self, waiter: OpenWaiter, words: str) -> Outcome:
            with world.sessions.begin() as session:
                erase_citizen(session, account="city", citizen="c1", now=now, vault=vault)
            return Outcome.REFUSED

    replace(world.job, tell=Slow()).run(f"{world.waiter}:7")
    with world.sessions.begin() as session:
        assert take_kept(session, account="city", citizen="c1", now=now, vault=vault) == []


@pytest.mark.parametrize("why", ["another question", "a fact is missing", "another region"])
def test_whom_it_does_not_answer_is_not_told_and_waits_on(world: World, now: datetime, why: str) -> None:
    with world.sessions() as session:
        row = session.get_one(MissedWaiter, world.waiter)
        if why == "another question":
            row.question = "量子纠缠的原理"
        elif why == "another region":
            put(session, entry("K9", "公章刻错了怎么办？", region="320300"), now=now)
        session.commit()
    world.side.filled_in = why != "a fact is missing"
    assert world.job.run(f"{world.waiter}:7") is None
    with world.sessions() as session:
        row = session.get_one(MissedWaiter, world.waiter)
        assert (world.side.told, row.state, row.group_id) == ([], WaiterState.WAITING, None)


def test_a_wish_that_is_gone_is_no_error(world: World) -> None:
    assert world.job.run("gone:7") is None


def test_giving_up_lets_the_wish_wait_on(world: World) -> None:
    world.job.give_up(f"{world.waiter}:7")
    assert world.state == WaiterState.WAITING

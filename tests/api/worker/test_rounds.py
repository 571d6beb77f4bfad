"""Rounds: what is due is done by one worker, and a failing one keeps nothing else from its turn."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from api.worker.auditing import audit_head
from api.worker.rounds import Round, Rounds
from knowledge.audit.chain import head
from knowledge.audit.events import MACHINE, note
from tests.api.live import wait_until

MINUTE = timedelta(minutes=1)
Make = Callable[..., Rounds]


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def make(sessions: sessionmaker[Session], clock: Clock) -> Make:
    def make(rounds: Sequence[Round], executor: str = "a", look: float = 0.05) -> Rounds:
        return Rounds(rounds, sessions=sessions, executor=executor, clock=clock, look=timedelta(seconds=look))

    return make


def test_a_round_runs_when_it_is_due_and_only_with_one_of_two_workers(make: Make, clock: Clock) -> None:
    ran: list[datetime] = []
    rounds = [Round("r", MINUTE, ran.append)]
    one, other = make(rounds), make(rounds, "b")
    assert (one.take_due(), other.take_due()) == (["r"], [])
    first, clock.now = clock.now, clock.now + MINUTE
    assert (other.take_due(), one.take_due()) == (["r"], [])
    assert ran == [first, clock.now]


def test_a_round_that_fails_is_told_without_what_it_said_and_comes_again(
    make: Make, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: datetime) -> None:
        raise ValueError("13812345678")

    ran: list[datetime] = []
    rounds = make([Round("bad", MINUTE, fail), Round("good", MINUTE, ran.append)])
    with caplog.at_level(logging.ERROR):
        assert rounds.take_due() == ["bad", "good"]
    assert [record.getMessage() for record in caplog.records] == ["the round bad failed: ValueError"]
    clock.now += MINUTE
    assert rounds.take_due() == ["bad", "good"]
    assert len(ran) == 2


def test_stopping_lets_the_round_in_hand_end_and_leaves_no_thread(make: Make) -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work(_: datetime) -> None:
        begun.set()
        may_end.wait(10)
        ended.set()

    rounds = make([Round("r", MINUTE, work)])
    rounds.start()
    wait_until(begun.is_set)
    threading.Timer(0.1, may_end.set).start()
    rounds.stop(patience=timedelta(seconds=10))
    assert ended.is_set()
    assert [thread for thread in threading.enumerate() if thread.name == "worker-rounds"] == []


def test_the_head_of_the_audit_log_is_told_once_a_day(
    sessions: sessionmaker[Session], make: Make, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with sessions.begin() as session:
        note(session, actor=MACHINE, action="x", kind="x", object_id="x", at=clock.now)
    with sessions() as session:
        end = head(session)
    rounds = make([audit_head(sessions)])
    with caplog.at_level(logging.INFO):
        for hours in (0, 23, 1):
            clock.now += timedelta(hours=hours)
            rounds.take_due()
    assert [record.getMessage() for record in caplog.records] == [f"audit_head 1 {end.digest}"] * 2

"""A round is taken by one worker at a time, and comes again."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from knowledge.workers.rounds import claim_round

EVERY = timedelta(seconds=10)


def test_a_round_is_taken_once_and_again_when_it_is_due(session: Session, now: datetime) -> None:
    def taken(seconds: float, by: str = "a") -> bool:
        return claim_round(session, name="r", every=EVERY, at=now + timedelta(seconds=seconds), by=by)

    assert [taken(0), taken(0, "b"), taken(9), taken(10, "b"), taken(11), taken(100)] == [
        True, False, False, True, False, True,
    ]  # fmt: skip
    assert claim_round(session, name="another", every=EVERY, at=now)


def test_a_clock_that_once_ran_ahead_does_not_stop_a_round_for_years(session: Session, now: datetime) -> None:
    assert claim_round(session, name="r", every=EVERY, at=now + timedelta(days=4000))
    assert claim_round(session, name="r", every=EVERY, at=now)
    assert not claim_round(session, name="r", every=EVERY, at=now)


def test_of_workers_that_come_at_once_one_takes_it(sessions: sessionmaker[Session], now: datetime) -> None:
    together, taken = threading.Barrier(6), list[bool]()

    def come() -> None:
        together.wait()
        with sessions.begin() as session:
            taken.append(claim_round(session, name="r", every=EVERY, at=now))

    threads = [threading.Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]

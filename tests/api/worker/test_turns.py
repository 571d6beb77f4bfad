"""The chain of turns: pauses grow, tries end, nothing loops for ever and no error's words reach a log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.worker.turns import EXTRA_TURNS, Again, Growing, Next, take_turn

MINUTE = timedelta(minutes=1)
GROWING = Growing(first=MINUTE, longest=timedelta(hours=1), tries=3)


@dataclass
class Errand:
    """A job that does what the test says."""

    answer: Again | Exception | None
    growing: Growing = GROWING
    name: str = "errand"
    gave_up: list[str] = field(default_factory=list)
    gives_up_badly: bool = False

    def run(self, key: str) -> Again | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def give_up(self, key: str) -> None:
        self.gave_up.append(key)
        if self.gives_up_badly:
            raise RuntimeError("张三丰")


def test_a_job_that_is_done_has_no_next_turn() -> None:
    assert take_turn(Errand(None), "key", 0, 0) is None


def test_a_failed_try_is_followed_by_a_growing_pause() -> None:
    errand = Errand(Again(counts=True))
    assert take_turn(errand, "key", 0, 0) == Next(1, 1, MINUTE)
    assert take_turn(errand, "key", 1, 1) == Next(2, 2, 2 * MINUTE)


def test_waiting_is_no_failed_try() -> None:
    assert take_turn(Errand(Again(counts=False, after=MINUTE)), "key", 7, 2) == Next(8, 2, MINUTE)


def test_after_the_last_try_it_gives_up_once() -> None:
    errand = Errand(Again(counts=True))
    assert take_turn(errand, "key", 2, 2) is None
    assert errand.gave_up == ["key"]


def test_an_unforeseen_error_counts_and_its_words_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    following = take_turn(Errand(ValueError("电话13812345678")), "key", 0, 0)
    assert following == Next(1, 1, MINUTE)
    assert "ValueError" in caplog.text
    assert "13812345678" not in caplog.text


def test_even_a_job_that_cannot_give_up_ends(caplog: pytest.LogCaptureFixture) -> None:
    errand = Errand(ValueError("x"), gives_up_badly=True)
    following: Next | None = Next(0, 0, timedelta(0))
    turns = 0
    while following is not None:
        following = take_turn(errand, "key", following.turn, following.tries)
        turns += 1
    assert turns == errand.growing.tries + EXTRA_TURNS
    assert "张三丰" not in caplog.text


@given(failed=st.integers(0, 10**6), first=st.integers(0, 10**6), longest=st.integers(0, 10**7))
def test_a_pause_never_shrinks_and_never_exceeds_the_longest(failed: int, first: int, longest: int) -> None:
    growing = Growing(timedelta(seconds=first), timedelta(seconds=longest), tries=5)
    assert growing.pause(failed) <= growing.pause(failed + 1) <= timedelta(seconds=longest)

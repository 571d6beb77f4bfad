"""Calls run in threads and come back to the loop that asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from bot.threads import Threads


@pytest.fixture
def threads() -> Iterator[Threads]:
    with Threads(2, "test") as running:
        yield running


async def test_a_call_runs_in_another_thread_and_its_result_comes_back(threads: Threads) -> None:
    here = threading.get_ident()
    ran_in, doubled = await threads.run(lambda number: (threading.get_ident(), 2 * number), 21)
    assert (ran_in != here, doubled) == (True, 42)


async def test_what_a_call_raises_is_raised_where_it_is_awaited(threads: Threads) -> None:
    def fail(_: int) -> None:
        raise LookupError("not there")

    with pytest.raises(LookupError, match="not there"):
        await threads.run(fail, 1)
    assert await threads.run(str, 1) == "1"


async def test_as_many_calls_run_at_once_as_there_are_threads(threads: Threads) -> None:
    both = threading.Barrier(2, timeout=10)
    await asyncio.gather(*(threads.run(lambda _: both.wait(), None) for _ in range(4)))


async def test_a_call_that_nobody_waits_for_any_more_harms_nobody(threads: Threads) -> None:
    go = threading.Event()
    begun = threading.Event()

    def wait(_: int) -> None:
        begun.set()
        assert go.wait(10)

    left = threads.run(wait, 1)
    await asyncio.to_thread(begun.wait, 10)
    left.cancel()
    go.set()
    assert await threads.run(str, 2) == "2"


async def test_a_call_cancelled_before_it_began_is_not_made() -> None:
    made: list[int] = []
    go = threading.Event()
    with Threads(1, "test") as threads:
        first = threads.run(lambda _: go.wait(10), None)
        threads.run(made.append, 1).cancel()
        last = threads.run(made.append, 2)
        go.set()
        await asyncio.gather(first, last)
    assert made == [2]


def test_closing_waits_for_all_that_was_asked_for() -> None:
    made: list[int] = []

    async def ask(threads: Threads) -> None:
        for number in range(5):
            threads.run(made.append, number)

    threads = Threads(1, "test")
    asyncio.run(ask(threads))
    threads.close()
    assert made == [0, 1, 2, 3, 4]

"""A job is a chain of short turns. Each turn does one thing, commits it, and says when the next one is due.

The pause between two turns is a delayed job in the database: no thread sleeps through it, a restart does not lose it,
and a release may change what the next turn does.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

logger = logging.getLogger(__name__)

# Turns of a job whose own giving-up fails; then only the log knows of it.
EXTRA_TURNS = 20


@dataclass(frozen=True, slots=True)
class Again:
    """Another turn. ``counts``: this one was a try that failed. ``after`` overrides the pause by count."""

    counts: bool
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Growing:
    """Pauses that double from ``first`` to ``longest``; ``tries`` failed tries are the end."""

    first: timedelta
    longest: timedelta
    tries: int

    def pause(self, failed: int) -> timedelta:
        """``failed`` counts from 1."""
        doublings = min(max(failed - 1, 0), 20)  # from one second that is twelve days, longer than any longest
        factor: int = 2**doublings
        return min(self.longest, self.first * factor)


class Job(Protocol):
    """One kind of work. ``run`` and ``give_up`` may run twice for the same turn, after a crash between."""

    @property
    def name(self) -> str: ...

    @property
    def growing(self) -> Growing: ...

    def run(self, key: str) -> Again | None:
        """One turn; ``None`` when nothing is left to do."""

    def give_up(self, key: str) -> None:
        """After the last try: write down that nothing more will happen by itself."""


@dataclass(frozen=True, slots=True)
class Next:
    """The following turn of a job."""

    turn: int
    tries: int
    after: timedelta


def take_turn(job: Job, key: str, turn: int, tries: int) -> Next | None:
    """Run one turn and decide on the next. An error that nobody foresaw is a failed try: nothing loops for ever."""
    again = _guarded(lambda: job.run(key), job, key)
    if again is None:
        return None
    tries += int(again.counts)
    if again.counts and tries >= job.growing.tries:
        failed = _guarded(lambda: job.give_up(key), job, key)
        if failed is None or tries >= job.growing.tries + EXTRA_TURNS:
            return None
    after = again.after if again.after is not None else job.growing.pause(tries)
    return Next(turn + 1, tries, after)


def _guarded(step: Callable[[], Again | None], job: Job, key: str) -> Again | None:
    try:
        return step()
    except Exception as error:  # noqa: BLE001 – the worker loop: one bad job must not end it
        # The message of an error may hold what a citizen wrote; where it happened does not.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "job %s of %s failed: %s at %s:%s", job.name, key, type(error).__name__, frame.filename, frame.lineno
        )
        return Again(counts=True)

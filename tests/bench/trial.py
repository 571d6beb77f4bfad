"""One contestant in a process of its own: built, asked one question at a time by one thread, timed each time.

A process of its own, because memory and processor time are then nobody else's, and no one finds warm what another
has left behind.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import psutil

from api.garbage import collect_seldom

WARM_UP = 50  # questions that are asked before the clock runs, for as long as they take a second together
WARM_UP_SECONDS = 1.0
FEWEST = 10  # questions of a contestant, however long they take
ENOUGH_FOR_P99 = 100  # questions; with fewer the slowest of all stands for it
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS")
MEGABYTE = 1_000_000

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """``right``: id of the entry, or the name, that is meant."""

    text: str
    right: str


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        ordered = sorted(seconds)
        last = len(ordered) - 1
        return cls(ordered[len(ordered) // 2], ordered[min(int(len(ordered) * 0.99), last)])


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds; ``cpu`` with that of child processes that have ended."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """``right``: share of the questions. ``memory``: bytes of unique memory (USS) that it added to its process."""

    name: str
    asked: int
    right: float
    wall: Latency
    cpu: Latency
    build: Cost
    memory: int


@dataclass(frozen=True, slots=True)
class Built:
    """``best``: the answer to a query, ``None`` where there is none."""

    best: Callable[[str], str | None]


def apart(task: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """``task`` in a fresh process, and its result. Children inherit one thread for libraries that would take more."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as process:
        return process.submit(task, *arguments, **named).result()


def measured(name: str, build: Callable[[], Built], questions: Sequence[Question], *, seconds: float) -> Outcome:
    """Built once, then asked until the questions or the seconds are used up. Each question is asked once."""
    memory = unique_memory()
    built, cost = built_at_cost(build)
    rest = _warmed_up(built, questions)
    collect_seldom()
    walls, cpus, right = [], [], 0
    began = time.perf_counter()
    for question in rest:
        cpu, wall = time.process_time(), time.perf_counter()
        best = built.best(question.text)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        right += best == question.right
        if len(walls) >= FEWEST and time.perf_counter() - began > seconds:
            break
    added = unique_memory() - memory
    share = right / len(walls)
    return Outcome(name, len(walls), share, Latency.of(walls), Latency.of(cpus), cost, added)


def built_at_cost(build: Callable[[], Built]) -> tuple[Built, Cost]:
    cpu, wall = _cpu(), time.perf_counter()
    built = build()
    return built, Cost(time.perf_counter() - wall, _cpu() - cpu)


def unique_memory() -> int:
    return int(psutil.Process().memory_full_info().uss)


def _warmed_up(built: Built, questions: Sequence[Question]) -> Sequence[Question]:
    """What is left to be asked."""
    until = time.perf_counter() + WARM_UP_SECONDS
    used = 0
    while used < WARM_UP and time.perf_counter() < until:
        built.best(questions[used].text)
        used += 1
    return questions[used:]


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system

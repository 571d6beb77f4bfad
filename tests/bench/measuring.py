"""The order of the measurement: everybody once, then echo, distinct and Zipf in turn, several rounds."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.load import Mailbag, Run, send
from tests.bench.questions import base_questions, distinct, zipf
from tests.bench.servers import Measured

ROUNDS = 3
MESSAGES = 2_000  # a round and kind, unless the time is up before
SECONDS = 4.0  # a round and kind
CONNECTIONS = 16  # under load; enough to keep one core busy
ALONE_MESSAGES = 300  # one at a time, for the latency without a queue
RECORDED_SECONDS = 5.0  # the recorder writes once a second
ANSWERED_BY_FAQ = 0.98  # of the messages; a damaged question may be taken for an institution's name

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one kind of message. ``cpu``: seconds of the server's processor a message, the median of the rounds.

    ``load``: latencies with the core busy; ``alone``: with one message under way; p50 and p99, in seconds.
    """

    name: str
    cpu: float
    lowest: float
    highest: float
    redis_cpu: float
    per_second: float
    load: tuple[float, float]
    alone: tuple[float, float]
    messages: int

    @property
    def rate(self) -> float:
        """Messages a CPU second."""
        return 1 / self.cpu


@dataclass(slots=True)
class _Spent:
    run: Run
    cpu: float
    redis_cpu: float


class Bench:
    """Both servers run all the time; the one that is not asked has nothing to do."""

    def __init__(self, product: Measured, echo: Measured, redis: psutil.Process, bag: Mailbag, *, tell: Tell) -> None:
        self._product = product
        self._echo = echo
        self._redis = redis
        self._bag = bag
        self._tell = tell
        self._questions = base_questions()
        self._citizens = [f"oBench{n:022d}" for n in range(len(self._questions))]
        self._sent: dict[int, int] = {}

    def meet(self) -> Figure:
        """Everybody's first message: what it costs while the talk is not known yet and the database is asked."""
        spent = self._send(self._product, self._questions)
        self._send(self._echo, self._questions)
        return _figure("first", [spent], spent.run)

    def measure(self) -> list[Figure]:
        """Echo, distinct, Zipf."""
        new = distinct(self._questions)
        kinds: dict[str, tuple[Measured, Callable[[int], list[str]]]] = {
            "echo": (self._echo, lambda n: list(itertools.islice(new, n))),
            "distinct": (self._product, lambda n: list(itertools.islice(new, n))),
            "zipf": (self._product, lambda n: zipf(self._questions, n, seed=next(seeds))),
        }
        seeds = itertools.count(1)
        rounds: dict[str, list[_Spent]] = {name: [] for name in kinds}
        for number in range(1, ROUNDS + 1):
            for name, (server, ask) in kinds.items():
                spent = self._send(server, ask(MESSAGES))
                rounds[name].append(spent)
                rate = len(spent.run.seconds) / spent.cpu
                self._tell(f"round {number}/{ROUNDS}  {name:9}{rate:7.0f} messages a CPU second")
        return [
            _figure(name, rounds[name], self._send(server, ask(ALONE_MESSAGES), connections=1).run)
            for name, (server, ask) in kinds.items()
        ]

    def sent_to(self, server: Measured) -> int:
        return self._sent.get(server.port, 0)

    def _send(self, server: Measured, questions: Sequence[str], *, connections: int = CONNECTIONS) -> _Spent:
        before, redis_before = server.cpu_seconds(), _spent_by(self._redis)
        run = asyncio.run(
            send(server.port, self._bag, questions, self._citizens, connections=connections, seconds=SECONDS)
        )
        self._sent[server.port] = self.sent_to(server) + len(run.seconds)
        spent = _Spent(run, server.cpu_seconds() - before, _spent_by(self._redis) - redis_before)
        self._bag.check(run)
        return spent


def wait_until_recorded(database: Path, messages: int) -> int:
    """How many of the messages stand in the table of questions, once the recorder has written them all."""
    deadline = time.monotonic() + RECORDED_SECONDS
    while True:
        with closing(sqlite3.connect(database)) as connection:
            found = int(connection.execute("SELECT count(*) FROM questions").fetchone()[0])
        if found >= messages or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def _spent_by(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def _figure(name: str, rounds: Sequence[_Spent], alone: Run) -> Figure:
    costs = [spent.cpu / len(spent.run.seconds) for spent in rounds]
    loaded = Run([second for spent in rounds for second in spent.run.seconds])
    messages = len(loaded.seconds)
    return Figure(
        name=name,
        cpu=statistics.median(costs),
        lowest=min(costs),
        highest=max(costs),
        redis_cpu=sum(spent.redis_cpu for spent in rounds) / messages,
        per_second=messages / sum(spent.run.elapsed for spent in rounds),
        load=(loaded.percentile(0.50), loaded.percentile(0.99)),
        alone=(alone.percentile(0.50), alone.percentile(0.99)),
        messages=messages,
    )

"""A whole answered message on a base of 10,000 entries, beside an echo that does nothing else.

Everybody is met once; then echo, distinct questions and a Zipf mix in turn, several rounds, of which the median counts.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench import servers
from tests.bench.contest import Tell
from tests.bench.load import Mailbag, Run, send
from tests.bench.office import invented_entries, questions_about, zipf
from tests.bench.servers import Measured
from tests.bench.stores import keep_entries
from tests.bench.trial import Latency
from tests.servers import start_redis

ENTRIES = 10_000
QUICK_ENTRIES = 300
ROUNDS = 3  # that count, after one that does not: the middle of a day, not its first minute
MESSAGES = 2_000  # a round and kind, unless the time is up before
SECONDS = 5.0  # a round and kind
MEETING_SECONDS = 20.0  # all are to be met, on a slow machine too
CITIZENS = 300
CONNECTIONS = 16  # under load; enough to keep one core busy
LAYERED_MESSAGES = 1_000  # of each mix, with a stopwatch at each layer
ALONE_MESSAGES = 300  # one at a time, for the latency without a queue
RECORDED_SECONDS = 5.0  # the recorder writes once a second
RECORDED_BY_FAQ = 0.98  # of the messages at least; a damaged question may be taken for an institution's name
ECHO, DISTINCT, ZIPF, FIRST = "echo", "distinct", "zipf", "first"


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one kind of message. ``cpu``: seconds of the server's processor a message, the median of the rounds.

    ``busy``: latency with the core busy; ``alone``: with one message under way, where it was measured.
    """

    name: str
    cpu: float
    lowest: float
    highest: float
    redis_cpu: float
    busy: Latency
    alone: Latency | None
    messages: int

    @property
    def rate(self) -> float:
        """Messages a CPU second."""
        return 1 / self.cpu


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """``figures``: the echo first. ``layers``: of each mix the seconds a message in each layer, and in ``all``.

    ``decided``: how many of the recorded questions were answered, offered choices …
    """

    entries: int
    figures: Sequence[Figure]
    layers: Mapping[str, Mapping[str, float]]
    recorded: float
    decided: Mapping[str, int]


@dataclass(slots=True)
class _Spent:
    run: Run
    cpu: float
    redis_cpu: float


def run(folder: Path, *, quick: bool, tell: Tell) -> Results:
    """Errors: ``AssertionError`` where the product did not do its whole work; such figures would say nothing."""
    count = QUICK_ENTRIES if quick else ENTRIES
    tell(f"messages: a base of {count:,} entries, Redis, the product and the echo are started")
    database = folder / "product" / "bianshitong.db"
    keep_entries(database, entries := invented_entries(count))
    redis = start_redis(folder)
    try:
        assert redis.process is not None, "BST_TEST_REDIS_URL names a server whose processor time cannot be seen"
        bench = Bench([entry.question for entry in entries], psutil.Process(redis.process.pid), tell=tell)
        with servers.product(folder / "product", redis_url=redis.url) as product, servers.echo(folder) as echo:
            figures = bench.measure(product, echo, rounds=1 if quick else ROUNDS)
        recorded, decided = _recorded(database, bench.sent_to(product))
        tell("once more with a stopwatch at each layer")
        with servers.product(folder / "product", redis_url=redis.url, layered=True) as layered:
            layers = bench.layers(layered)
    finally:
        redis.stop()
    assert recorded >= RECORDED_BY_FAQ, f"only {recorded:.1%} of the messages went through the base"
    return Results(entries=count, figures=figures, layers=layers, recorded=recorded, decided=decided)


class Bench:
    """Asks the servers. All run all the time; the one that is not asked has nothing to do."""

    def __init__(self, questions: Sequence[str], redis: psutil.Process, *, tell: Tell) -> None:
        self._questions = questions
        self._redis = redis
        self._bag = Mailbag(servers.ACCOUNT)
        self._tell = tell
        self._citizens = [f"oBench{n:022d}" for n in range(CITIZENS)]
        self._new = (asked.question for asked in questions_about(len(questions)))
        self._popular = zipf(questions)
        self._sent: dict[int, int] = {}

    def measure(self, product: Measured, echo: Measured, *, rounds: int) -> list[Figure]:
        """Echo, distinct, Zipf, and the first message of everybody."""
        first = self._meet(product)
        kinds = {ECHO: (echo, self._new), DISTINCT: (product, self._new), ZIPF: (product, self._popular)}
        spent: dict[str, list[_Spent]] = {name: [] for name in kinds}
        for number in range(rounds + 1):
            for name, (server, questions) in kinds.items():
                one = self._ask(server, questions, MESSAGES)
                self._tell(f"  round {number}/{rounds}  {name:9}{len(one.run.seconds) / one.cpu:7.0f} messages a CPU s")
                if number:
                    spent[name].append(one)
        alone = {name: self._ask(*kinds[name], ALONE_MESSAGES, connections=1).run for name in kinds}
        return [*(_figure(name, spent[name], alone[name]) for name in kinds), _figure(FIRST, [first], None)]

    def layers(self, layered: Measured) -> dict[str, dict[str, float]]:
        """Of both mixes the seconds of processor time a message spends in each layer, and in all."""
        self._meet(layered)
        return {
            DISTINCT: self._layers_of(layered, self._new),
            ZIPF: self._layers_of(layered, self._popular, warm_up=2 * LAYERED_MESSAGES),
        }

    def sent_to(self, server: Measured) -> int:
        return self._sent.get(server.port, 0)

    def _meet(self, product: Measured) -> _Spent:
        """Everybody's first message: the talk is not known yet, and the database is asked."""
        return self._ask(product, self._new, CITIZENS, seconds=MEETING_SECONDS)

    def _layers_of(self, layered: Measured, questions: Iterator[str], warm_up: int = 0) -> dict[str, float]:
        if warm_up:
            self._ask(layered, questions, warm_up)
        before = layered.layers()
        spent = self._ask(layered, questions, LAYERED_MESSAGES)
        messages = len(spent.run.seconds)
        told = {name: (total - before.get(name, 0.0)) / messages for name, total in layered.layers().items()}
        return {**told, "all": spent.cpu / messages}

    def _ask(
        self,
        server: Measured,
        questions: Iterator[str],
        count: int,
        *,
        connections: int = CONNECTIONS,
        seconds: float = SECONDS,
    ) -> _Spent:
        asked = list(itertools.islice(questions, count))
        before, redis_before = server.cpu_seconds(), _spent_by(self._redis)
        run = asyncio.run(send(server.port, self._bag, asked, self._citizens, connections=connections, seconds=seconds))
        self._sent[server.port] = self.sent_to(server) + len(run.seconds)
        spent = _Spent(run, server.cpu_seconds() - before, _spent_by(self._redis) - redis_before)
        self._bag.check(run)
        return spent


def _recorded(database: Path, messages: int) -> tuple[float, dict[str, int]]:
    """The share of the messages that stand in the table of questions, once all are written, and how they ended."""
    deadline = time.monotonic() + RECORDED_SECONDS
    while True:
        with closing(sqlite3.connect(database)) as connection:
            found = connection.execute("SELECT decision, count(*) FROM questions GROUP BY 1 ORDER BY 2 DESC").fetchall()
        decided = {str(decision): int(count) for decision, count in found}
        if sum(decided.values()) >= messages or time.monotonic() > deadline:
            return sum(decided.values()) / messages, decided
        time.sleep(0.2)


def _spent_by(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def _figure(name: str, rounds: Sequence[_Spent], alone: Run | None) -> Figure:
    costs = [spent.cpu / len(spent.run.seconds) for spent in rounds]
    seconds = [second for spent in rounds for second in spent.run.seconds]
    return Figure(
        name=name,
        cpu=statistics.median(costs),
        lowest=min(costs),
        highest=max(costs),
        redis_cpu=sum(spent.redis_cpu for spent in rounds) / len(seconds),
        busy=Latency.of(seconds),
        alone=None if alone is None else Latency.of(alone.seconds),
        messages=len(seconds),
    )

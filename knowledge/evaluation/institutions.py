"""How well look-ups find what is meant: a register and queries with names, by the code that serves citizens."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

import orjson

from knowledge.errors import KnowledgeError
from knowledge.institutions.files import import_institutions
from knowledge.institutions.hits import Lookup
from knowledge.institutions.models import register_tables
from knowledge.institutions.service import InstitutionService
from knowledge.store.base import Base
from knowledge.store.sessions import make_engine, make_sessions

CANDIDATES = 5  # of a prediction row, as the contract says
CHOICES = 3  # how many citizens are offered at most
LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)  # the register's rows need a date; no figure depends on it
_DECISIONS = {"one": "answer", "several": "choices", "none": "none"}


class QueriesUnreadable(KnowledgeError):
    """A query file with a row that is none."""


@dataclass(frozen=True, slots=True)
class Prediction:
    query: str
    decision: str
    candidates: tuple[tuple[str, float], ...]
    milliseconds: float

    def row(self) -> dict[str, Any]:
        named = [{"name": name, "confidence": round(confidence, 4)} for name, confidence in self.candidates]
        return {
            "query": self.query,
            "decision": self.decision,
            "candidates": named,
            "ms": round(self.milliseconds, 3),
        }


@dataclass(slots=True)
class InstitutionReport:
    """Counts over distinct queries. ``resolved``: answered rightly, or right among at most three choices;
    ``wrong``: answered with a name that is not right."""

    queries: int = 0
    names: int = 0
    first: int = 0
    among_three: int = 0
    resolved: int = 0
    answered: int = 0
    wrong: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The figures with their counts, for the terminal."""
        cuts = quantiles(self.milliseconds, n=100) if len(self.milliseconds) > 1 else [0.0] * 99
        return [
            f"名录 {self.names} 个单位，查询 {self.queries} 条",
            self._share("top-1", self.first),
            self._share("top-3", self.among_three),
            self._share("resolved", self.resolved),
            self._share("直接给出", self.answered),
            self._share("wrong", self.wrong),
            f"用时 p50 {cuts[49]:.2f} ms，p99 {cuts[98]:.2f} ms",
        ]

    def _share(self, name: str, count: int) -> str:
        return f"{name} {count / max(1, self.queries):.3f}（{count}/{self.queries}）"


def evaluate_institutions(
    registries: Sequence[Path], queries: Sequence[Path], *, predictions: Path | None, data_dir: Path
) -> InstitutionReport:
    """Imports the registries into a database of their own under ``data_dir`` and asks every query, labels unseen.

    Writes the predictions in the order of the queries. Raises ``KnowledgeError`` for files that cannot be read.
    """
    rows = [row for path in queries for row in _queries(path)]
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="evaluate-", dir=data_dir) as folder:
        service = register_of(registries, Path(folder))
        made = {query: _predicted(service, query) for query, _ in rows}
    if predictions:
        predictions.write_bytes(b"".join(orjson.dumps(made[query].row()) + b"\n" for query, _ in rows))
    return _judged(labelled(queries), made, names=len(service))


def register_of(registries: Sequence[Path], folder: Path) -> InstitutionService:
    """The registries in a database of their own in ``folder``, open for look-ups."""
    engine = make_engine(f"sqlite:///{folder / 'register.db'}")
    try:
        Base.metadata.create_all(engine, tables=register_tables())
        with make_sessions(engine)() as session:
            for registry in registries:
                import_institutions(session, registry, now=LOADED_AT)
            session.commit()
            return InstitutionService.load(session, index_dir=folder / "index")
    finally:
        engine.dispose()


def _predicted(service: InstitutionService, query: str) -> Prediction:
    started = perf_counter()
    found = answered(service, query)
    spent = (perf_counter() - started) * 1000
    named = tuple((hit.institution.name, hit.confidence) for hit in found.hits[:CANDIDATES])
    return Prediction(query, _DECISIONS[found.kind], named, spent)


def answered(service: InstitutionService, query: str) -> Lookup:
    """As a citizen's message is looked up: the name inside a sentence where it is one, else the whole text."""
    found = service.find_in(query, region=None)
    return found if found.kind != "none" else service.look_up(query, region=None, limit=CANDIDATES)


def labelled(queries: Sequence[Path]) -> dict[str, set[str]]:
    """Each query with the names that are right for it. Raises ``QueriesUnreadable``."""
    right: dict[str, set[str]] = {}
    for query, name in (row for path in queries for row in _queries(path)):
        right.setdefault(query, set()).add(name)
    return right


def _judged(right: dict[str, set[str]], made: dict[str, Prediction], *, names: int) -> InstitutionReport:
    report = InstitutionReport(queries=len(right), names=names)
    for query, wanted in right.items():
        prediction = made[query]
        candidates = [name for name, _ in prediction.candidates]
        first, three = bool(wanted & {*candidates[:1]}), bool(wanted & {*candidates[:CHOICES]})
        report.first += first
        report.among_three += three
        report.answered += prediction.decision == "answer"
        report.wrong += prediction.decision == "answer" and not first
        report.resolved += first if prediction.decision == "answer" else three and prediction.decision == "choices"
        report.milliseconds.append(prediction.milliseconds)
    return report


def _queries(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        raise QueriesUnreadable(f"找不到查询文件 {path.name}；请检查路径")
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            yield str(row["query"]), str(row["name"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise QueriesUnreadable(
                f'{path.name} 第 {number} 行应是 {{"query": "…", "name": "…"}}；请修正后重试'
            ) from error

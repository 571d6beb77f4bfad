"""What the register lacks: empty fields, rows that nobody has looked at for long, wrong codes; by 举办单位."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal, select
from sqlalchemy.orm import Session

from knowledge.institutions.models import Institution

STALE = timedelta(days=365)  # an annual report, and so a change of what is public, comes at least once a year
LISTED = 200  # units on a page; the worst first
EXPORTED = 20_000  # units in a file
AT_ONCE = 1000  # units read ahead
# What citizens ask for; an empty one is answered with 未登记.
FIELDS = (
    "credit_code", "address", "phone", "legal_representative", "purpose", "funding_source", "registration_authority",
    "certificate_valid_until", "status",
)  # fmt: skip
STALE_ROWS, BAD_CODES = "stale", "bad_code"
PROBLEMS = (*FIELDS, STALE_ROWS, BAD_CODES)
_NOTHING: ColumnElement[int] = literal(0, Integer)


@dataclass(frozen=True, slots=True)
class UnitQuality:
    """``unit``: 举办单位 as written in the register, ``None`` where none is. ``counts``: rows by problem."""

    unit: str | None
    rows: int
    counts: Mapping[str, int]

    @property
    def problems(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Survey:
    """``whole``: all rows together. ``units``: of so many; ``worst`` of them, the worst first."""

    whole: UnitQuality
    worst: list[UnitQuality]
    units: int


def is_wrong(problem: str, now: datetime) -> ColumnElement[bool]:
    """The condition on a row that counts it under ``problem``, one of ``PROBLEMS``."""
    if problem == STALE_ROWS:
        return Institution.updated_at <= now - STALE
    if problem == BAD_CODES:
        return Institution.code_problem.is_not(None)
    column: ColumnElement[Any] = getattr(Institution, problem)
    return column.is_(None)


def survey(
    session: Session, *, now: datetime, within: ColumnElement[bool] | None = None, limit: int = LISTED
) -> Survey:
    """``within``: a condition on ``Institution``. One statement, which looks at every row once.

    Rows that lack the same are counted together, under one number that says what they lack: sorting a million of them
    by unit then moves no texts.
    """
    lacks = sum((case((is_wrong(name, now), 1 << bit), else_=0) for bit, name in enumerate(PROBLEMS)), start=_NOTHING)
    unit, lacking = Institution.sponsor.label("unit"), lacks.label("lacking")
    query = select(unit, lacking, func.count()).group_by(unit, lacking).order_by(unit, lacking)
    if within is not None:
        query = query.where(within)
    whole: Counter[str] = Counter()
    read = _counted(session.execute(query).yield_per(AT_ONCE), whole)
    worst = nsmallest(limit, read, key=_rank)
    return Survey(UnitQuality(None, whole["rows"], _counts(whole)), worst, whole["units"])


def _counted(rows: Any, whole: Counter[str]) -> Iterator[UnitQuality]:
    """Adds up the whole on the way."""
    for unit, alike in groupby(rows, key=itemgetter(0)):
        counted: Counter[str] = Counter(units=1)
        for _, lacking, count in alike:
            counted["rows"] += count
            counted.update({name: count for bit, name in enumerate(PROBLEMS) if lacking >> bit & 1})
        whole.update(counted)
        yield UnitQuality(unit, counted["rows"], _counts(counted))


def _counts(whole: Counter[str]) -> Mapping[str, int]:
    return MappingProxyType({name: whole[name] for name in PROBLEMS})


def _rank(each: UnitQuality) -> tuple[int, str]:
    return -each.problems, each.unit or ""

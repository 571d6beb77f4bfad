"""Shanghai days in queries, the period that is looked at, and the parts into which a chart divides it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, SQLColumnExpression
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from knowledge.calendar import SHANGHAI

LONGEST_DAYS = 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # what a database of either kind reads without a doubt
DAILY, WEEKLY = 31, 182  # days up to which a chart shows every day, every week; beyond, months


@dataclass(frozen=True, slots=True)
class Period:
    """Whole Shanghai days, both inclusive; at most ``LONGEST_DAYS``. Raises ``ValueError`` for any other."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not FIRST_DAY <= self.first <= self.last <= LAST_DAY or len(self) > LONGEST_DAYS:
            raise ValueError(f"no period: {self.first} to {self.last}")

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(len(self)))

    @property
    def begins(self) -> datetime:
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(self.last + timedelta(days=1))

    def holds(self, moment: SQLColumnExpression[datetime]) -> ColumnElement[bool]:
        return (moment >= self.begins) & (moment < self.ends)


class Unit(StrEnum):
    """What one bar of a chart stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @classmethod
    def fit_for(cls, period: Period) -> Unit:
        if len(period) <= DAILY:
            return cls.DAY
        return cls.WEEK if len(period) <= WEEKLY else cls.MONTH

    def begins(self, day: date) -> date:
        """The first day of the week (a Monday) or the month that ``day`` lies in."""
        match self:
            case Unit.DAY:
                return day
            case Unit.WEEK:
                return day - timedelta(days=day.weekday())
            case Unit.MONTH:
                return day.replace(day=1)


def midnight(day: date) -> datetime:
    """The moment at which ``day`` begins in Shanghai, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


class day_of(FunctionElement[date]):  # noqa: N801 - reads as the SQL function it is
    """The Shanghai day of an ``Instant`` column."""

    type = Date()
    inherit_cache = True


class hours_between(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    """Whole hours from the first of two ``Instant`` columns to the second."""

    type = Integer()
    inherit_cache = True


@compiles(day_of, "sqlite")
def _day_on_sqlite(element: FunctionElement[date], compiler: SQLCompiler, **more: Any) -> str:
    """No summer time since 1991, so one shift for all. Cut to whole seconds: SQLite would round the last one up."""
    return f"date(substr({compiler.process(element.clauses, **more)}, 1, 19), '+8 hours')"


@compiles(day_of, "postgresql")
def _day_on_postgresql(element: FunctionElement[date], compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST(timezone('Asia/Shanghai', {compiler.process(element.clauses, **more)}) AS DATE)"


@compiles(hours_between, "sqlite")
def _hours_on_sqlite(element: FunctionElement[int], compiler: SQLCompiler, **more: Any) -> str:
    earlier, later = (compiler.process(each, **more) for each in element.clauses)
    return f"((unixepoch(substr({later}, 1, 19)) - unixepoch(substr({earlier}, 1, 19))) / 3600)"


@compiles(hours_between, "postgresql")
def _hours_on_postgresql(element: FunctionElement[int], compiler: SQLCompiler, **more: Any) -> str:
    earlier, later = (compiler.process(each, **more) for each in element.clauses)
    waited = f"date_trunc('second', {later}) - date_trunc('second', {earlier})"
    return f"CAST(trunc(extract(epoch FROM {waited}) / 3600) AS INTEGER)"

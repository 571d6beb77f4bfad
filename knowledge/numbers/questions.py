"""Figures of the record of questions. Every query is bounded and reads one period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from knowledge.faq.models import FaqEntry
from knowledge.faq.questions import Question
from knowledge.missed.models import MissedGroup
from knowledge.numbers.days import Unit, day_of
from knowledge.numbers.selection import Selection

LISTED = 200  # regions, topics, entries and missed questions at most; more than anybody reads
SLOWEST = 600_000  # milliseconds; what is recorded as slower cannot be: the budget of a message is seconds

# What was asked; ``useful`` and ``useless`` are no questions, but what was said of an answer.
DECISIONS = ("answer", "choices", "none", "sensitive", "chitchat", "elsewhere")
RATINGS = ("useful", "useless")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many of each decision. Sensitive questions, chat and other offices' matters are no test of the base."""

    answer: int = 0
    choices: int = 0
    none: int = 0
    sensitive: int = 0
    chitchat: int = 0
    elsewhere: int = 0
    useful: int = 0
    useless: int = 0

    @property
    def asked(self) -> int:
        return self.answer + self.choices + self.none + self.apart

    @property
    def apart(self) -> int:
        return self.sensitive + self.chitchat + self.elsewhere

    @property
    def hit_rate(self) -> float | None:
        """Answered outright, of what the base could have answered; ``None`` where nothing of that was asked."""
        whole = self.answer + self.choices + self.none
        return self.answer / whole if whole else None

    def __add__(self, other: Counts) -> Counts:
        both = asdict(other)
        return Counts(**{name: value + both[name] for name, value in asdict(self).items()})


@dataclass(frozen=True, slots=True)
class Answered:
    """An entry, how often it was the answer, and what was said of it. ``question`` is ``None`` once it is gone."""

    entry_id: str
    question: str | None
    times: int
    useful: int
    useless: int


@dataclass(frozen=True, slots=True)
class Missed:
    """What found no answer, or none that was meant. One row a meaning where the questions have been grouped."""

    question: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds from a message's arrival to its answer: half of ``measured`` took at most ``p50``."""

    measured: int
    p50: int | None = None
    p95: int | None = None


def totals(session: Session, selection: Selection) -> Counts:
    return Counts(**session.execute(selection.asked(*_counted())).one()._mapping)


def by_day(session: Session, selection: Selection) -> list[tuple[date, Counts]]:
    """Every day of the period, also those on which nobody asked."""
    day = day_of(Question.asked_at)
    rows = session.execute(selection.asked(day.label("day"), *_counted()).group_by(day))
    found = {row.day: _counts(row) for row in rows}
    return [(each, found.get(each, Counts())) for each in selection.period]


def by_region(session: Session, selection: Selection, *, limit: int = LISTED) -> list[tuple[str | None, Counts]]:
    """Regions of the accounts that were asked, the busiest first; ``None``: the nation's."""
    query = selection.asked(Question.region.label("place"), *_counted()).group_by(Question.region)
    busiest = query.order_by(func.count().desc(), Question.region.nulls_first()).limit(min(limit, LISTED))
    return [(row.place, _counts(row)) for row in session.execute(busiest)]


def by_topic(session: Session, selection: Selection, *, limit: int = LISTED) -> list[tuple[str | None, Counts]]:
    """Categories of the entries that answered or were offered first; ``None``: entries that are gone."""
    query = selection.asked(FaqEntry.category.label("topic"), *_counted()).where(Question.entry_id.is_not(None))
    if not selection.joined:
        query = query.outerjoin(FaqEntry, FaqEntry.id == Question.entry_id)
    busiest = query.group_by(FaqEntry.category).order_by(func.count().desc(), FaqEntry.category.nulls_first())
    return [(row.topic, _counts(row)) for row in session.execute(busiest.limit(min(limit, LISTED)))]


def top_answered(session: Session, selection: Selection, *, limit: int = 10) -> list[Answered]:
    """The entries that answered most often."""
    said = [_count_of(name).label(name) for name in ("answer", *RATINGS)]
    query = selection.asked(Question.entry_id.label("entry"), *said).where(
        Question.entry_id.is_not(None), Question.decision.in_(("answer", *RATINGS))
    )
    most = query.group_by(Question.entry_id).having(_count_of("answer") > 0)
    ranked = most.order_by(_count_of("answer").desc(), Question.entry_id).limit(min(limit, LISTED))
    rows = session.execute(ranked).all()
    asked = _questions_of(session, [row.entry for row in rows])
    return [Answered(row.entry, asked.get(row.entry), row.answer, row.useful, row.useless) for row in rows]


def top_missed(session: Session, selection: Selection, *, limit: int = 10) -> list[Missed]:
    """What was asked in vain most often, whether or not somebody has dealt with it since."""
    meaning = func.coalesce(Question.group_id, Question.text)
    wording = func.coalesce(func.max(MissedGroup.question), func.min(Question.text))
    query = selection.asked(
        wording.label("wording"), func.count().label("times"), func.max(Question.asked_at).label("last")
    )
    vain = or_(Question.decision == "none", and_(Question.decision == "useless", Question.entry_id.is_(None)))
    query = query.outerjoin(MissedGroup, MissedGroup.id == Question.group_id).where(
        Question.decision.in_(("none", "useless")), vain, Question.text != ""
    )
    ranked = query.group_by(meaning).order_by(func.count().desc(), meaning).limit(min(limit, LISTED))
    return [Missed(row.wording, row.times, row.last) for row in session.execute(ranked)]


def answer_times(session: Session, selection: Selection) -> Times:
    """Exact: all values that occur are counted, at most ``SLOWEST`` of them."""
    took = Question.milliseconds
    query = selection.asked(took.label("took"), func.count().label("times")).where(
        took.between(0, SLOWEST), Question.decision.in_(DECISIONS)
    )
    rows = session.execute(query.group_by(took).order_by(took)).all()
    return times_of([(row.took, row.times) for row in rows])


def times_of(counted: Sequence[tuple[int, int]]) -> Times:
    """Of values in ascending order with how often each occurs."""
    measured = sum(times for _, times in counted)
    if not measured:
        return Times(0)
    return Times(measured, _reached(counted, measured * 0.5), _reached(counted, measured * 0.95))


def by_unit(days: Iterable[tuple[date, Counts]], unit: Unit) -> list[tuple[date, Counts]]:
    """Days drawn together to weeks or months, each under the first day of it."""
    drawn = groupby(days, key=lambda each: unit.begins(each[0]))
    return [(first, sum((counts for _, counts in inside), Counts())) for first, inside in drawn]


def _reached(counted: Sequence[tuple[int, int]], share: float) -> int:
    passed = 0
    for value, times in counted:
        passed += times
        if passed >= share:
            return value
    return counted[-1][0]


def _counted() -> list[ColumnElement[int]]:
    return [_count_of(name).label(name) for name in (*DECISIONS, *RATINGS)]


def _count_of(decision: str) -> ColumnElement[int]:
    return func.count().filter(Question.decision == decision)


def _counts(row: Any) -> Counts:
    return Counts(**{name: getattr(row, name) for name in (*DECISIONS, *RATINGS)})


def _questions_of(session: Session, entry_ids: Sequence[str]) -> dict[str, str]:
    rows = session.execute(select(FaqEntry.id, FaqEntry.question).where(FaqEntry.id.in_(entry_ids)))
    return {row.id: row.question for row in rows}

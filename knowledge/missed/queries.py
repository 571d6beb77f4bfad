"""The list of missed questions, one row a meaning, and one group. Bounded; within what a person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from knowledge.calendar import shanghai_day
from knowledge.faq.questions import Question
from knowledge.missed.gathering import LOW
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import GroupState, WaiterState
from knowledge.numbers.days import day_of, midnight
from knowledge.staff.rights import Scope

PAGE = 50
WEEKS = 8  # of the trend: two months tell a season's question from a steady one
MOST_WORDINGS = 100
MOST_COMPARED = 1_000  # groups that a group is compared with, to be merged
_REGION: Any = Question.__table__.c.region
_WAITER_REGION: Any = MissedWaiter.__table__.c.region

# Why a question counts as missed. 都不是 and 没用 are one decision, told apart by whether an entry had answered.
REASONS: Mapping[str, ColumnElement[bool]] = MappingProxyType(
    {
        "none": Question.decision == "none",
        "not_among": and_(Question.decision == "useless", Question.entry_id.is_(None)),
        "useless": and_(Question.decision == "useless", Question.entry_id.is_not(None)),
        "low": LOW,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One meaning. ``reasons``: how many questions by reason; ``weeks``: by week, the last one ends today."""

    id: str
    question: str
    state: str
    entry_id: str | None
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    first_at: datetime
    last_at: datetime
    reasons: Mapping[str, int]
    waiting: int
    weeks: tuple[int, ...]

    @property
    def times(self) -> int:
        return sum(self.reasons.values())


@dataclass(frozen=True, slots=True)
class GroupList:
    """``counts``: groups of each state, whatever is chosen. ``more``: there is another page."""

    rows: Sequence[Listed]
    counts: Mapping[str, int]
    more: bool


@dataclass(frozen=True, slots=True)
class Said:
    """The same words from one region. ``question_id``: of the latest; ``text`` is empty where only 没用 was said."""

    question_id: int
    text: str
    region: str | None
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What of the list is looked at. ``order``: ``times`` (most asked first), ``waiting`` or ``last``."""

    state: GroupState = GroupState.OPEN
    reason: str = ""
    words: str = ""
    order: str = "times"
    page: int = 0


def group_list(session: Session, sought: Sought, *, scope: Scope, now: datetime) -> GroupList:
    """Five statements, however many groups there are."""
    counted = select(MissedGroup.state, func.count()).where(seen(scope)).group_by(MissedGroup.state)
    counts = {state: int(count) for state, count in session.execute(counted)}
    query = _listed(sought, scope).limit(PAGE + 1).offset(sought.page * PAGE)
    rows = list(session.scalars(query))
    return GroupList(_filled_in(session, rows[:PAGE], scope, now), counts, len(rows) > PAGE)


def group_lines(session: Session, sought: Sought, *, scope: Scope, now: datetime, limit: int) -> list[Listed]:
    """All of it for a file, at most ``limit``."""
    rows = list(session.scalars(_listed(sought, scope).limit(limit)))
    parts = [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)]
    return [line for part in parts for line in _filled_in(session, part, scope, now)]


def one_group(session: Session, group_id: str, *, scope: Scope, now: datetime) -> Listed | None:
    """``None`` where there is none that the person may see."""
    row = session.scalars(select(MissedGroup).where(MissedGroup.id == group_id, seen(scope))).one_or_none()
    return None if row is None else _filled_in(session, [row], scope, now)[0]


def wordings(session: Session, group_id: str, *, scope: Scope) -> list[Said]:
    """How it was asked, the most frequent words first."""
    query = (
        select(func.max(Question.id), Question.text, Question.region, func.count(), func.max(Question.asked_at))
        .where(Question.group_id == group_id, scope.condition(_REGION))
        .group_by(Question.text, Question.region)
        .order_by(func.count().desc(), func.max(Question.id).desc())
    )
    return [Said(*row) for row in session.execute(query.limit(MOST_WORDINGS))]


def outside(session: Session, group_id: str, *, scope: Scope) -> int:
    """How much of it lies where the person decides nothing: questions and waiters of other places."""
    found = 0
    for row, region in ((Question, _REGION), (MissedWaiter, _WAITER_REGION)):
        mine = func.count().filter(scope.condition(region, writing=True))
        every, inside = session.execute(select(func.count(), mine).where(row.group_id == group_id)).one()
        found += every - inside
    return found


def alike(session: Session, group: Listed, *, scope: Scope, words: str = "", limit: int = 8) -> list[tuple[str, str]]:
    """Other groups that it could be merged into, by id and question: nearest in words, or holding ``words``."""
    query = select(MissedGroup.id, MissedGroup.question).where(
        seen(scope),
        MissedGroup.id != group.id,
        MissedGroup.state.in_((GroupState.OPEN, GroupState.PLANNED, GroupState.IGNORED)),
        MissedGroup.entry_id.is_(None),
    )
    if words:
        query = query.where(MissedGroup.question.contains(words, autoescape=True))
    rows = session.execute(query.order_by(MissedGroup.last_at.desc(), MissedGroup.id).limit(MOST_COMPARED))
    questions = {row.id: row.question for row in rows}
    best = process.extract(group.question, questions, scorer=fuzz.WRatio, limit=limit)
    return [(str(group_id), question) for question, _, group_id in best]


def seen(scope: Scope) -> ColumnElement[bool]:
    """Groups of which a person may see anything; those merged into others are nobody's."""
    there = MissedGroup.merged_into.is_(None)
    if scope.everywhere:
        return there
    asked = exists().where(Question.group_id == MissedGroup.id, scope.condition(_REGION))
    awaited = exists().where(MissedWaiter.group_id == MissedGroup.id, scope.condition(_WAITER_REGION))
    return and_(there, or_(asked, awaited))


def _listed(sought: Sought, scope: Scope) -> Select[MissedGroup]:
    query = select(MissedGroup).where(seen(scope), MissedGroup.state == sought.state)
    if sought.reason:
        here = true() if scope.everywhere else scope.condition(_REGION)
        query = query.where(exists().where(Question.group_id == MissedGroup.id, REASONS[sought.reason], here))
    if sought.words:
        query = query.where(MissedGroup.question.contains(sought.words, autoescape=True))
    waiting = select(func.count()).where(
        MissedWaiter.group_id == MissedGroup.id, MissedWaiter.state == WaiterState.WAITING
    )
    first: Any = {"last": MissedGroup.last_at, "waiting": waiting.scalar_subquery()}.get(
        sought.order, MissedGroup.times
    )
    return query.order_by(first.desc(), MissedGroup.last_at.desc(), MissedGroup.id)


def _filled_in(session: Session, rows: Sequence[MissedGroup], scope: Scope, now: datetime) -> list[Listed]:
    ids = [row.id for row in rows]
    reasons, weeks = _reasons(session, ids, scope), _weeks(session, ids, scope, shanghai_day(now))
    waiting = _waiting(session, ids, scope)
    same = ("id", "question", "state", "entry_id", "reason", "decided_by", "decided_at", "first_at", "last_at")
    return [
        Listed(
            **{name: getattr(row, name) for name in same},
            reasons=reasons.get(row.id, {}),
            waiting=waiting.get(row.id, 0),
            weeks=weeks.get(row.id, (0,) * WEEKS),
        )
        for row in rows
    ]


def _reasons(session: Session, ids: Sequence[str], scope: Scope) -> dict[str, dict[str, int]]:
    counts = [func.count().filter(holds).label(name) for name, holds in REASONS.items()]
    query = select(Question.group_id, *counts).where(Question.group_id.in_(ids), scope.condition(_REGION))
    rows = session.execute(query.group_by(Question.group_id))
    return {row.group_id: {name: getattr(row, name) for name in REASONS} for row in rows}


def _weeks(session: Session, ids: Sequence[str], scope: Scope, today: date) -> dict[str, tuple[int, ...]]:
    day = day_of(Question.asked_at)
    since = midnight(today - timedelta(days=7 * WEEKS - 1))
    query = select(Question.group_id, day, func.count()).where(
        Question.group_id.in_(ids), Question.asked_at >= since, scope.condition(_REGION)
    )
    found: dict[str, list[int]] = {}
    for group_id, asked_on, times in session.execute(query.group_by(Question.group_id, day)):
        ago = max((today - asked_on).days, 0) // 7
        if ago < WEEKS:
            found.setdefault(str(group_id), [0] * WEEKS)[WEEKS - 1 - ago] += times
    return {group_id: tuple(weeks) for group_id, weeks in found.items()}


def _waiting(session: Session, ids: Sequence[str], scope: Scope) -> dict[str, int]:
    here = MissedWaiter.group_id.in_(ids), MissedWaiter.state == WaiterState.WAITING, scope.condition(_WAITER_REGION)
    query = select(MissedWaiter.group_id, func.count()).where(*here).group_by(MissedWaiter.group_id)
    return {str(group_id): int(count) for group_id, count in session.execute(query)}

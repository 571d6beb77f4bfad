"""How the entries fare that can answer in a region: which are used, which wait for somebody to look at them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from knowledge.calendar import shanghai_day
from knowledge.faq.entry import PUBLISHED, region_line
from knowledge.faq.models import FaqEntry
from knowledge.faq.questions import Question
from knowledge.numbers.selection import NATION, Selection, inside

USED_DAYS = 90  # an entry that answered somebody in that time is called effective


@dataclass(frozen=True, slots=True)
class EntryFigures:
    """``answering``: published and valid today; ``used``: of these, those that answered in ``USED_DAYS``;
    ``past_review``: of these, those whose review day is over; ``expired``: published, but no longer valid."""

    answering: int
    used: int
    past_review: int
    expired: int


def entry_figures(session: Session, selection: Selection, *, now: datetime) -> EntryFigures:
    """As of ``now``, whatever the period of the selection. One query, an index look-up an entry."""
    today = shanghai_day(now)
    valid = _valid(today)
    expired = and_(FaqEntry.status == PUBLISHED, FaqEntry.valid_until < today)
    query = select(
        func.count().filter(valid),
        func.count().filter(and_(valid, _used(selection, since=now - timedelta(days=USED_DAYS)))),
        func.count().filter(and_(valid, FaqEntry.review_on < today)),
        func.count().filter(expired),
    ).where(_theirs(selection))
    return EntryFigures(*session.execute(query).one())


def _valid(today: date) -> ColumnElement[bool]:
    return and_(
        FaqEntry.status == PUBLISHED,
        or_(FaqEntry.valid_from.is_(None), FaqEntry.valid_from <= today),
        or_(FaqEntry.valid_until.is_(None), FaqEntry.valid_until >= today),
    )


def _used(selection: Selection, *, since: datetime) -> ColumnElement[bool]:
    """Answered somebody in the region; whoever else it answered does not count."""
    asked = select(Question.id).where(
        Question.entry_id == FaqEntry.id,
        Question.asked_at >= since,
        Question.decision == "answer",
        inside(Question.region, selection.region),
    )
    return exists(asked.correlate(FaqEntry))


def _theirs(selection: Selection) -> ColumnElement[bool]:
    """Those that can answer in the region: its own, those of what lies in it and around it, and the nation's."""
    scope = true() if selection.scope.everywhere else selection.scope.condition(FaqEntry.region, FaqEntry.category)
    topic = true() if selection.topic is None else FaqEntry.category == selection.topic
    if selection.region is None:
        return and_(scope, topic)
    around = [region for region in region_line(selection.region or None) if region]
    place = or_(FaqEntry.region.is_(None), FaqEntry.region.in_(around))
    if selection.region != NATION:
        place = or_(place, inside(FaqEntry.region, selection.region))
    return and_(scope, topic, place)

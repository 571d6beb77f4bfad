"""Which questions are counted: a period, a region, a topic, and no more than whoever asks may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select, true

from knowledge.faq.models import FaqEntry
from knowledge.faq.questions import Question
from knowledge.institutions.places import significant
from knowledge.numbers.days import Period
from knowledge.staff.rights import EVERYTHING, Scope

NATION = ""  # as a region: the accounts that have none


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """``region``: a 6-digit code with all that lies in it, ``NATION``, or ``None`` for all. ``topic``: a category.

    The figures of a region are those of its own accounts, so a grant for it covers no question of the nation's.
    """

    period: Period
    region: str | None = None
    topic: str | None = None
    scope: Scope = EVERYTHING

    @property
    def by_topic(self) -> bool:
        """Topics alone are counted. Only what found an entry has one, so nothing is known of what found none."""
        return self.topic is not None or all(topic is not None for _, topic in self.scope.places)

    @property
    def joined(self) -> bool:
        """Whether a topic narrows any of it."""
        granted = not self.scope.everywhere and any(topic is not None for _, topic in self.scope.places)
        return self.topic is not None or granted

    def asked(self, *columns: Any) -> Select[Any]:
        """These columns of the record of questions, joined to the entries where that is needed."""
        query = select(*columns).select_from(Question).where(self.period.holds(Question.asked_at), self.mine)
        return query.outerjoin(FaqEntry, FaqEntry.id == Question.entry_id) if self.joined else query

    @property
    def mine(self) -> ColumnElement[bool]:
        """Without the period. Where ``joined`` it needs the entries."""
        topic = func.coalesce(FaqEntry.category, "")
        within = inside(Question.region, self.region)
        if not self.scope.everywhere:
            within &= self.scope.condition(Question.region, topic, writing=True)
        if self.topic is not None:
            within &= Question.entry_id.is_not(None) & (topic == self.topic)
        return within


def inside(column: SQLColumnExpression[str | None], region: str | None) -> ColumnElement[bool]:
    """The region itself and all that lies in it."""
    if region is None:
        return true()
    if region == NATION:
        return column.is_(None)
    return column.startswith(significant(region), autoescape=True)

"""All figures of one look, read in one go: what the page shows and what its tables hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.texts import numbers as texts
from knowledge.faq.models import FaqEntry
from knowledge.institutions.places import place_of
from knowledge.numbers.desk import first_answers
from knowledge.numbers.entries import EntryFigures, entry_figures
from knowledge.numbers.questions import (
    Answered,
    Counts,
    Missed,
    Times,
    answer_times,
    by_day,
    by_region,
    by_topic,
    top_answered,
    top_missed,
)
from knowledge.numbers.selection import Selection

SHOWN = 10  # rows of a table on the page; the CSV has all
TOPICS_OFFERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """``filed`` and ``first``: feedback of the period and the hours to its first answer."""

    days: Sequence[tuple[date, Counts]]
    regions: Sequence[tuple[str | None, Counts]]
    topics: Sequence[tuple[str | None, Counts]]
    answered: Sequence[Answered]
    missed: Sequence[Missed]
    times: Times
    entries: EntryFigures
    filed: int
    first: Times

    @property
    def totals(self) -> Counts:
        return sum((counts for _, counts in self.days), Counts())


def read_figures(session: Session, selection: Selection, *, now: datetime) -> Figures:
    """Nine queries, each bounded; what a period of any length costs, ``tests`` measure."""
    filed, first = first_answers(session, selection)
    return Figures(
        days=by_day(session, selection),
        regions=by_region(session, selection),
        topics=by_topic(session, selection),
        answered=top_answered(session, selection, limit=SHOWN),
        missed=top_missed(session, selection, limit=SHOWN),
        times=answer_times(session, selection),
        entries=entry_figures(session, selection, now=now),
        filed=filed,
        first=first,
    )


def topics_offered(session: Session, selection: Selection) -> list[str]:
    """Categories that the person may look at, by name."""
    mine = selection.scope.condition(FaqEntry.region, FaqEntry.category)
    query = select(FaqEntry.category).where(mine).distinct().order_by(FaqEntry.category).limit(TOPICS_OFFERED)
    return list(session.scalars(query))


def region_name(region: str | None) -> str:
    """Its code, with the place where we know what it is called."""
    if not region:
        return texts.NATION
    place = place_of(region)
    return f"{region}（{place}）" if place else region


def topic_name(topic: str | None) -> str:
    return texts.GONE if topic is None else topic or texts.UNSORTED


def took(milliseconds: int | None) -> str:
    """As people say it: 3 毫秒, 1.2 秒."""
    if milliseconds is None:
        return "—"
    if milliseconds < 1:
        return texts.FASTER_THAN_MEASURED
    return (texts.MILLISECONDS if milliseconds < 1000 else texts.SECONDS).format(
        milliseconds if milliseconds < 1000 else milliseconds / 1000
    )


def waited(hours: int | None) -> str:
    if hours is None:
        return "—"
    return texts.HOURS.format(hours) if hours else texts.WITHIN_AN_HOUR

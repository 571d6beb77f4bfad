"""What is looked at, as the page's address says it. What cannot be read is said and left out; nothing fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from api.account_forms import region_problem
from api.console.texts import numbers as texts
from knowledge.numbers.days import FIRST_DAY, LAST_DAY, LONGEST_DAYS, Period
from knowledge.numbers.selection import NATION, Selection
from knowledge.staff.rights import Scope

USUAL_DAYS = 30
NATION_WORD = "nation"  # in the address: accounts without a region
LONGEST_TOPIC = 64  # characters, as the column


@dataclass(frozen=True, slots=True)
class Looked:
    """What the address asks for. ``mistake``: the first thing in it that could not be read."""

    selection: Selection
    mistake: str | None = None

    def address(self, period: Period | None = None, **changed: str) -> dict[str, str]:
        """The same as a query, with what is ``changed``."""
        days, chosen = period or self.selection.period, self.selection
        region = NATION_WORD if chosen.region == NATION else chosen.region or ""
        topic = texts.UNSORTED if chosen.topic == "" else chosen.topic or ""
        told = {"from": days.first.isoformat(), "to": days.last.isoformat(), "region": region, "topic": topic}
        return {name: value for name, value in (told | changed).items() if value}


def looked_at(sent: Mapping[str, str], *, scope: Scope, today: date) -> Looked:
    period, wrong_days = _period(sent, today)
    region, wrong_region = _region(sent.get("region", "").strip())
    topic, wrong_topic = _topic(sent.get("topic", "").strip())
    selection = Selection(period=period, region=region, topic=topic, scope=scope)
    return Looked(selection, wrong_days or wrong_region or wrong_topic)


def last_days(days: int, today: date) -> Period:
    """So many days, today being the last."""
    return Period(today - timedelta(days=days - 1), today)


def _period(sent: Mapping[str, str], today: date) -> tuple[Period, str | None]:
    usual = last_days(USUAL_DAYS, today)
    try:
        first, last = (
            date.fromisoformat(said) if (said := sent.get(name, "").strip()) else day
            for name, day in (("from", usual.first), ("to", usual.last))
        )
    except ValueError:
        return usual, texts.DAY_UNREADABLE
    if not (FIRST_DAY <= first <= LAST_DAY and FIRST_DAY <= last <= LAST_DAY):
        return usual, texts.DAYS_OUTSIDE
    if first > last:
        return usual, texts.DAYS_REVERSED
    if (last - first).days >= LONGEST_DAYS:
        return usual, texts.DAYS_TOO_MANY
    return Period(first, last), None


def _region(said: str) -> tuple[str | None, str | None]:
    if said == NATION_WORD:
        return NATION, None
    if not said:
        return None, None
    return (None, texts.REGION_WRONG) if region_problem(said) else (said, None)


def _topic(said: str) -> tuple[str | None, str | None]:
    if said == texts.UNSORTED:
        return "", None
    if not said:
        return None, None
    return (said, None) if said.isprintable() and len(said) <= LONGEST_TOPIC else (None, texts.TOPIC_WRONG)

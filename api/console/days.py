"""From which day to which day, as a form sends it: for the logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.console.texts import logs as texts
from knowledge.calendar import SHANGHAI


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days in Shanghai; ``None``: open on that side. ``mistake``: why what was sent could not be read."""

    first: date | None = None
    last: date | None = None
    mistake: str = ""

    @property
    def since(self) -> datetime | None:
        return None if self.first is None else datetime.combine(self.first, time(), SHANGHAI)

    @property
    def until(self) -> datetime | None:
        """The moment after the last day."""
        return None if self.last is None else datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)


def days_of(sent: Mapping[str, str]) -> Days:
    """``from`` and ``to``. What cannot be read is left out, and said."""
    try:
        first, last = (_day(sent.get(name, "").strip()) for name in ("from", "to"))
    except ValueError:
        return Days(mistake=texts.DAY_UNREADABLE)
    if first is not None and last is not None and first > last:
        return Days(mistake=texts.DAYS_REVERSED)
    return Days(first, last)


def _day(typed: str) -> date | None:
    """Raises ``ValueError`` also for years that no log has."""
    if not typed:
        return None
    found = date.fromisoformat(typed)
    if not 2000 <= found.year < 2200:
        raise ValueError(typed)
    return found

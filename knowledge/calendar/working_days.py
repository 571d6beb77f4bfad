"""Which days and hours a bureau works. Holidays come from ``chinesecalendar`` (the State Council's yearly notice)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
# What most bureaus keep; used only where the account's own office_hours name no times.
USUAL_HOURS = ((time(9), time(12)), (time(14), time(17)))
SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]+\s*(\d{1,2})[:：](\d{2})")


def shanghai_day(moment: datetime) -> date:
    """The calendar day a citizen would call it."""
    return moment.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """``exceptions`` are the bureau's own: a day → is it worked. They win over the national notice."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """A year whose notice is not out yet follows the plain week; nobody can know better."""
        if day in self.exceptions:
            return self.exceptions[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < SATURDAY

    def is_office_hours(self, now: datetime, office_hours: str | None = None) -> bool:
        """``office_hours`` is the bureau's own sentence, such as “工作日 9:00-12:00，13:30-17:00”."""
        local = now.astimezone(SHANGHAI)
        if not self.is_working_day(local.date()):
            return False
        return any(start <= local.time() < end for start, end in opening_spans(office_hours))

    def add_working_days(self, start: date, days: int) -> date:
        """The day on which a limit of ``days`` working days that begins after ``start`` runs out."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working_day(day)
        return day


def opening_spans(office_hours: str | None) -> tuple[tuple[time, time], ...]:
    """The times named in a sentence; the usual ones where it names none that make sense."""
    spans = []
    for h1, m1, h2, m2 in SPAN.findall(office_hours or ""):
        if int(h1) < 24 and int(h2) < 24 and int(m1) < 60 and int(m2) < 60:
            spans.append((time(int(h1), int(m1)), time(int(h2), int(m2))))
    return tuple(spans) or USUAL_HOURS

"""Working days and office hours."""

from datetime import UTC, date, datetime

import pytest

from knowledge.calendar import WorkingCalendar


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2025, 10, 1), False),
        (date(2025, 9, 28), True),  # a Sunday worked for the National Day break
        (date(2025, 10, 11), True),  # a Saturday worked for the same
        (date(2026, 2, 17), False),  # Spring Festival
    ],
)
def test_holidays_and_make_up_days_follow_the_national_notice(day: date, worked: bool) -> None:
    assert WorkingCalendar().is_working_day(day) is worked


def test_a_year_without_a_notice_follows_the_plain_week() -> None:
    assert WorkingCalendar().is_working_day(date(2039, 8, 3))
    assert not WorkingCalendar().is_working_day(date(2039, 8, 6))


def test_the_bureaus_own_exception_wins() -> None:
    calendar = WorkingCalendar({date(2026, 11, 23): False})
    assert not calendar.is_working_day(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("hour", "minute", "is_open"), [(0, 59, False), (1, 0, True), (4, 0, False), (5, 30, True), (9, 0, False)]
)
def test_office_hours_are_read_from_the_bureaus_own_sentence(hour: int, minute: int, is_open: bool) -> None:
    moment = datetime(2026, 11, 23, hour, minute, tzinfo=UTC)
    assert WorkingCalendar().is_office_hours(moment, "工作日 9:00-12:00，13:30至17:00") is is_open


def test_hours_without_times_fall_back_to_the_usual_ones() -> None:
    assert WorkingCalendar().is_office_hours(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), "工作日上班时间")


def test_a_limit_in_working_days_skips_weekends_and_holidays() -> None:
    assert WorkingCalendar().add_working_days(date(2025, 9, 30), 3) == date(2025, 10, 11)

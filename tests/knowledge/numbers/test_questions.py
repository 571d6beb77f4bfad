"""Every figure against the same counted one by one, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.calendar import shanghai_day
from knowledge.faq.questions import QuestionRecord
from knowledge.missed.models import MissedGroup
from knowledge.numbers import questions as numbers
from knowledge.numbers.days import Period, Unit
from knowledge.numbers.questions import Counts, Times
from knowledge.numbers.selection import NATION, Selection
from knowledge.staff.rights import Scope
from tests.conftest import NOON
from tests.knowledge.numbers.asked import (
    ENTRIES,
    PERIODS,
    RECORDS,
    REGIONS,
    TOPICS,
    at,
    counts,
    fill,
    selected,
    topic_of,
)

SCOPES = st.lists(
    st.tuples(st.sampled_from(REGIONS), st.sampled_from((None, *TOPICS[:2]))), min_size=1, max_size=3
).map(lambda places: Scope(tuple(places)))
SELECTIONS = st.builds(
    Selection,
    period=PERIODS,
    region=st.sampled_from((None, NATION, *REGIONS[1:])),
    topic=st.sampled_from((None, *TOPICS)),
    scope=SCOPES,
)
NOVEMBER = Selection(period=Period(date(2026, 11, 1), date(2026, 11, 30)))
# The database is emptied by each example itself.
ON_ONE_DATABASE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ON_ONE_DATABASE
@given(records=st.lists(RECORDS, max_size=40), selection=SELECTIONS)
def test_every_figure_is_what_counting_one_by_one_gives(
    session: Session, records: Sequence[QuestionRecord], selection: Selection
) -> None:
    fill(session, records)
    mine = selected(records, selection)

    assert numbers.totals(session, selection) == counts(mine)
    assert numbers.by_day(session, selection) == [
        (day, counts(r for r in mine if shanghai_day(r.asked_at) == day)) for day in selection.period
    ]
    assert dict(numbers.by_region(session, selection)) == {
        region: counts(r for r in mine if r.region == region) for region in {r.region for r in mine}
    }
    found = [r for r in mine if r.entry_id is not None]
    assert dict(numbers.by_topic(session, selection)) == {
        topic: counts(r for r in found if topic_of(r) == topic) for topic in {topic_of(r) for r in found}
    }


@ON_ONE_DATABASE
@given(records=st.lists(RECORDS, max_size=40), selection=SELECTIONS)
def test_the_lists_and_times_are_what_counting_one_by_one_gives(
    session: Session, records: Sequence[QuestionRecord], selection: Selection
) -> None:
    fill(session, records)
    mine = selected(records, selection)

    answered = Counter(r.entry_id for r in mine if r.decision == "answer" and r.entry_id)
    assert [(row.entry_id, row.times) for row in numbers.top_answered(session, selection)] == sorted(
        answered.items(), key=lambda each: (-each[1], each[0])
    )
    vain = Counter(
        r.text for r in mine if r.text and (r.decision == "none" or (r.decision == "useless" and r.entry_id is None))
    )
    missed = numbers.top_missed(session, selection)
    assert {row.question: row.times for row in missed} == vain
    assert [row.times for row in missed] == sorted(vain.values(), reverse=True)
    took = sorted(r.milliseconds for r in mine if r.milliseconds is not None and r.decision in numbers.DECISIONS)
    assert numbers.answer_times(session, selection) == nearest_rank(took)


def nearest_rank(took: Sequence[int]) -> Times:
    """The least value that so many per cent do not exceed."""
    if not took:
        return Times(0)
    return Times(len(took), *(took[-(-len(took) * share // 100) - 1] for share in (50, 95)))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, 999999, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(session: Session, moment: datetime, day: date) -> None:
    fill(session, [at(moment)])
    assert numbers.totals(session, Selection(period=Period(day, day))).asked == 1
    around = Period(day - timedelta(days=1), day + timedelta(days=1))
    assert [d for d, c in numbers.by_day(session, Selection(period=around)) if c.asked] == [day]


def test_the_hit_rate_leaves_out_what_the_base_cannot_answer(session: Session) -> None:
    decisions = ("answer", "answer", "choices", "none", "sensitive", "chitchat", "elsewhere", "useful", "useless")
    fill(session, [at(NOON, decision=decision) for decision in decisions])
    told = numbers.totals(session, NOVEMBER)
    assert (told.asked, told.apart, told.hit_rate) == (7, 3, 0.5)
    assert Counts(chitchat=3).hit_rate is None


def test_reworded_questions_of_one_group_are_one_row_under_the_groups_own_words(session: Session) -> None:
    fill(session, [at(NOON, decision="none", entry_id=None, text=text) for text in ("刻错章", "公章错了", "几点开门")])
    session.add(MissedGroup(id="g", question="公章刻错了怎么办？", forms=[], state="open", first_at=NOON, last_at=NOON))
    for question in session.query(numbers.Question).filter(numbers.Question.text != "几点开门"):
        question.group_id = "g"
    session.flush()
    rows = numbers.top_missed(session, NOVEMBER)
    assert [(row.question, row.times, row.last_at) for row in rows] == [
        ("公章刻错了怎么办？", 2, NOON), ("几点开门", 1, NOON),
    ]  # fmt: skip


def test_an_entry_shows_its_question_and_what_was_said_of_it(session: Session) -> None:
    said = [at(NOON, decision=decision) for decision in ("answer", "answer", "useful", "useless", "useless")]
    fill(session, [*said, at(NOON, entry_id="K9")])
    first, gone = numbers.top_answered(session, NOVEMBER)
    assert (first.question, first.times, first.useful, first.useless) == (ENTRIES[0].question, 2, 1, 2)
    assert (gone.entry_id, gone.question, gone.times) == ("K9", None, 1)


def test_lists_are_bounded(session: Session) -> None:
    fill(session, [at(NOON, decision="none", entry_id=None, text=f"问题 {n}") for n in range(250)])
    assert len(numbers.top_missed(session, NOVEMBER, limit=10)) == 10
    assert len(numbers.top_missed(session, NOVEMBER, limit=10_000)) == numbers.LISTED


def test_days_are_drawn_together_to_weeks_and_months() -> None:
    year = Period(date(2025, 12, 31), date(2026, 12, 30))
    days = [(day, Counts(answer=1)) for day in year]
    months = numbers.by_unit(days, Unit.fit_for(year))
    assert [first for first, _ in months][:3] == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert [told.answer for _, told in months][:3] == [1, 31, 28]
    weeks = numbers.by_unit(days[:60], Unit.fit_for(Period(date(2025, 12, 31), date(2026, 2, 28))))
    assert [first.isoweekday() for first, _ in weeks] == [1] * len(weeks)
    assert sum(told.answer for _, told in weeks) == 60
    assert numbers.by_unit(days[:7], Unit.fit_for(Period(date(2026, 1, 1), date(2026, 1, 31)))) == days[:7]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 1)),
        (date(2026, 1, 1), date(2027, 1, 2)),
        (date(1, 1, 1), date(1, 1, 2)),
        (date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_a_period_is_at_most_a_year_and_a_day_and_not_the_wrong_way_round(first: date, last: date) -> None:
    with pytest.raises(ValueError, match="no period"):
        Period(first, last)

"""Which entries are used, which wait to be looked at again, which have run out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.faq.entry import Entry
from knowledge.numbers.days import Period
from knowledge.numbers.entries import EntryFigures, entry_figures
from knowledge.numbers.selection import NATION, Selection
from knowledge.staff.rights import Scope
from tests.conftest import NOON
from tests.knowledge.numbers.asked import at, fill

TODAY = date(2026, 11, 23)
PERIOD = Period(date(2026, 1, 1), date(2026, 1, 31))  # long ago: these figures are of today all the same
USED = Entry(id="USED", question="怎么年检？", answer="请到前台办理。", category="登记")
ENTRIES = (
    USED,
    replace(USED, id="IDLE", review_on=TODAY - timedelta(days=1)),
    replace(USED, id="LATER", valid_from=TODAY + timedelta(days=1)),
    replace(USED, id="LAST", valid_until=TODAY, review_on=TODAY),
    replace(USED, id="OVER", valid_until=TODAY - timedelta(days=1), review_on=TODAY - timedelta(days=9)),
    replace(USED, id="DRAFT", status="draft", review_on=TODAY - timedelta(days=9)),
    replace(USED, id="CITY", region="320300", category="编制", review_on=TODAY - timedelta(days=1)),
    replace(USED, id="COUNTY", region="320305"),
    replace(USED, id="OTHER", region="330100"),
)
ASKED = (
    at(NOON - timedelta(days=89), entry_id="USED", region="320305"),
    at(NOON - timedelta(days=91), entry_id="IDLE"),
    at(NOON, entry_id="LAST", decision="choices"),
    at(NOON, entry_id="CITY", region="320305"),
    at(NOON, entry_id="OVER"),
)


@pytest.mark.parametrize(
    ("selection", "figures"),
    [
        (Selection(period=PERIOD), EntryFigures(answering=6, used=2, past_review=2, expired=1)),
        (Selection(period=PERIOD, region="320305"), EntryFigures(5, used=2, past_review=2, expired=1)),
        (Selection(period=PERIOD, region="330000"), EntryFigures(4, used=0, past_review=1, expired=1)),
        (Selection(period=PERIOD, region=NATION), EntryFigures(3, used=0, past_review=1, expired=1)),
        (Selection(period=PERIOD, topic="编制"), EntryFigures(1, used=1, past_review=1, expired=0)),
        (Selection(period=PERIOD, scope=Scope((("320300", None),))), EntryFigures(5, 2, 2, 1)),
        (Selection(period=PERIOD, scope=Scope((("320300", "编制"),))), EntryFigures(1, 1, 1, 0)),
    ],
)
def test_entries_count_where_they_can_answer(session: Session, selection: Selection, figures: EntryFigures) -> None:
    fill(session, ASKED, ENTRIES)
    assert entry_figures(session, selection, now=NOON) == figures


def test_a_review_day_is_over_when_it_ends_in_shanghai(session: Session) -> None:
    fill(session, (), (replace(USED, review_on=TODAY),))
    selection = Selection(period=PERIOD)
    assert entry_figures(session, selection, now=NOON + timedelta(hours=11, minutes=59)).past_review == 0
    assert entry_figures(session, selection, now=NOON + timedelta(hours=12)).past_review == 1

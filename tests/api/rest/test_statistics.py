"""Counts for other programs: the console's own figures, within the key's regions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.questions import QuestionRecord, save_questions
from knowledge.keys.keys import KeyScope
from tests.api.rest.program import Program, problem

ASKED = (
    ("320300", "answer", "K1", datetime(2026, 11, 22, 15, 59, tzinfo=UTC)),
    ("320300", "answer", "K3", datetime(2026, 11, 22, 16, 1, tzinfo=UTC)),  # the next day in Shanghai
    ("320300", "none", None, datetime(2026, 11, 23, 3, 0, tzinfo=UTC)),
    ("440300", "choices", "K1", datetime(2026, 11, 23, 3, 0, tzinfo=UTC)),
    (None, "sensitive", None, datetime(2026, 11, 23, 3, 0, tzinfo=UTC)),
)


@pytest.fixture
def asked(program: Program, sessions: sessionmaker[Session]) -> Program:
    records = [
        QuestionRecord(
            account="city", region=region, asked_at=at, text="", decision=decision, entry_id=entry_id, confidence=0.9,
            base_version="1",
        )
        for region, decision, entry_id, at in ASKED
    ]  # fmt: skip
    with sessions.begin() as session:
        save_questions(session, records)
    return program


def parts(told: dict[str, list[dict[str, object]]]) -> dict[object, object]:
    return {item["value"]: item["asked"] for item in told["items"]}


def test_questions_are_counted_by_shanghai_days(asked: Program) -> None:
    asked.given(KeyScope.STATISTICS)
    told = asked.get("statistics", **{"from": "2026-11-21", "to": "2026-11-23"}).json()
    assert (told["from"], told["to"]) == ("2026-11-21", "2026-11-23")
    assert parts(told) == {"2026-11-21": 0, "2026-11-22": 1, "2026-11-23": 4}
    assert (told["total"]["asked"], told["total"]["sensitive"], told["total"]["hit_rate"]) == (5, 1, 0.5)


def test_questions_are_counted_by_region_and_by_topic(asked: Program) -> None:
    asked.given(KeyScope.STATISTICS)
    assert parts(asked.get("statistics", by="region").json()) == {"320300": 3, None: 1, "440300": 1}
    assert parts(asked.get("statistics", by="topic").json()) == {"借书卡": 2, "开放": 1}


def test_a_key_of_one_region_counts_only_its_own(asked: Program) -> None:
    asked.given(KeyScope.STATISTICS, regions=["320000"])
    told = asked.get("statistics", by="region").json()
    assert parts(told) == {"320300": 3}
    assert told["total"]["asked"] == 3


def test_where_nothing_is_said_the_last_thirty_days_are_counted(asked: Program) -> None:
    asked.given(KeyScope.STATISTICS)
    told = asked.get("statistics").json()
    assert (told["from"], told["to"], len(told["items"])) == ("2026-10-25", "2026-11-23", 30)
    assert asked.get("statistics", **{"from": "2026-11-20"}).json()["to"] == "2026-11-23"
    assert asked.get("statistics", **{"from": "2020-01-01"}).json()["to"] == "2020-12-31"


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-11-23", "2026-11-22"), ("2025-01-01", "2026-11-23"), ("0001-01-01", "0001-01-02"), (None, "0001-01-01"),
     ("9999-12-31", None)],
)  # fmt: skip
def test_what_is_no_period_is_refused(program: Program, first: str | None, last: str | None) -> None:
    program.given(KeyScope.STATISTICS)
    sent = {name: day for name, day in (("from", first), ("to", last)) if day is not None}
    assert problem(program.get("statistics", **sent)) == (422, "invalid")

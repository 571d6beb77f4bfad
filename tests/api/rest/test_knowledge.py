"""The base for programs that keep a copy of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.cells import COLUMNS
from knowledge.faq.queries import bump_version, save_entry
from knowledge.keys.keys import KeyScope
from tests.api.rest.conftest import ENTRIES
from tests.api.rest.program import Clock, Program, problem
from tests.knowledge.faq.base import entry

SHOWN = [each.id for each in ENTRIES if each.status != "draft"]


def ids(program: Program, **query: object) -> list[str]:
    """All pages of two entries each."""
    found, cursor = [], None
    while True:
        page = program.get("knowledge", limit=2, **query, **({"cursor": cursor} if cursor else {})).json()
        assert len(page["items"]) <= 2
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_every_entry_that_was_published_comes_once(program: Program) -> None:
    program.given(KeyScope.KNOWLEDGE)
    assert ids(program) == sorted(SHOWN)


def test_an_entry_has_the_columns_of_the_files(program: Program) -> None:
    program.given(KeyScope.KNOWLEDGE)
    item = program.get("knowledge/item", id="K1").json()
    assert list(item) == COLUMNS
    assert item["basis"] == [{"law": "图书管理办法", "article": "第三条"}]
    assert item["region"] is None
    assert program.get("knowledge/item", id="K3/城?").json()["region"] == "320300"


def test_a_draft_is_shown_neither_in_the_list_nor_alone(program: Program) -> None:
    program.given(KeyScope.KNOWLEDGE)
    assert "K6" not in ids(program)
    assert problem(program.get("knowledge/item", id="K6")) == (404, "not-found")
    assert program.get("knowledge/item", id="K5").json()["status"] == "retired"


def test_the_list_can_be_narrowed(program: Program) -> None:
    program.given(KeyScope.KNOWLEDGE)
    assert ids(program, category="借书卡") == ["K1", "K2"]
    assert ids(program, region="320000") == ["K3/城?"]
    assert ids(program, region="320305") == []
    assert ids(program, region="国家") == ["K1", "K2", "K3", "K5"]


def test_a_key_of_one_region_sees_the_nations_entries_and_its_own(program: Program) -> None:
    program.given(KeyScope.KNOWLEDGE, regions=["320000"])
    assert ids(program) == [each for each in sorted(SHOWN) if each != "K4"]
    assert ids(program, region="320300") == ["K3/城?"]
    assert problem(program.get("knowledge/item", id="K4")) == (404, "not-found")
    refused = program.get("knowledge", region="440300")
    assert problem(refused) == (403, "other-region")
    assert "320000" in refused.json()["detail"]


def test_a_copy_is_kept_by_asking_for_what_changed(
    program: Program, sessions: sessionmaker[Session], clock: Clock
) -> None:
    program.given(KeyScope.KNOWLEDGE)
    clock.passes(hours=1)
    with sessions.begin() as session:
        save_entry(session, entry=entry("K2", "借书卡怎么换新？", answer="满三年可以换新。"), now=clock.now)
        bump_version(session, now=clock.now)

    since = (clock.now - timedelta(minutes=1)).isoformat()
    [changed] = program.get("knowledge", updated_since=since).json()["items"]

    assert (changed["id"], changed["answer"], changed["version"]) == ("K2", "满三年可以换新。", 2)


def test_what_changes_between_two_pages_is_not_missed(
    program: Program, sessions: sessionmaker[Session], clock: Clock
) -> None:
    program.given(KeyScope.KNOWLEDGE)
    first = program.get("knowledge", limit=3).json()
    clock.passes(hours=1)
    with sessions.begin() as session:
        save_entry(session, entry=entry("K1", "借书卡丢了？"), now=clock.now)

    rest = program.get("knowledge", limit=50, cursor=first["next_cursor"]).json()

    assert {item["id"] for item in first["items"] + rest["items"]} == set(SHOWN)
    assert rest["items"][-1]["question"] == "借书卡丢了？"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_can_be_asked_for(program: Program, moment: str) -> None:
    program.given(KeyScope.KNOWLEDGE)
    assert program.get("knowledge", updated_since=moment).status_code == 200


@pytest.mark.parametrize(
    ("query", "where", "words"),
    [
        ({"limit": 0}, "query.limit", "不能小于 1"),
        ({"limit": 201}, "query.limit", "不能大于 200"),
        ({"limit": "很多"}, "query.limit", "整数"),
        ({"region": "32"}, "query.region", "格式"),
        ({"updated_since": "昨天"}, "query.updated_since", "时区"),
        ({"updated_since": datetime(2026, 1, 1).isoformat()}, "query.updated_since", "时区"),  # noqa: DTZ001
        ({"category": "换\0行"}, "query.category", "格式"),
        ({"regoin": "320300"}, "query.regoin", "不认识"),
        ({"13800138000": ""}, "query", "不认识"),
        ({"cursor": "胡写"}, "query.cursor", "next_cursor"),
        ({"cursor": "W10"}, "query.cursor", "next_cursor"),
        ({"cursor": "bnVsbA"}, "query.cursor", "next_cursor"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(program: Program, query: dict[str, object], where: str, words: str) -> None:
    program.given(KeyScope.KNOWLEDGE)
    refused = program.get("knowledge", **query)
    assert problem(refused) == (422, "invalid")
    [fault] = refused.json()["errors"]
    assert fault["where"] == where
    assert words in fault["message"]

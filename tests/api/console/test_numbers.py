"""The page of figures: what it shows, to whom, for which days, and its tables as CSV."""

from __future__ import annotations

import csv
import html
import io
import re
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from api.console.numbers.blocks import BLOCKS
from api.console.texts import numbers as texts
from knowledge.faq.entry import Entry
from knowledge.faq.queries import save_entry
from knowledge.faq.questions import QuestionRecord, save_questions
from knowledge.staff.rights import Role
from tests.api.console.visitor import Visitor
from tests.knowledge.numbers.asked import at
from tests.knowledge.numbers.year import a_year, entries

PAGE, CSV = "/console/numbers", "/console/numbers.csv"
ALLOWED = (Role.EDITOR, Role.REVIEWER, Role.SECRECY, Role.HANDLER, Role.ADMIN, Role.AUDITOR)
EVIL = "<script>alert(1)</script>"
STATEMENTS = 16  # eleven of the figures, the rest for session, grants and the menu
YEAR = "from=2025-11-24&to=2026-11-23"


@pytest.fixture
def asked(sessions: sessionmaker[Session], now: datetime) -> None:
    """Eight questions of this month, one long ago."""
    answered = at(now, entry_id="K1", region="320300", milliseconds=3)
    missed = replace(answered, decision="none", entry_id=None, text="=1+1 公章刻错了")
    records: list[QuestionRecord] = [
        answered,
        replace(answered, asked_at=now - timedelta(days=1), milliseconds=1200),
        replace(answered, entry_id="K2", region="320305"),
        replace(answered, decision="choices", entry_id="K2"),
        missed,
        replace(missed, text=EVIL, region=None),
        replace(missed, decision="elsewhere", text="办护照"),
        replace(missed, decision="chitchat", text=""),
        replace(answered, decision="useless"),
        replace(answered, asked_at=now - timedelta(days=200)),
    ]
    with sessions.begin() as session:
        for entry_id, category in (("K1", "设立登记"), ("K2", "变更登记")):
            save_entry(
                session,
                entry=Entry(id=entry_id, question=f"{entry_id} 怎么办？", answer="a", category=category),
                now=now,
            )
        save_questions(session, records)


def read(page: str) -> str:
    inside = page.split('role="main"', 1)[1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inside)).split())


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_page_tells_what_was_asked_and_what_became_of_it(browser: Visitor, asked: None) -> None:
    browser.enter(Role.EDITOR)
    told = read(browser.get(PAGE))
    for words in (
        "2026-10-25 至 2026-11-23",
        "提问 8 有用 0，没用 1",
        "命中率 50%",
        "直接答复 3 给出选项 1 没有答案 2 闲聊 1 敏感 0 其他部门的事 1",
        "一半的答复用时不超过 3 毫秒 95% 的答复用时不超过 1.2 秒",
        "每天的提问",
        "K1 怎么办？ K1 2 0 1",
        "320300（江苏省）",
        "设立登记",
        "近 90 天用到的条目 2",
    ):
        assert words in told, words


@pytest.mark.parametrize("role", Role)
def test_figures_are_for_everybody_but_those_who_handle_sealed_reports(browser: Visitor, role: Role) -> None:
    browser.enter(role)
    expected = 200 if role in ALLOWED else 403
    assert browser.client.get(PAGE).status_code == browser.client.get(f"{CSV}?block=days").status_code == expected


def test_a_grant_for_a_region_counts_only_its_accounts(browser: Visitor, asked: None) -> None:
    browser.enter(Role.EDITOR, region="320305")
    page = browser.get(PAGE)
    assert "提问 1 " in read(page)
    assert "公章刻错了" not in page
    assert "全国（未设地区的公众号）" not in page
    assert "提问 0 " in read(browser.get(f"{PAGE}?region=320311"))


def test_a_grant_for_a_topic_counts_only_what_found_an_entry_of_it(browser: Visitor, asked: None) -> None:
    browser.enter(Role.EDITOR, topic="变更登记")
    told = read(browser.get(PAGE))
    assert "提问 2 " in told
    assert "命中率 50%" not in told
    assert texts.BY_TOPIC_ONLY in told


LOOKS = {
    "from=2026-06-01&to=2026-06-30": "2026-06-01 至 2026-06-30 下载 CSV 提问 0",
    "from=2026-11-23&to=2026-11-23": "提问 7 ",
    "from=2026-01-01&to=2026-11-23": "提问 9 ",
    "from=2026-01-01&to=2026-11-22": "每月的提问",
    "from=2026-09-01&to=2026-11-23": "每周的提问",
    "region=320000": "提问 7 ",
    "region=nation": "提问 1 ",
    "topic=变更登记": "提问 2 ",
}
MISTAKES = {
    "from=x": texts.DAY_UNREADABLE,
    "from=2026-13-01": texts.DAY_UNREADABLE,
    "from=2026-11-02&to=2026-11-01": texts.DAYS_REVERSED,
    "from=2025-01-01&to=2026-11-01": texts.DAYS_TOO_MANY,
    "from=0001-01-01&to=0001-01-02": texts.DAYS_OUTSIDE,
    "to=9999-12-31": texts.DAYS_OUTSIDE,
    "region=32": texts.REGION_WRONG,
    "region=%00": texts.REGION_WRONG,
    "topic=%00": texts.TOPIC_WRONG,
    f"topic={'长' * 65}": texts.TOPIC_WRONG,
}


def test_any_period_region_and_topic(browser: Visitor, asked: None) -> None:
    browser.enter(Role.ADMIN)
    for query, words in LOOKS.items():
        assert words in read(browser.get(f"{PAGE}?{query}")), query


def test_what_cannot_be_read_is_said_and_the_usual_days_are_shown(browser: Visitor, asked: None) -> None:
    browser.enter(Role.ADMIN)
    for query, sentence in MISTAKES.items():
        answer = browser.client.get(f"{PAGE}?{query}")
        assert answer.status_code == 422, query
        assert sentence in read(answer.text)
        assert "2026-10-25 至 2026-11-23" in read(answer.text)
        assert browser.client.get(f"{CSV}?block=days&{query}").status_code == 404


def test_nothing_of_a_question_runs_in_the_page_or_in_a_spreadsheet(browser: Visitor, asked: None) -> None:
    browser.enter(Role.ADMIN)
    page = browser.get(f"{PAGE}?topic={EVIL}")
    assert "<script>alert" not in page
    assert "<script>alert" not in browser.get(PAGE)
    assert not re.search(r"\sstyle=", page.split('role="main"', 1)[1])
    rows = table(browser.client.get(f"{CSV}?block=missed").content)
    assert {row[0] for row in rows[1:]} == {"'=1+1 公章刻错了", EVIL}


def test_every_block_comes_as_a_file_that_a_spreadsheet_opens(browser: Visitor, asked: None) -> None:
    browser.enter(Role.AUDITOR)
    for name, block in BLOCKS.items():
        answer = browser.client.get(f"{CSV}?block={name}&from=2026-11-01&to=2026-11-30")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert (
            answer.headers["content-disposition"] == f'attachment; filename="numbers-{name}-2026-11-01-2026-11-30.csv"'
        )
        assert answer.content.startswith(b"\xef\xbb\xbf")
        head, *rows = table(answer.content)
        assert tuple(head) == block.columns
        assert rows
        assert {len(row) for row in rows} == {len(head)}


def test_the_days_of_the_file_are_those_of_the_page(browser: Visitor, asked: None) -> None:
    browser.enter(Role.AUDITOR)
    _, *rows = table(browser.client.get(f"{CSV}?block=days&from=2026-11-22&to=2026-11-24").content)
    assert [row[:6] for row in rows] == [
        ["2026-11-22", "1", "1", "0", "0", "100%"],
        ["2026-11-23", "7", "2", "1", "2", "40%"],
        ["2026-11-24", "0", "0", "0", "0", "—"],
    ]


def test_a_block_that_is_none_is_not_found(browser: Visitor) -> None:
    browser.enter(Role.ADMIN)
    for query in ("", "block=", "block=x", "block=../days"):
        assert browser.client.get(f"{CSV}?{query}").status_code == 404


def test_an_empty_base_has_a_page_too(browser: Visitor) -> None:
    browser.enter(Role.HANDLER)
    told = read(browser.get(PAGE))
    assert "提问 0" in told
    assert "命中率 —" in told
    assert texts.NOTHING_ASKED in told


def test_the_page_costs_a_bounded_number_of_statements(
    browser: Visitor, sessions: sessionmaker[Session], engine: Engine, now: datetime
) -> None:
    with sessions.begin() as session:
        for entry in entries():
            save_entry(session, entry=entry, now=now)
        save_questions(session, list(a_year(date(2026, 11, 23), a_day=10)))
    browser.enter(Role.ADMIN)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    assert browser.client.get(f"{PAGE}?{YEAR}").status_code == 200
    assert len(seen) <= STATEMENTS, seen


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_year_of_a_hundred_thousand_questions_is_counted_within_two_seconds_of_the_processor(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    """SQLite counts in this process, so what other processes do meanwhile is not measured."""
    with sessions.begin() as session:
        for entry in entries():
            save_entry(session, entry=entry, now=now)
        save_questions(session, list(a_year(date(2026, 11, 23), a_day=355)))
    browser.enter(Role.ADMIN)
    began = time.process_time()
    told = read(browser.get(f"{PAGE}?{YEAR}"))
    assert time.process_time() - began < 2
    assert re.search(r"提问 9\d,\d{3}|提问 10\d,\d{3}", told)

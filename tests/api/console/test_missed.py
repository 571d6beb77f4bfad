"""The curators' list: what was asked in vain, why, and how often answers helped."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.entry import Entry
from knowledge.faq.queries import save_entry
from knowledge.faq.questions import Question, QuestionRecord, save_questions
from knowledge.staff.rights import Role
from tests.api.console.visitor import Visitor

LIST = "/console/missed/list"


@pytest.fixture
def asked(sessions: sessionmaker[Session], now: datetime) -> None:
    """One of each reason, one that helped, one that somebody has dealt with, and one that was no question."""
    missed = QuestionRecord(
        account="city", region=None, asked_at=now, text="公章刻错了怎么办", decision="none", entry_id=None,
        confidence=0.1, base_version="7",
    )  # fmt: skip
    useless = replace(missed, text="借书卡的字太小", decision="useless", entry_id="K1", confidence=0.88)
    with sessions.begin() as session:
        save_entry(session, entry=Entry(id="K1", question="借书卡丢了怎么办？", answer="请到前台补办。"), now=now)
        save_questions(
            session,
            [
                missed,
                replace(missed, text="能不能代办借书卡", decision="useless"),
                useless,
                replace(useless, text=""),
                replace(useless, text="", decision="useful", asked_at=now - timedelta(days=2)),
                replace(useless, text="", decision="useful", asked_at=now - timedelta(days=40)),
                replace(missed, text="谢谢", decision="chitchat"),
                replace(missed, text="早就补上的问题"),
            ],
        )
        session.flush()
        [done] = session.query(Question).filter_by(text="早就补上的问题")
        done.handled_at = now


def links(page: str) -> dict[str, str]:
    """Where each link leads, by what it says."""
    found = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return {" ".join(re.sub(r"<[^>]+>", " ", text).split()): html.unescape(where) for where, text in found}


def rows(page: str) -> list[str]:
    return [
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split())
        for row in re.findall(r"<tr data-sa-pk=.*?</tr>", page, re.DOTALL)
    ]


def test_each_missed_question_says_why_which_entry_and_which_version(browser: Visitor, asked: None) -> None:
    browser.enter(Role.EDITOR)
    page = browser.get(LIST)
    shown = " / ".join(rows(page))
    assert len(rows(page)) == 4
    assert re.search(r"公章刻错了怎么办 未答 — 7 10% city", shown)
    assert re.search(r"能不能代办借书卡 都不是 — 7", shown)
    assert re.search(r"借书卡的字太小 没用 K1 7 88%", shown)
    assert "只说了没用，请看条目 没用 K1" in shown
    assert "早就补上的问题" not in page


@pytest.mark.parametrize(
    ("reason", "text"), [("未答 1", "公章刻错了怎么办"), ("都不是 1", "能不能代办借书卡"), ("没用 2", "借书卡的字太小")]
)
def test_a_reason_leads_to_its_questions_alone(browser: Visitor, asked: None, reason: str, text: str) -> None:
    browser.enter(Role.EDITOR)
    found = rows(browser.get(links(browser.get(LIST))[reason]))
    assert len(found) == int(reason.split()[1])
    assert any(text in row for row in found)


def test_what_was_said_of_answers_lately_stands_above_the_list(browser: Visitor, asked: None) -> None:
    browser.enter(Role.EDITOR)
    assert "近 30 天群众对答复的评价：有用 1 次，没用 2 次" in browser.get(LIST)


def test_the_entry_is_linked_and_tells_how_often_it_helped(browser: Visitor, asked: None) -> None:
    browser.enter(Role.EDITOR)
    page = browser.get(links(browser.get(LIST))["K1"])
    read = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "借书卡丢了怎么办？" in read
    assert "请到前台补办。" in read
    assert "有用 2，没用 2" in read
    [row] = rows(browser.get("/console/entries/list"))
    assert row.endswith("2 2")


def test_a_missed_question_can_be_tried_again_without_standing_in_an_address(browser: Visitor, asked: None) -> None:
    browser.enter(Role.EDITOR)
    tried = [where for where in re.findall(r'href="([^"]*)"', browser.get(LIST)) if "/trial?missed=" in where]
    assert len(tried) == 3
    assert {text for where in tried for text in re.findall(r"<textarea[^>]*>(.*?)</textarea>", browser.get(where))} == {
        "公章刻错了怎么办", "能不能代办借书卡", "借书卡的字太小",
    }  # fmt: skip


@pytest.mark.parametrize("number", ["", "0", "999999999", "9" * 30, "１", "x", "-1"])
def test_a_number_of_no_question_begins_with_an_empty_one(browser: Visitor, number: str) -> None:
    browser.enter(Role.EDITOR)
    assert re.search(r"<textarea[^>]*></textarea>", browser.get(f"/console/trial?missed={number}"))


def test_nobody_changes_an_entry_here(browser: Visitor, asked: None) -> None:
    browser.enter(Role.EDITOR)
    for path in ("/console/entries/edit?pk=K1", "/console/entries/create"):
        assert browser.client.get(path).status_code == 403

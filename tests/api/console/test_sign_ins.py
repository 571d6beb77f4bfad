"""The log of sign-ins on the console: only who looks back sees it, and finds in it what he looks for."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.staff.directory import Outcome
from knowledge.staff.models import SignIn
from knowledge.staff.rights import RIGHTS, Right, Role
from tests.api.console.visitor import Visitor


def tried(sessions: sessionmaker[Session], browser: Visitor, count: int, *, days: int = 0, outcome: str) -> None:
    with sessions.begin() as session:
        session.add_all(
            SignIn(
                id=str(uuid.uuid4()), at=browser.now - timedelta(days=days), name=f"name-{number:03}",
                outcome=outcome, host="10.0.0.7",
            )
            for number in range(count)
        )  # fmt: skip


def names(page: str) -> list[str]:
    return re.findall(r"name-\d+", page)


def test_who_tried_when_from_where_and_with_what_outcome(browser: Visitor) -> None:
    browser.sign_in("wrong", name="stranger")
    browser.enter(Role.AUDITOR)
    page = browser.get("/console/sign-ins")
    for said in ("stranger", "密码不对或没有这个账号", "2026-11-23 12:00:00", "testclient", "staff-auditor"):
        assert said in page


@pytest.mark.parametrize("role", [role for role in Role if Right.SIGN_INS_READ not in RIGHTS[role]])
def test_nobody_else_sees_it(browser: Visitor, role: Role) -> None:
    browser.enter(role)
    assert browser.client.get("/console/sign-ins").status_code == 403


def test_pages_follow_each_other_without_a_gap_though_all_came_at_one_moment(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    tried(sessions, browser, 120, outcome=Outcome.REFUSED)
    browser.enter(Role.AUDITOR)
    where, seen = "/console/sign-ins?name=name-", []
    while True:
        page = browser.get(where)
        seen += names(page)
        following = re.search(r'href="([^"]*after=[^"]*)">更早的', page)
        if following is None:
            break
        where = following.group(1).replace("&amp;", "&")
    assert len(seen) == 120
    assert sorted(seen) == [f"name-{number:03}" for number in range(120)]


def test_it_is_filtered_by_name_outcome_and_day(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    tried(sessions, browser, 2, days=3, outcome=Outcome.LOCKED)
    browser.enter(Role.AUDITOR)
    assert names(browser.get("/console/sign-ins?name=NAME-001&outcome=locked")) == ["name-001"]
    assert names(browser.get("/console/sign-ins?outcome=signed_in")) == []
    assert len(names(browser.get("/console/sign-ins?from=2026-11-20&to=2026-11-20"))) == 2
    assert names(browser.get("/console/sign-ins?from=2026-11-21")) == []
    assert names(browser.get("/console/sign-ins?to=2026-11-19")) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=gestern", "日期应写作"),
        ("from=0001-01-01", "日期应写作"),
        ("from=2026-02-02&to=2026-02-01", "开始日期晚于结束日期"),
        ("after=x&outcome=x&name=%00%27", "没有符合的记录"),
        ("name=%25", "没有符合的记录"),
    ],
)
def test_what_cannot_be_read_is_said(browser: Visitor, query: str, words: str) -> None:
    browser.enter(Role.AUDITOR)
    answer = browser.client.get(f"/console/sign-ins?{query}")
    assert (answer.status_code, words in answer.text) == (200, True)

"""Sentences put in the bureau's own words in the console: judged, compared, reset."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.console.texts import sentences as texts
from handlers.texts.catalogue import CATALOGUE
from knowledge.audit.models import AuditEvent
from knowledge.sentences.models import Sentence
from knowledge.staff.rights import Role
from tests.api.console.visitor import Visitor

ONE = "/console/sentences/one"
SCRIPT = "<script>alert(1)</script>"


def kept(sessions: sessionmaker[Session]) -> dict[tuple[str, str], str]:
    with sessions() as session:
        return {(row.name, row.account): row.text for row in session.scalars(select(Sentence))}


def shown(page: str) -> str:
    return re.findall(r'name="shown" value="(\d+)"', page)[0]


def test_every_sentence_is_listed_and_opens(browser: Visitor) -> None:
    browser.enter(Role.AUDITOR)
    page = browser.get("/console/sentences")
    for sentence in CATALOGUE.values():
        assert f"<strong>{sentence.label}</strong>" in page
        assert sentence.label in browser.get(f"{ONE}?name={sentence.name}")
    assert browser.client.get(f"{ONE}?name=nothing").status_code == 404
    assert browser.client.get(f"{ONE}?name=help&account=nobody").status_code == 404


def test_a_welcome_is_changed_for_all_and_for_one_and_reset(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.REVIEWER)
    _, page = browser.post(ONE, name="welcome", shown="0", text="这里是{bureau}。")
    assert texts.SAVED in page
    assert "这里是本号。" in page
    browser.post(ONE, name="welcome", account="nation", shown="0", text="全国的{bureau}。")
    assert kept(sessions) == {("welcome", ""): "这里是{bureau}。", ("welcome", "nation"): "全国的{bureau}。"}
    page = browser.get("/console/sentences")
    assert texts.CHANGED in page
    assert texts.OWN.format(account="nation") in page
    assert "这里是{bureau}。</textarea>" in browser.get(f"{ONE}?name=welcome&account=province")
    _, page = browser.post(f"{ONE}/reset", name="welcome", account="", shown="1")
    assert texts.RESET in page
    assert kept(sessions) == {("welcome", "nation"): "全国的{bureau}。"}
    with sessions() as session:
        actions = list(session.scalars(select(AuditEvent.action).where(AuditEvent.kind == "sentence")))
    assert sorted(actions) == ["sentence.changed", "sentence.changed", "sentence.reset"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("help", " ", texts.EMPTY),
        ("help", "帮" * 301, "有 903 字节，最多 900 字节"),
        ("next", "再" * 51, "有 153 字节，最多 150 字节"),
        ("help", "电话 {bureau_phone}", texts.NO_BRACES),
        ("welcome", "欢迎！", "缺少 {bureau}"),
        ("welcome", "{bureau}{phone}", "不认识 {phone}"),
        ("welcome", "{bureau", texts.BRACES),
        ("welcome", "{bureau!r}", "缺少 {bureau}"),
        ("help", "请找王主任 13900000000", "手机号"),
        ("help", f"帮助{SCRIPT}", "标记"),
    ],
)
def test_what_cannot_be_said_is_refused_and_stays_in_the_form(
    browser: Visitor, sessions: sessionmaker[Session], name: str, text: str, said: str
) -> None:
    browser.enter(Role.ADMIN)
    status, page = browser.post(ONE, name=name, shown="0", text=text)
    assert status == 422
    assert said in page
    assert SCRIPT not in page
    assert kept(sessions) == {}
    _, fragment = browser.post(f"{ONE}/preview", name=name, shown="0", text=text)
    assert said in fragment


def test_the_second_of_two_sees_what_the_first_wrote_and_saves_over(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.ADMIN)
    browser.post(ONE, name="help", shown="0", text="先写的")
    status, page = browser.post(ONE, name="help", shown="0", text="后写的")
    assert status == 409
    assert "先写的" in page
    assert "后写的</textarea>" in page
    _, page = browser.post(ONE, name="help", shown=shown(page), text="后写的")
    assert texts.SAVED in page
    assert kept(sessions) == {("help", ""): "后写的"}
    status, page = browser.post(f"{ONE}/reset", name="help", shown="1")
    assert status == 409


def test_the_same_words_are_no_change(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.ADMIN)
    sent = CATALOGUE["help"].default.replace("\n", "\r\n")
    assert texts.SAME in browser.post(ONE, name="help", shown="0", text=sent)[1]
    assert kept(sessions) == {}


def test_who_may_only_read_finds_no_button(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    page = browser.get(f"{ONE}?name=help")
    assert " readonly" in page
    assert "保存</button>" not in page
    assert browser.post(ONE, name="help", shown="0", text="x")[0] == 403

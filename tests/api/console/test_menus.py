"""The menu of an account in the console: a form of three columns, judged, shown, saved, pushed."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.console.dictionary.menu_form import content_of, form_of, mistakes
from api.console.dictionary.menus import committed
from api.console.texts import menus as texts
from api.worker.jobs import PUSH_MENU
from bot.menu import Menu as BotMenu
from handlers.taps import MENU_CONTENT
from knowledge.audit.models import AuditEvent
from knowledge.sentences.menus import WAITING, mark_failed, mark_pushed
from knowledge.sentences.models import Menu
from knowledge.staff.rights import Role
from tests.api.console.visitor import Visitor

PATH = "/console/menus/nation"
ONE_BUTTON = {"c1_name": "帮助", "c1_does": "click:ask_help"}


def kept(sessions: sessionmaker[Session]) -> Menu | None:
    with sessions() as session:
        return session.get(Menu, "nation")


def shown(page: str) -> str:
    return re.findall(r'name="shown" value="(\w+)"', page)[0]


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the form."""
    sent = {name: html.unescape(value) for name, value in re.findall(r'name="(c\d\w*)" value="([^"]*)"', page)}
    for name, options in re.findall(r'<select[^>]*name="(c\d\w*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'value="([^"]*)" selected', options)
        sent[name] = chosen[0] if chosen else ""
    return sent


buttons = st.builds(
    lambda name, key: {"type": "click", "name": name, "key": key},
    st.text("甲乙丙", min_size=1, max_size=5),
    st.sampled_from(sorted(MENU_CONTENT)),
) | st.builds(lambda name: {"type": "view", "name": name, "url": "https://a.example/x?y=1&z"}, st.just("网页"))
columns = st.lists(
    buttons | st.builds(lambda items: {"name": "一栏", "sub_button": items}, st.lists(buttons, min_size=1, max_size=5)),
    min_size=1,
    max_size=3,
)


@given(columns)
def test_any_menu_comes_back_from_the_form_as_it_was(chosen: list[dict[str, object]]) -> None:
    menu = {"button": chosen}
    assert BotMenu.from_json(content_of(form_of(menu))).to_json() == menu
    assert mistakes(form_of(menu)) == []


def test_what_the_form_does_not_know_is_kept() -> None:
    picture = {"type": "media_id", "name": "图", "media_id": "M1"}
    scanning = {"type": "scancode_push", "name": "扫", "key": "k"}
    assert content_of(form_of({"button": [picture, scanning]})) == {"button": [picture, scanning]}


def test_the_committed_menu_stands_in_the_form_and_saving_it_keeps_it(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.ADMIN)
    assert texts.STATE["committed"] in browser.get("/console/menus")
    page = browser.get(PATH)
    _, page = browser.post(PATH, shown=shown(page), **fields(page))
    assert texts.SAVED in page
    row = kept(sessions)
    assert row is not None
    assert row.content == committed()
    assert texts.STATE["changed"] in page
    assert texts.SAME in browser.post(PATH, shown=shown(page), **fields(page))[1]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "至少有一栏"),
        ({"c1_name": "帮助"}, "第 1 栏没有选“点了做什么”"),
        ({"c1_does": "click:ask_help"}, "第 1 栏没有名称"),
        ({"c1_name": "帮助", "c1_does": "click:nobody_knows"}, "不认识 nobody_knows"),
        ({"c1_name": "六个汉字的栏", "c1_does": "click:ask_help"}, "有 18 字节，最多 16 字节"),
        ({"c1_name": "栏", "c1_2_name": "网页", "c1_2_does": "view"}, "缺少网址"),
        ({"c1_name": "栏", "c1_2_name": "网页", "c1_2_does": "view", "c1_2_url": "javascript:x"}, "https://"),
        ({"c1_name": "栏", "c1_2_name": "网页", "c1_2_url": "https://a.example"}, "第 1 栏第 2 项没有选"),
        ({"c1_name": "栏", "c1_1_name": "程序", "c1_1_does": "miniprogram"}, "缺少小程序 AppID"),
        ({"c1_name": "<script>alert(1)</script>", "c1_does": "click:ask_help"}, "字节"),
    ],
)
def test_what_wechat_would_refuse_is_told_and_stays_in_the_form(
    browser: Visitor, sessions: sessionmaker[Session], changed: dict[str, str], said: str
) -> None:
    browser.enter(Role.ADMIN)
    status, page = browser.post(PATH, shown="", **changed)
    assert status == 422
    assert said in page
    assert "<script>alert" not in page
    assert "name；" not in page
    assert kept(sessions) is None
    assert said in browser.post(f"{PATH}/preview", **changed)[1]


def test_the_second_of_two_is_told_and_saves_over(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.ADMIN)
    first = shown(browser.get(PATH))
    browser.post(PATH, shown=first, **ONE_BUTTON)
    status, page = browser.post(PATH, shown=first, **(ONE_BUTTON | {"c1_name": "使用说明"}))
    assert status == 409
    assert 'value="使用说明"' in page
    _, page = browser.post(PATH, shown=shown(page), **(ONE_BUTTON | {"c1_name": "使用说明"}))
    assert texts.SAVED in page


def test_a_push_is_a_job_and_its_end_is_shown(browser: Visitor, sessions: sessionmaker[Session], now: datetime) -> None:
    browser.enter(Role.ADMIN)
    _, page = browser.post(f"{PATH}/push")
    assert "data-reload" in page
    [(job, key)] = browser.console.enqueued
    assert (job, key.rpartition(":")[0]) == (PUSH_MENU, "nation")
    row = kept(sessions)
    assert row is not None
    assert (row.problem, row.content) == (WAITING, committed())
    with sessions.begin() as session:
        mark_failed(session, account="nation", problem="公众号没有此接口的权限")
    page = browser.get(PATH)
    assert "没有推送成功：公众号没有此接口的权限。" in page
    assert "data-reload" not in page
    with sessions.begin() as session:
        mark_pushed(session, account="nation", content=committed(), at=now)
    assert texts.STATE["pushed"] in browser.get("/console/menus")
    browser.post(PATH, shown=shown(browser.get(PATH)), **ONE_BUTTON)
    assert texts.STATE["changed"] in browser.get(PATH)
    with sessions() as session:
        noted = session.execute(select(AuditEvent.action, AuditEvent.after).where(AuditEvent.kind == "menu")).all()
    assert sorted(row.action for row in noted) == ["menu.changed", "menu.changed", "menu.push_begun"]
    assert any(json.loads(row.after) == committed() for row in noted)


def test_who_keeps_sentences_only_looks_at_the_menu(browser: Visitor) -> None:
    browser.enter(Role.REVIEWER)
    page = browser.get(PATH)
    assert "<fieldset disabled>" in page
    assert "推送到公众号" not in page
    assert browser.client.get("/console/menus/nobody").status_code == 404

"""The golden set in the console: added by hand or from the bench, changed, taken out, within one's region."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from knowledge.curation.golden import golden_set
from knowledge.curation.models import FaqRevision
from knowledge.staff.rights import Role
from tests.api.console.conftest import ENTRIES
from tests.api.console.test_bench import asked, read
from tests.api.console.visitor import Visitor
from tests.knowledge.curation.people import put

PAGE = "/console/golden"


@pytest.fixture(autouse=True)
def base(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions() as session:
        put(session, *ENTRIES, now=now)


def first(page: str) -> str:
    found = re.search(r"/console/golden/([0-9a-f-]{36})", page)
    assert found is not None
    return found[1]


def test_a_golden_question_is_added_changed_and_taken_out(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    status, page = browser.post(PAGE, question="几点开门", expected="answer", entries="K3、K3-city", remark="时间")
    assert (status, "已加入金标准" in page) == (200, True)
    assert "直接回答：K3、K3-city" in read(page)
    golden_id = first(page)
    assert browser.post(f"{PAGE}/{golden_id}", expected="offered", entries="K3", remark="")[0] == 200
    with sessions() as session:
        [kept] = golden_set(session)
    assert (kept.question, kept.expected, kept.entry_ids) == ("几点开门", "offered", ("K3",))
    assert "几点开门" in browser.get(f"{PAGE}?q=开门")
    assert "没有找到" in browser.get(f"{PAGE}?q=食堂")
    assert "已移出金标准" in browser.post(f"{PAGE}/{golden_id}/drop")[1]
    assert browser.client.get(f"{PAGE}/{golden_id}").status_code == 404
    with sessions() as session:
        assert golden_set(session) == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"question": ""}, "请填写问题"),
        ({"question": "几点开门", "entries": "K9"}, "没有编号为“K9”的条目"),
        ({"question": "几点开门", "entries": "<script>"}, "没有编号为“&lt;script&gt;”的条目"),
        ({"question": "几点开门", "entries": "K3", "region": "abc"}, "6 位行政区划代码"),
        ({"question": "几点开门", "entries": "K3", "expected": "whatever"}, "请选择希望怎样回答"),
        ({"question": "\0", "entries": "\0"}, "请填写问题"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_a_sentence(browser: Visitor, form: dict[str, str], said: str) -> None:
    browser.enter(Role.EDITOR)
    status, page = browser.post(PAGE, **{"expected": "answer", **form})
    assert (status, said in page) == (422, True)
    assert form["question"].strip("\0") in page


def test_somebody_of_another_region_changes_none(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    page = browser.post(PAGE, question="几点开门", region="320300", expected="answer", entries="K3-city")[1]
    golden_id = first(page)
    browser.enter(Role.EDITOR, region="440000")
    assert golden_id not in browser.get(PAGE)
    assert browser.client.get(f"{PAGE}/{golden_id}").status_code == 404
    assert browser.post(f"{PAGE}/{golden_id}/drop")[0] == 404
    assert browser.post(PAGE, question="几点开门", expected="answer", entries="K3")[0] == 404
    browser.enter(Role.ADMIN)
    assert golden_id in browser.get(PAGE)
    assert browser.post(f"{PAGE}/{golden_id}/drop")[0] == 403


def test_the_bench_keeps_a_question_as_it_is_answered_now(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    page = asked(browser, "借书卡不见了")
    assert re.search(r'name="entries" value="K1"', page)
    status, page = browser.post(
        "/console/trial/golden", question="借书卡不见了", region="", expected="answer", entries="K1"
    )
    assert (status, "已加入金标准" in page) == (200, True)
    status, page = browser.post("/console/trial/golden", question="借书卡不见了", expected="answer", entries="K1")
    assert (status, "已经在金标准里" in page) == (422, True)
    with sessions() as session:
        assert [kept.question for kept in golden_set(session)] == ["借书卡不见了"]


def test_the_bench_makes_a_question_a_wording_in_the_draft_of_an_entry(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    for wording in ("卡没了找谁，打13812345678", "卡找不着了"):
        answer = browser.client.post(
            "/console/trial/variant",
            data={"question": wording, "entry": "K1", "csrftoken": browser.client.cookies["starlette_admin_csrftoken"]},
            follow_redirects=False,
        )
        assert answer.status_code == 303
        assert "/console/drafts/" in answer.headers["location"]
    with sessions() as session:
        [draft] = session.scalars(select(FaqRevision))
    assert draft.state == "draft"
    assert draft.content["paraphrases"] == [*ENTRIES[0].paraphrases, "卡没了找谁，打〔电话〕", "卡找不着了"]
    status, page = browser.post("/console/trial/variant", question="卡找不着了！", entry="K1")
    assert (status, "已经有这个问法了" in page) == (422, True)
    status, page = browser.post("/console/trial/variant", question="卡找不着了！", entry="K9")
    assert (status, "没有这个条目" in page) == (422, True)

"""Entries in the console: seen by place, compared, restored, pulled, and taken back with their law."""

from __future__ import annotations

import html
import re
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session, sessionmaker

from knowledge.curation.models import FaqRevision, LawRepeal
from knowledge.faq.entry import Basis
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import save_entry
from knowledge.staff.rights import Role
from tests.api.console.drafting import FORM, draft_id
from tests.api.console.statements import statements
from tests.api.console.visitor import Visitor
from tests.knowledge.faq.base import entry

pytestmark = pytest.mark.usefixtures("kept_base")


def test_a_regional_editor_sees_the_nations_entries_and_writes_only_his_own(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR, region="320300")
    assert browser.client.get("/console/entry?id=K3").status_code == 200
    assert browser.post("/console/entry/draft", id="K3")[0] == 404
    assert browser.post("/console/entry/draft", id="K3-city")[0] == 200
    draft = draft_id(sessions)
    assert browser.post(f"/console/drafts/{draft}", lock="0", **(FORM | {"region": "110000"}))[0] == 404
    with sessions() as session:
        assert session.scalars(select(FaqRevision.region)).all() == ["320300"]
    browser.enter(Role.EDITOR, region="440000")
    assert browser.client.get("/console/entry?id=K3-city").status_code == 404
    assert browser.client.get(f"/console/drafts/{draft}").status_code == 404


def test_an_old_version_is_compared_and_restored_as_a_draft(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions.begin() as session:
        save_entry(
            session, entry=entry("K2", "借书卡怎么换新？", answer="满三年可以换新。"), now=now, by="乙", reason="新规"
        )
    browser.enter(Role.EDITOR)
    assert "新规" in browser.get("/console/entry/versions?id=K2")
    page = browser.get("/console/entry/diff?id=K2&from=1&to=2")
    assert re.search(r"<del>.*五</del>", page)
    assert re.search(r"<ins>.*三</ins>", page)
    _, page = browser.post("/console/entry/restore", id="K2", version="1")
    assert "已用第 1 版的内容开了一份草稿" in page
    assert "满五年可以换新。" in page
    assert browser.client.get("/console/entry/diff?id=K2&to=99").status_code == 404


def test_an_entry_is_pulled_at_once_and_its_owner_told(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.SECRECY)
    _, page = browser.post("/console/entry/pull", id="K2", reason="")
    assert "请写明撤下的原因" in page
    _, page = browser.post("/console/entry/pull", id="K2", reason="内容有误")
    assert "已撤下" in page
    assert "撤下：内容有误" in page
    browser.enter(Role.EDITOR)
    assert "内容有误" in browser.get("/console/laws")
    assert "已确认停用" in browser.post("/console/entry/rest", id="K2")[1]


def test_a_law_is_repealed_and_the_repeal_undone(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    given = entry("L1", "几点闭馆？", basis=(Basis("图书室管理条例（2014年）", "第八条"),), owner="甲")
    with sessions.begin() as session:
        save_entry(session, entry=given, now=now)
    browser.enter(Role.REVIEWER)
    assert "图书室管理条例（2014年）" in browser.get("/console/laws")
    assert "几点闭馆？" in browser.get("/console/laws/one?law=图书室管理条例&article=第8条")
    law = {"law": "图书室管理条例（2014年）", "article": "第八条"}
    assert "请填写废止日期" in browser.post("/console/laws/repeal", **law)[1]
    _, page = browser.post("/console/laws/repeal", repealed_on="2026-11-01", document="令第9号", **law)
    assert "撤下 1 条答复" in page
    assert "依据已废止" in browser.get("/console/entry?id=L1")
    with sessions() as session:
        repeal_id = session.scalars(select(LawRepeal.id)).one()
    _, page = browser.post(f"/console/laws/repeal/{repeal_id}/undo")
    assert "1 条恢复答复" in page


@pytest.mark.parametrize(
    "path", ["/console/entry?id=", "/console/entry?id=%00", "/console/drafts/no", "/console/entry"]
)
def test_what_is_not_there_is_said_so(browser: Visitor, path: str) -> None:
    browser.enter(Role.EDITOR)
    assert browser.client.get(path).status_code == 404


def test_what_needs_its_owner_is_one_tap_away(browser: Visitor, sessions: sessionmaker[Session], now: datetime) -> None:
    past = (now - timedelta(days=400)).date()
    with sessions.begin() as session:
        for each in (
            entry("R1", "该复核的？", review_on=past),
            entry("R2", "已过期的？", valid_until=past),
            entry("R3", "停用的？", status="retired"),
            entry("R4", "我的？", owner="me"),
        ):
            save_entry(session, entry=each, now=now)
    browser.enter(Role.EDITOR, name="me")
    chips = re.findall(r'href="([^"]*filter=[^"]*)"[^>]*>(\S+)</a>', browser.get("/console/entries/list"))
    shown = {name: re.findall(r"\bR\d\b(?=</a>)", browser.get(html.unescape(path))) for path, name in chips}
    assert shown == {"过了复核日": ["R1"], "已过期": ["R2"], "已停用": ["R3"], "我负责的": ["R4"]}


def test_an_id_with_signs_of_an_address_leads_to_its_entry(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions.begin() as session:
        save_entry(session, entry=entry("K/1?#%", "怪编号？"), now=now)
    browser.enter(Role.EDITOR)
    [path] = re.findall(r'href="([^"]*)">K/1\?#%</a>', browser.get("/console/entries/list"))
    assert "怪编号？" in browser.get(html.unescape(path))


def test_a_list_of_ten_thousand_entries_opens_quickly_with_few_statements(
    browser: Visitor, sessions: sessionmaker[Session], engine: Engine, now: datetime
) -> None:
    many = [
        {
            "id": f"N{n:05}",
            "question": f"第{n}个问题怎么办？",
            "answer": "这样办。",
            "updated_at": now,
            "paraphrases": [],
            "basis": [],
        }
        for n in range(10_000)
    ]
    with sessions.begin() as session:
        session.execute(insert(FaqEntry), many)
    browser.enter(Role.EDITOR)
    browser.get("/console/entries/list")
    with statements(engine) as seen:
        started = time.process_time()
        page = browser.get("/console/entries/list")
        took = time.process_time() - started
    assert "10004" in page or "10,004" in page
    assert len(seen) <= 8, seen
    assert took < 1

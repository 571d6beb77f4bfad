"""Entries in the console: written by one, passed by another, checked on the way, and taken back with their law."""

from __future__ import annotations

import html
import re
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit.models import AuditEvent
from knowledge.curation.models import FaqRevision, LawRepeal
from knowledge.faq.entry import Basis
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import bump_version, save_entry
from knowledge.staff.rights import Role
from tests.api.console.conftest import ENTRIES
from tests.api.console.statements import statements
from tests.api.console.visitor import Visitor
from tests.knowledge.faq.base import entry

FORM = {"question": "能在馆里吃饭吗？", "answer": "可以在一楼休息区用餐。", "owner": "甲", "review_on": "2027-01-01"}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _base(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions.begin() as session:
        for each in ENTRIES:
            save_entry(session, entry=each, now=now, by="甲")
        bump_version(session, now=now)


def draft_id(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        return session.scalars(select(FaqRevision.id).order_by(FaqRevision.created_at.desc())).first() or ""


def state(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        return session.scalars(select(FaqRevision.state).order_by(FaqRevision.created_at.desc())).first() or ""


def written(browser: Visitor, sessions: sessionmaker[Session], **form: str) -> str:
    """A new entry, saved as a draft by who is signed in."""
    browser.post("/console/entry/draft")
    found = draft_id(sessions)
    status, page = browser.post(f"/console/drafts/{found}", lock="0", **(FORM | form))
    assert status == 200, page
    return found


def test_a_new_entry_goes_from_its_writer_over_another_person_to_approval(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR, Role.REVIEWER)
    draft = written(browser, sessions, then="submit")
    assert state(sessions) == "review"
    _, page = browser.post(f"/console/drafts/{draft}/approve", lock="1")
    assert "须由另一个人审核" in page
    assert state(sessions) == "review"
    browser.enter(Role.REVIEWER)
    assert "能在馆里吃饭吗？" in browser.get("/console/drafts?state=review")
    _, page = browser.post(f"/console/drafts/{draft}/approve", lock="1")
    assert "审核通过" in page
    browser.enter(Role.SECRECY)
    page = browser.get(f"/console/drafts/{draft}")
    ticks = dict(re.findall(r'name="(noticed)" value="(\w+)"', page))
    _, page = browser.post(f"/console/drafts/{draft}/clear", lock="1", **ticks)
    assert "保密审查通过，可以发布了" in page
    assert state(sessions) == "approved"
    with sessions() as session:
        actions = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)))
    assert actions[-5:] == ["draft.begun", "draft.saved", "draft.submitted", "draft.approved", "draft.cleared"]


def test_a_draft_with_a_number_of_a_person_is_saved_and_not_submitted(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    draft = written(browser, sessions)
    _, page = browser.post(
        f"/console/drafts/{draft}", lock="1", then="submit", **(FORM | {"answer": "请找王主任 13900000000"})
    )
    assert "还不能提交" in page
    assert "手机号" in page
    assert state(sessions) == "draft"


def test_warnings_are_ticked_before_it_is_cleared(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    draft = written(browser, sessions, owner="", then="submit")
    browser.enter(Role.REVIEWER)
    browser.post(f"/console/drafts/{draft}/approve", lock="1")
    browser.enter(Role.SECRECY)
    _, page = browser.post(f"/console/drafts/{draft}/clear", lock="1")
    assert "还有 1 条提醒没有勾选确认" in page
    assert state(sessions) == "secrecy"


def test_it_goes_back_with_a_reason_that_its_writer_reads(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    draft = written(browser, sessions, then="submit")
    browser.enter(Role.REVIEWER)
    _, page = browser.post(f"/console/drafts/{draft}/return", note=" ")
    assert "请写明退回的原因" in page
    browser.post(f"/console/drafts/{draft}/return", note="写明哪几层")
    assert "退回：写明哪几层" in browser.get("/console/drafts?state=draft")


def test_the_second_of_two_editors_finds_both_texts_and_saves_over(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR, name="first")
    draft = written(browser, sessions)
    browser.enter(Role.EDITOR, name="second")
    browser.post(f"/console/drafts/{draft}", lock="1", **(FORM | {"answer": "第二个人写的。"}))
    browser.enter(Role.EDITOR, name="third")
    status, page = browser.post(f"/console/drafts/{draft}", lock="1", **(FORM | {"answer": "第三个人写的。"}))
    assert status == 409
    assert "第二个人写的。" in page
    assert "第三个人写的。" in page
    assert 'name="lock" value="2"' in page
    status, page = browser.post(f"/console/drafts/{draft}", lock="2", **(FORM | {"answer": "第三个人写的。"}))
    assert "已保存" in page


def test_what_was_passed_is_what_was_read(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    draft = written(browser, sessions, then="submit")
    browser.post(f"/console/drafts/{draft}", lock="1", then="submit", **(FORM | {"answer": "不可以。"}))
    browser.enter(Role.REVIEWER)
    _, page = browser.post(f"/console/drafts/{draft}/approve", lock="1")
    assert "刚被别人改过" in page
    assert state(sessions) == "review"


def test_wrong_cells_are_told_beside_their_fields_and_nothing_typed_is_lost(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    browser.post("/console/entry/draft")
    draft = draft_id(sessions)
    sent = FORM | {"region": "江苏", "valid_until": "明年", "reason": "读者问得多", "account": "nation"}
    status, page = browser.post(f"/console/drafts/{draft}", lock="0", **sent)
    assert status == 422
    assert "应为6位行政区划代码" in page
    assert "可以在一楼休息区用餐。" in page
    assert 'value="江苏"' in page
    assert 'value="读者问得多"' in page
    assert "<option selected>nation</option>" in page


@pytest.mark.parametrize("lock", [{}, {"lock": ""}, {"lock": "x"}], ids=["none", "empty", "no number"])
def test_a_form_that_does_not_say_which_text_it_is_of_writes_over_none(
    browser: Visitor, sessions: sessionmaker[Session], lock: dict[str, str]
) -> None:
    browser.enter(Role.EDITOR)
    draft = written(browser, sessions)
    status, page = browser.post(f"/console/drafts/{draft}", **(FORM | lock | {"answer": "没有看过就写的。"}))
    assert status == 409
    assert "没有看过就写的。" in page
    assert "没有看过就写的。" not in browser.get(f"/console/drafts/{draft}?edit=1")


def test_a_form_that_does_not_say_which_text_was_read_approves_none(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    draft = written(browser, sessions, then="submit")
    browser.enter(Role.REVIEWER)
    browser.post(f"/console/drafts/{draft}/approve")
    assert state(sessions) == "review"


def test_script_in_any_field_is_shown_as_signs(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    columns = ("question", "answer", "paraphrases", "category", "basis", "owner", "reason")
    draft = written(browser, sessions, **dict.fromkeys(columns, SCRIPT))
    fields = dict.fromkeys(columns, SCRIPT)
    _, fragment = browser.post(f"/console/drafts/{draft}/check", **fields)
    _, conflict = browser.post(f"/console/drafts/{draft}", lock="0", **(fields | {"answer": f"别的{SCRIPT}"}))
    pages = [fragment, conflict, browser.get(f"/console/drafts/{draft}"), browser.get("/console/drafts")]
    browser.enter(Role.REVIEWER, Role.HANDLER)
    pages.append(browser.get(f"/console/drafts/{draft}"))
    for page in pages:
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page


def test_the_fragment_shows_findings_and_the_phone(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    browser.post("/console/entry/draft")
    draft = draft_id(sessions)
    _, page = browser.post(
        f"/console/drafts/{draft}/check",
        **(
            FORM
            | {
                "question": "图书室几点开门？",
                "answer": "办到 {{bureau_address}}，电话 13900000000",
                "account": "nation",
            }
        ),
    )
    assert "图书室几点开门？”与条目 K3 的问法相同" in html.unescape(page)
    assert "手机号" in page
    assert "公众号“province”没有配置bureau_address" in html.unescape(page)
    assert "以登记管理机关" not in page
    assert "nation ·" in page


def test_a_check_that_is_still_on_its_way_takes_no_message_from_the_next_page(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    browser.post("/console/entry/draft")
    path = f"/console/drafts/{draft_id(sessions)}"
    token = browser.client.cookies.get("starlette_admin_csrftoken") or ""
    browser.client.post(path, data=FORM | {"lock": "0", "csrftoken": token}, follow_redirects=False)
    browser.post(f"{path}/check", **FORM)
    assert "已保存" in browser.get(path)


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

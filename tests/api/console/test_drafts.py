"""Drafts in the console: written by one, passed by another, checked on the way, two at once."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit.models import AuditEvent
from knowledge.staff.rights import Role
from tests.api.console.drafting import FORM, SCRIPT, draft_id, state, written
from tests.api.console.visitor import Visitor

pytestmark = pytest.mark.usefixtures("kept_base")


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

"""The console over HTTP: who gets in, what the desk shows, and what it never shows."""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.questions import QuestionRecord, save_questions
from knowledge.feedback.attachments import store_content
from knowledge.feedback.draft_content import DraftMedia
from knowledge.feedback.entries import add_entry
from knowledge.feedback.entry_forwarding import record_entry_attempt
from knowledge.feedback.forwarding import record_attempt
from knowledge.feedback.kinds import AttachmentKind, AttemptOutcome, ForwardState
from knowledge.feedback.models import Ticket, UnknownUpdate
from knowledge.feedback.notices import open_notice
from knowledge.feedback.seals import Column, seal
from knowledge.staff.rights import Role
from knowledge.store.vault import Vault
from tests.api.console.people import GOOD_PASSWORD
from tests.api.console.visitor import Visitor


@pytest.fixture
def ticket(sessions: sessionmaker[Session], vault: Vault, now: datetime) -> Ticket:
    made = Ticket(
        id=str(uuid.uuid4()), reference="F20261123-001", account="city", citizen="c" * 32, kind="complaint",
        institution_name="示例县第一中学", anonymous=False, status="submitted", forward_state=ForwardState.REFUSED,
        submitted_at=now, updated_at=now,
    )  # fmt: skip
    made.text_sealed = seal(vault, Column.TEXT, made.id, "窗口无人值守，我的电话13912345678")
    with sessions.begin() as session:
        session.add(made)
        session.flush()
        record_attempt(
            session,
            ticket_id=made.id,
            outcome=AttemptOutcome.REFUSED,
            status=422,
            detail="缺少字段",
            at=now,
            vault=vault,
        )
    return made


@pytest.mark.parametrize(
    "path",
    [
        "/console/",
        "/console/feedback/list",
        "/console/missed",
        "/console/entries/list",
        "/console/trial",
        "/console/dictionary",
        "/console/dictionary/1",
        "/console/gaps/list",
        "/console/unknown-updates/list",
        "/console/password",
    ],
)
def test_every_page_asks_for_a_sign_in(browser: Visitor, path: str) -> None:
    assert browser.client.get(path, follow_redirects=False).status_code == 303
    assert "登录" in browser.get(path)


def test_the_one_time_password_opens_nothing_but_its_own_change(browser: Visitor) -> None:
    browser.sign_in(browser.one_time)
    assert "这是一次性密码" in browser.get("/console/feedback/list")
    status, page = browser.post("/console/password", old=browser.one_time, new=GOOD_PASSWORD, again=GOOD_PASSWORD)
    assert (status, "首页" in page) == (200, True)


def test_two_different_new_passwords_are_refused_with_a_sentence(browser: Visitor) -> None:
    browser.sign_in(browser.one_time)
    status, page = browser.post("/console/password", old=browser.one_time, new=GOOD_PASSWORD, again="other one 123")
    assert (status, "两次输入的新密码不一致" in page) == (422, True)


def test_a_wrong_password_gets_a_sentence_and_no_entry(browser: Visitor) -> None:
    status, page = browser.sign_in("wrong")
    assert (status, "用户名或密码不正确" in page) == (400, True)
    assert browser.client.get("/console/", follow_redirects=False).status_code == 303


def test_a_form_without_the_token_of_its_page_is_refused(browser: Visitor) -> None:
    browser.enter(Role.HANDLER)
    assert browser.client.post("/console/logout", data={}).status_code == 403


def test_a_copied_cookie_is_worth_nothing_after_signing_out(browser: Visitor) -> None:
    browser.enter(Role.HANDLER)
    stolen = browser.client.cookies.get("bst_console")
    browser.post("/console/logout")
    browser.client.cookies.set("bst_console", stolen or "", path="/console")
    assert browser.client.get("/console/", follow_redirects=False).status_code == 303


def test_the_desk_lists_the_ticket_and_its_page_shows_text_and_attempts(browser: Visitor, ticket: Ticket) -> None:
    browser.enter(Role.HANDLER)
    assert "F20261123-001" in browser.get("/console/feedback/list")
    page = browser.get(f"/console/feedback/detail?pk={ticket.id}")
    assert all(words in page for words in ("窗口无人值守", "平台拒收", "HTTP 422", "缺少字段", "示例县第一中学"))


@pytest.mark.parametrize(("anonymous", "shown"), [(True, "是"), (False, "否")])
def test_the_list_says_in_a_word_whether_a_ticket_is_anonymous(
    browser: Visitor, ticket: Ticket, sessions: sessionmaker[Session], anonymous: bool, shown: str
) -> None:
    with sessions.begin() as session:
        session.get_one(Ticket, ticket.id).anonymous = anonymous
    browser.enter(Role.HANDLER)
    page = browser.get("/console/feedback/list")
    row = page[page.index("F20261123-001") :]
    assert re.search(rf"<td[^>]*>\s*{shown}\s*</td>", row) is not None
    assert "text-danger" not in row


def test_a_phone_number_in_the_text_is_masked(browser: Visitor, ticket: Ticket) -> None:
    browser.enter(Role.HANDLER)
    assert "13912345678" not in browser.get(f"/console/feedback/detail?pk={ticket.id}")


@pytest.mark.parametrize(
    ("tile", "state", "listed"),
    [
        ("转发受阻，请处理", ForwardState.REFUSED, True),
        ("转发受阻，请处理", ForwardState.UNKNOWN, True),
        ("转发受阻，请处理", ForwardState.WAITING, False),
        ("待转发", ForwardState.SENDING, True),
        ("待转发", ForwardState.FORWARDED, False),
        ("未办结的反馈", ForwardState.FORWARDED, True),
    ],
)
def test_a_number_of_the_overview_leads_to_exactly_what_it_counts(
    browser: Visitor, ticket: Ticket, sessions: sessionmaker[Session], tile: str, state: ForwardState, listed: bool
) -> None:
    with sessions.begin() as session:
        session.get_one(Ticket, ticket.id).forward_state = state
    browser.enter(Role.HANDLER)
    [(where, _)] = [
        found
        for found in re.findall(r'<a href="([^"]*)"((?:(?!</a>).)*)', browser.get("/console/"), re.DOTALL)
        if tile in found[1]
    ]
    answer = browser.client.get(f"/console/{html.unescape(where)}")
    assert (answer.status_code, "F20261123-001" in answer.text) == (200, listed)


def test_send_again_puts_a_refused_ticket_back_in_the_queue(
    browser: Visitor, ticket: Ticket, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.HANDLER)
    status, _ = browser.post(f"/console/_api/feedback/row-action?name=send_again&pk={ticket.id}")
    assert status == 200
    assert browser.sent_again == [ticket.id]
    with sessions() as session:
        assert session.get_one(Ticket, ticket.id).forward_state == ForwardState.WAITING


def test_without_a_platform_the_desk_answers_and_the_citizen_is_told(
    browser: Visitor, ticket: Ticket, sessions: sessionmaker[Session], vault: Vault
) -> None:
    with sessions.begin() as session:
        session.get_one(Ticket, ticket.id).forward_state = ForwardState.DESK
    browser.enter(Role.HANDLER)
    where = f"/console/_api/feedback/row-action?name=answer&pk={ticket.id}"
    assert browser.post(where, status="nonsense", reply="")[0] == 400
    assert browser.post(where, status="replied", reply="x" * 601)[0] == 400

    assert browser.post(where, status="replied", reply="窗口已增派人手。")[0] == 200

    assert len(browser.told) == 1
    assert "窗口已增派人手。" in browser.get(f"/console/feedback/detail?pk={ticket.id}")
    with sessions() as session:
        assert session.get_one(Ticket, ticket.id).status == "replied"
        notice = open_notice(session, notice_id=browser.told[0], vault=vault)
    assert notice is not None
    assert notice.text == "窗口已增派人手。"


def test_what_the_platform_handles_is_not_answered_here(browser: Visitor, ticket: Ticket) -> None:
    browser.enter(Role.HANDLER)
    status, _ = browser.post(
        f"/console/_api/feedback/row-action?name=answer&pk={ticket.id}", status="replied", reply=""
    )
    assert status == 400
    assert browser.told == []


def test_a_picture_is_shown_on_the_tickets_page_and_to_nobody_else(
    browser: Visitor, ticket: Ticket, sessions: sessionmaker[Session], vault: Vault, now: datetime
) -> None:
    with sessions.begin() as session:
        sent = DraftMedia(kind=AttachmentKind.IMAGE, media_id="m1")
        added = add_entry(session, ticket_id=ticket.id, text=None, media=(sent,), at=now, vault=vault)
        [picture] = added.attachment_ids
        store_content(session, attachment_id=picture, content=b"jpeg", media_type="image/jpeg", at=now, vault=vault)
    assert browser.client.get(f"/console/attachments/{picture}", follow_redirects=False).status_code == 303
    browser.enter(Role.HANDLER)
    assert f"/console/attachments/{picture}" in browser.get(f"/console/feedback/detail?pk={ticket.id}")
    shown = browser.client.get(f"/console/attachments/{picture}")
    assert (shown.content, shown.headers["content-type"]) == (b"jpeg", "image/jpeg")
    assert browser.client.get("/console/attachments/nothing").status_code == 404


def test_an_addition_that_the_platform_refused_is_seen_and_can_be_sent_again(
    browser: Visitor, ticket: Ticket, sessions: sessionmaker[Session], vault: Vault, now: datetime
) -> None:
    with sessions.begin() as session:
        session.get_one(Ticket, ticket.id).forward_state = ForwardState.FORWARDED
        added = add_entry(session, ticket_id=ticket.id, text="我的电话是13912345678", media=(), at=now, vault=vault)
        assert added.entry_id is not None
        refused = {"outcome": AttemptOutcome.REFUSED, "status": 422, "detail": "不再接收补充"}
        record_entry_attempt(session, entry_id=added.entry_id, at=now, vault=vault, **refused)  # type: ignore[arg-type]
    browser.enter(Role.HANDLER)
    number = re.search(r"补充内容受阻，请处理.*?(\d+)", browser.get("/console/"), re.DOTALL)
    assert number is not None
    assert number[1] == "1"
    page = browser.get(f"/console/feedback/detail?pk={ticket.id}")
    assert all(words in page for words in ("补充 1：平台拒收", "不再接收补充", "· 补充 1", "群众补充", "再次发送"))
    assert "13912345678" not in page


def test_a_fact_that_an_answer_lacked_is_listed_for_staff(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions.begin() as session:
        asked = replace(_missed("", now, decision="answer"), entry_id="SL05", unfilled=("bureau_address",))
        save_questions(session, [asked])
    browser.enter(Role.EDITOR)
    assert "bureau_address" in browser.get("/console/gaps/list")


def test_a_callback_for_an_unknown_number_is_listed_for_staff(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions.begin() as session:
        session.add(UnknownUpdate(destination="default", webhook_id="w1", reference="F20200101-777", received_at=now))
    browser.enter(Role.ADMIN)
    assert "F20200101-777" in browser.get("/console/unknown-updates/list")


def test_no_page_names_another_host(browser: Visitor, ticket: Ticket) -> None:
    browser.enter(Role.HANDLER)
    for path in (
        "/console/",
        "/console/feedback/list",
        f"/console/feedback/detail?pk={ticket.id}",
        "/console/missed",
    ):
        page = browser.get(path)
        outside = set(re.findall(r"""(?:src|href|url\()=?["'(]?(https?://[^"')\s]+)""", page))
        assert {address for address in outside if not address.startswith("http://console.test")} == set(), path


def _missed(text: str, now: datetime, decision: str = "none") -> QuestionRecord:
    return QuestionRecord(
        account="city", region=None, asked_at=now, text=text, decision=decision, entry_id=None, confidence=0.1,
        base_version="1",
    )  # fmt: skip

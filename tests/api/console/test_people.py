"""Accounts and roles on the console's pages: made, given, confirmed, taken back, and what nobody may do."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from knowledge.audit.models import AuditEvent
from knowledge.faq.entry import Entry
from knowledge.faq.queries import save_entry
from knowledge.staff.granting import grants_of
from knowledge.staff.models import StaffAccount, StaffSession
from knowledge.staff.rights import Role
from tests.api.console.people import GOOD_PASSWORD, hire
from tests.api.console.visitor import Visitor

NOBODY = "00000000-0000-4000-8000-000000000000"
ONE_TIME = re.compile(r'id="one-time" value="([\w-]+)"')


def account(sessions: sessionmaker[Session], name: str) -> StaffAccount:
    with sessions() as session:
        return session.query(StaffAccount).filter_by(name=name).one()


def roles(sessions: sessionmaker[Session], staff_id: str) -> list[tuple[str, str | None, str | None]]:
    with sessions() as session:
        return [(row.role, row.region, row.topic) for row in grants_of(session, staff_id=staff_id)]


def come(browser: Visitor, name: str, password: str = GOOD_PASSWORD) -> tuple[int, str]:
    """Nobody else is in this browser any more."""
    browser.client.cookies.clear()
    return browser.sign_in(password, name=name)


def test_an_account_is_made_and_its_password_is_shown_once_and_kept_nowhere(
    browser: Visitor, sessions: sessionmaker[Session], caplog: pytest.LogCaptureFixture
) -> None:
    browser.enter(Role.ADMIN)
    status, page = browser.post("/console/people", name="zhang", display_name="张编辑")
    [password] = ONE_TIME.findall(page)
    made = account(sessions, "zhang")

    assert status == 200
    for path in ("people", f"people/{made.id}", ""):
        assert password not in browser.get(f"/console/{path}")
    assert password not in caplog.text
    assert password not in str(browser.client.cookies)
    with sessions() as session:
        assert all(password not in f"{row.before}{row.after}{row.reason}" for row in session.query(AuditEvent))
    _, page = come(browser, "zhang", password)
    assert "新密码" in page


def test_a_new_colleague_has_no_role_until_he_is_given_one(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    staff_id = hire(sessions, name="zhang", now=browser.now)
    come(browser, "zhang")
    assert "请管理员为您分配角色" in browser.get("/console/")
    browser.enter(Role.ADMIN)
    status, page = browser.post(f"/console/people/{staff_id}/grant", role="editor", region="320300", topic="")
    assert (status, "已授予“编辑”" in page, "编辑（江苏省 320300）" in page) == (200, True, True)
    assert roles(sessions, staff_id) == [("editor", "320300", None)]
    come(browser, "zhang")
    assert "请管理员为您分配角色" not in browser.get("/console/")


def test_a_role_may_be_limited_to_a_topic_of_the_base_and_to_no_other(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        save_entry(session, entry=Entry(id="K9", question="问", answer="答", category="事业单位"), now=browser.now)
    staff_id = hire(sessions, name="zhang", now=browser.now)
    browser.enter(Role.ADMIN)
    where = f"/console/people/{staff_id}/grant"
    status, page = browser.post(where, role="editor", topic="事业单")
    assert (status, "没有这个主题" in page) == (422, True)
    browser.post(where, role="editor", topic="事业单位")
    assert roles(sessions, staff_id) == [("editor", None, "事业单位")]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"role": "king"}, "请选择要授予的角色"),
        ({"role": ""}, "请选择要授予的角色"),
        ({"role": "editor", "region": "徐州"}, "6 位行政区划代码"),
        ({"role": "editor", "region": "<b>"}, "6 位行政区划代码"),
        ({"role": "admin", "region": "320300"}, "不分地区和主题"),
        ({"role": "handler"}, "已有同样的角色"),
        ({"role": "auditor"}, "审计员不能兼任其他角色"),
    ],
)
def test_a_role_that_cannot_be_given_is_refused_with_a_sentence(
    browser: Visitor, sessions: sessionmaker[Session], form: dict[str, str], words: str
) -> None:
    staff_id = hire(sessions, Role.HANDLER, name="zhang", now=browser.now)
    browser.enter(Role.ADMIN)
    status, page = browser.post(f"/console/people/{staff_id}/grant", **form)
    assert (status, words in page, "<b>" in page) == (422, True, False)
    assert roles(sessions, staff_id) == [("handler", None, None)]


def test_duties_that_exclude_each_other_do_not_meet_on_one_account(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    staff_id = hire(sessions, Role.SECRECY, name="zhang", now=browser.now)
    browser.enter(Role.ADMIN)
    status, page = browser.post(f"/console/people/{staff_id}/grant", role="admin")
    assert (status, "不能由同一账号担任" in page) == (422, True)


def test_nobody_changes_his_own_roles_or_account(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.ADMIN)
    own = f"/console/people/{browser.staff_id}"
    [grant] = _grants(sessions, browser.staff_id)
    page = browser.get(own)
    assert "这是您自己的账号" in page
    assert "授予一个角色" not in page
    for act, form in (
        ("grant", {"role": "editor"}),
        (f"grants/{grant}/remove", {}),
        ("disable", {}),
        ("enable", {}),
        ("reset", {}),
        ("unlock", {}),
    ):
        status, page = browser.post(f"{own}/{act}", **form)
        assert (status, "自己的" in page) == (422, True), act
    assert roles(sessions, browser.staff_id) == [("admin", None, None)]


def test_of_two_administrators_one_may_shut_out_the_other_and_then_remains(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    first = hire(sessions, Role.ADMIN, name="first", now=browser.now)
    browser.enter(Role.ADMIN)
    assert browser.post(f"/console/people/{first}/disable")[0] == 200
    [grant] = _grants(sessions, browser.staff_id)
    for path in ("disable", f"grants/{grant}/remove"):
        assert browser.post(f"/console/people/{browser.staff_id}/{path}")[0] == 422
    [grant] = _grants(sessions, first)
    assert browser.post(f"/console/people/{first}/grants/{grant}/remove")[0] == 200
    with sessions() as session:
        assert session.get_one(StaffAccount, browser.staff_id).active


def test_who_is_disabled_is_out_and_may_come_back(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR, name="zhang")
    zhang = browser.staff_id
    with TestClient(browser.console.app, base_url="http://console.test") as other:
        other.cookies.update(browser.client.cookies)
        assert other.get("/console/entries/list").status_code == 200
        browser.enter(Role.ADMIN)
        assert browser.post(f"/console/people/{zhang}/disable", reason="调离")[0] == 200
        assert other.get("/console/entries/list", follow_redirects=False).status_code == 303
    browser.post(f"/console/people/{zhang}/enable")
    status, page = come(browser, "zhang")
    assert (status, "我的待办" in page or "首页" in page) == (200, True)


@pytest.mark.parametrize("act", ["grant", "remove", "reset", "disable", "enable", "unlock"])
def test_every_change_ends_the_persons_sessions_and_stands_in_the_audit_log(
    browser: Visitor, sessions: sessionmaker[Session], act: str
) -> None:
    browser.enter(Role.EDITOR, name="zhang")
    zhang = browser.staff_id
    browser.enter(Role.ADMIN)
    [grant] = _grants(sessions, zhang)
    path = f"grants/{grant}/remove" if act == "remove" else act
    status, _ = browser.post(f"/console/people/{zhang}/{path}", role="handler")
    assert status == 200
    with sessions() as session:
        assert session.query(StaffSession).filter_by(staff_id=zhang).count() == 0
        [row] = session.query(AuditEvent).all()
    assert (row.actor, row.actor_id) == ("staff-admin", browser.staff_id)
    assert row.action in {
        "grant.given",
        "grant.taken_back",
        "staff.reset",
        "staff.disabled",
        "staff.enabled",
        "staff.unlocked",
    }


def test_a_locked_account_is_shown_and_unlocked(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    zhang = hire(sessions, Role.EDITOR, name="zhang", now=browser.now)
    for _ in range(5):
        come(browser, "zhang", "wrong")
    browser.enter(Role.ADMIN)
    assert "zhang" in browser.get("/console/people?standing=locked")
    assert "已锁定" in browser.get(f"/console/people/{zhang}")
    browser.post(f"/console/people/{zhang}/unlock")
    assert "zhang" not in browser.get("/console/people?standing=locked")
    assert come(browser, "zhang")[0] == 200


def test_a_forgotten_password_is_replaced_by_one_that_is_shown_once(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    zhang = hire(sessions, Role.EDITOR, name="zhang", now=browser.now)
    browser.enter(Role.ADMIN)
    _, page = browser.post(f"/console/people/{zhang}/reset")
    [password] = ONE_TIME.findall(page)
    assert password not in browser.get(f"/console/people/{zhang}")
    assert "新密码" in come(browser, "zhang", password)[1]


def test_a_sensitive_role_waits_for_a_second_person(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    hire(sessions, Role.SECRECY, name="bao", now=browser.now)
    zhang = hire(sessions, name="zhang", now=browser.now)
    browser.enter(Role.ADMIN)
    _, page = browser.post(f"/console/people/{zhang}/grant", role="auditor")
    assert "由保密审查人员确认后才生效" in page
    assert "待确认" in browser.get("/console/people")
    [grant] = _grants(sessions, zhang)
    come(browser, "zhang")
    assert browser.client.get("/console/people").status_code == 403

    come(browser, "bao")
    assert "zhang" in browser.get("/console/grants")
    status, page = browser.post(f"/console/grants/{grant}/confirm")
    assert (status, "已确认“审计员”" in page) == (200, True)
    assert browser.post(f"/console/grants/{grant}/confirm")[0] == 422
    come(browser, "zhang")
    assert browser.client.get("/console/people").status_code == 200


def test_nobody_confirms_his_own_role(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    hire(sessions, Role.SECRECY, name="first", now=browser.now)
    browser.enter(Role.SECRECY, name="second")
    with sessions.begin() as session:
        [row] = grants_of(session, staff_id=browser.staff_id)
        row.confirmed_at = None
    assert browser.client.get("/console/grants").status_code == 403
    with sessions.begin() as session:
        [row] = grants_of(session, staff_id=browser.staff_id)
        row.confirmed_at = browser.now
    assert browser.post(f"/console/grants/{row.id}/confirm")[0] == 422


def test_an_auditor_reads_the_accounts_and_changes_none(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    zhang = hire(sessions, Role.EDITOR, name="zhang", now=browser.now)
    browser.enter(Role.AUDITOR)
    assert "新建账号" not in browser.get("/console/people")
    page = browser.get(f"/console/people/{zhang}")
    assert "编辑" in page
    assert "/disable" not in page
    for path in ("people", f"people/{zhang}/disable", f"people/{zhang}/grant", f"grants/{NOBODY}/confirm"):
        assert browser.post(f"/console/{path}", name="x1", role="admin")[0] == 403


@pytest.mark.parametrize(
    "form",
    [
        {"name": "<script>alert(1)</script>"},
        {"name": "a"},
        {"name": "li", "display_name": "名" * 31},
        {"name": "STAFF-ADMIN"},
    ],
)
def test_a_refused_account_comes_back_as_it_was_typed(browser: Visitor, form: dict[str, str]) -> None:
    browser.enter(Role.ADMIN)
    status, page = browser.post("/console/people", **form)
    assert (status, "<script>alert" in page, 'role="alert"' in page) == (422, False, True)


@pytest.mark.parametrize("path", ["people/1", "people/%00", f"people/{NOBODY}", "people?page=99999999999&q=%00"])
def test_an_address_that_leads_nowhere_says_so(browser: Visitor, path: str) -> None:
    browser.enter(Role.ADMIN)
    assert browser.client.get(f"/console/{path}").status_code == (200 if "?" in path else 404)
    if "?" not in path:
        assert browser.post(f"/console/{path}/disable")[0] == 404


def test_a_grant_is_taken_back_on_its_own_persons_page_only(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    zhang, li = (hire(sessions, Role.EDITOR, name=name, now=browser.now) for name in ("zhang", "li"))
    [grant] = _grants(sessions, li)
    browser.enter(Role.ADMIN)
    assert browser.post(f"/console/people/{zhang}/grants/{grant}/remove")[0] == 422
    assert browser.post(f"/console/people/{zhang}/grants/%00/remove")[0] == 422
    assert roles(sessions, li) == [("editor", None, None)]


def test_the_list_is_searched_narrowed_and_paged(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    for number in range(55):
        hire(sessions, name=f"person-{number:02}", now=browser.now)
    browser.enter(Role.ADMIN)
    first = browser.get("/console/people?standing=without_role")
    assert ("person-49" in first, "person-50" in first, "下一页" in first) == (True, False, True)
    second = browser.get("/console/people?standing=without_role&page=1")
    assert ("person-49" in second, "person-54" in second) == (False, True)
    found = browser.get("/console/people?q=ERSON-07")
    assert re.findall(r"<strong[^>]*>(person-\d+)", found) == ["person-07"]
    assert "没有符合的账号" in browser.get("/console/people?q=100%25")


def _grants(sessions: sessionmaker[Session], staff_id: str) -> list[str]:
    with sessions() as session:
        return [row.id for row in grants_of(session, staff_id=staff_id)]

"""The first page: what waits for whom, and that each number leads to exactly what it counts."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session, sessionmaker

from api.console.texts import home as texts
from knowledge.audit.events import Actor
from knowledge.curation.models import FaqRevision
from knowledge.curation.pulling import pull
from knowledge.curation.revisions import begin
from knowledge.curation.states import State
from knowledge.faq.entry import Entry
from knowledge.faq.queries import save_entry
from knowledge.staff import people
from knowledge.staff.models import StaffAccount
from knowledge.staff.rights import Role
from tests.api.console.people import hire
from tests.api.console.visitor import Visitor

SOMEBODY = "11111111-1111-4111-8111-111111111111"
OWNED = Entry(id="K1", question="我的问题", answer="答", owner="me", verified=True)


def tiles(browser: Visitor) -> dict[str, tuple[int, str]]:
    """Title to number and address."""
    found = re.findall(
        r'<a href="([^"]*)" class="card card-link[^"]*">'
        r'.*?<div class="text-secondary">([^<]*)</div>\s*<div[^>]*>(\d+)<',
        browser.get("/console/"),
        re.DOTALL,
    )
    return {title: (int(number), f"/console/{html.unescape(where)}") for where, title, number in found}


def drafted(
    sessions: sessionmaker[Session],
    browser: Visitor,
    state: State,
    *,
    by: str | None = None,
    region: str | None = None,
    note: str = "",
) -> None:
    with sessions.begin() as session:
        content = {"question": f"{state.value}的草稿", "answer": "答", "region": region}
        begun = begin(
            session,
            entry_id=None,
            content=content,
            by=Actor(name="writer", staff_id=by or SOMEBODY),
            reason="",
            now=browser.now,
        )
        row = session.get_one(FaqRevision, begun.id)
        row.state, row.returned_note = state, note


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (
            Role.EDITOR,
            {texts.RETURNED, texts.PULLED, texts.PAST_REVIEW, texts.EXPIRED, texts.QUESTIONS_OPEN, texts.GAPS},
        ),
        (Role.SECRECY, {texts.CLEARINGS, texts.GRANTS}),
        (Role.HANDLER, {texts.TICKETS_OPEN, texts.TICKETS_WAITING, texts.TICKETS_STUCK, texts.ENTRIES_STUCK}),
        (Role.ADMIN, {texts.GAPS, texts.UNKNOWN_UPDATES}),
        (Role.AUDITOR, set()),
        (Role.REPORTS, set()),
    ],
)
def test_a_person_sees_what_his_rights_let_him_do(browser: Visitor, role: Role, shown: set[str]) -> None:
    browser.enter(role)
    found = tiles(browser)
    assert found.keys() == shown
    assert all(browser.client.get(where).status_code == 200 for _, where in found.values())


def test_without_a_role_the_page_says_whom_to_ask(browser: Visitor) -> None:
    browser.enter()
    assert "请管理员为您分配角色" in browser.get("/console/")
    assert tiles(browser) == {}


def test_a_reviewer_is_told_of_what_others_wrote_in_his_region(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.REVIEWER, region="320000")
    drafted(sessions, browser, State.REVIEW, region="320300")
    drafted(sessions, browser, State.REVIEW, region="320300", by=browser.staff_id)
    drafted(sessions, browser, State.REVIEW, region="330100")
    drafted(sessions, browser, State.REVIEW)
    drafted(sessions, browser, State.SECRECY, region="320300")
    number, where = tiles(browser)[texts.REVIEWS]
    assert number == 1
    assert browser.get(where).count("review的草稿") == 1


def test_who_clears_is_told_of_what_waits_for_him_and_of_roles_to_confirm(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.SECRECY)
    drafted(sessions, browser, State.SECRECY)
    drafted(sessions, browser, State.REVIEW)
    li = hire(sessions, name="li", now=browser.now)
    with sessions.begin() as session:
        people.grant(session, staff_id=li, role=Role.AUDITOR, by=Actor(name="admin"), now=browser.now)
    found = tiles(browser)
    assert (found[texts.CLEARINGS][0], found[texts.GRANTS][0]) == (1, 1)
    assert browser.get(found[texts.CLEARINGS][1]).count("secrecy的草稿") == 1
    assert "li" in browser.get(found[texts.GRANTS][1])


def test_an_editor_is_told_of_what_came_back_to_him_alone(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    drafted(sessions, browser, State.DRAFT, by=browser.staff_id, note="请写明依据")
    drafted(sessions, browser, State.DRAFT, by=browser.staff_id)
    drafted(sessions, browser, State.DRAFT, note="请写明依据")
    number, where = tiles(browser)[texts.RETURNED]
    assert number == 1
    assert browser.get(where).count("draft的草稿") == 1


def test_an_owner_is_told_of_his_entries_that_are_overdue_or_taken_back(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    yesterday, today = date(2026, 11, 22), date(2026, 11, 23)
    owned = (
        replace(OWNED, id="K-late", question="该复核", review_on=yesterday),
        replace(OWNED, id="K-today", question="今天复核", review_on=today),
        replace(OWNED, id="K-gone", question="过期了", valid_until=yesterday),
        replace(OWNED, id="K-old", question="停用了", valid_until=yesterday, status="retired"),
        replace(OWNED, id="K-pulled", question="撤下了"),
        replace(OWNED, id="K-other", question="别人的", review_on=yesterday, valid_until=yesterday, owner="you"),
        replace(OWNED, id="K-others", question="别人撤下的", owner="you"),
    )
    with sessions.begin() as session:
        for entry in owned:
            save_entry(session, entry=entry, now=browser.now)
        pull(
            session, entry_ids=["K-pulled", "K-others"], by=Actor(name="r"), reason="废止", repeal_id=None,
            now=browser.now,
        )  # fmt: skip
    browser.enter(Role.EDITOR, name="me")
    found = tiles(browser)
    for title, question in ((texts.PAST_REVIEW, "该复核"), (texts.EXPIRED, "过期了"), (texts.PULLED, "撤下了")):
        number, where = found[title]
        page = browser.get(where)
        listed = [each.question for each in owned if f">{each.question}<" in re.sub(r">\s+|\s+<", _tight, page)]
        assert (title, number, listed) == (title, 1, [question])


def test_a_name_with_quotes_in_it_breaks_no_address(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        save_entry(session, entry=replace(OWNED, owner='张"三) OR', review_on=date(2026, 1, 1)), now=browser.now)
    browser.enter(Role.EDITOR, name="me")
    with sessions.begin() as session:
        session.get_one(StaffAccount, browser.staff_id).display_name = '张"三) OR'
    number, where = tiles(browser)[texts.PAST_REVIEW]
    assert (number, "共 1 条" in browser.get(where)) == (1, True)


def _tight(found: re.Match[str]) -> str:
    return found.group().strip()

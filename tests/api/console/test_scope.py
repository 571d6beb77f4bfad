"""Whom the console shows what: contact data to those who handle, rows of a region to its own people."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.routing import Route

from knowledge.audit.models import AuditEvent
from knowledge.faq.entry import Entry
from knowledge.faq.queries import save_entry
from knowledge.faq.questions import Question, QuestionRecord, save_questions
from knowledge.feedback.attachments import store_content
from knowledge.feedback.draft_content import DraftMedia
from knowledge.feedback.entries import add_entry
from knowledge.feedback.kinds import AttachmentKind, ForwardState
from knowledge.feedback.models import Ticket
from knowledge.feedback.seals import Column, seal, seal_json
from knowledge.staff.rights import RIGHTS, Right, Role
from knowledge.store.vault import Vault
from tests.api.console.visitor import Console, Visitor
from tests.knowledge.missed.asking import gather

OURS = re.compile(r"/console/(?!logout|static)")
PHONE, PERSON, WORDS, PICTURE = "13912345678", "张示例", "窗口无人值守", b"planted-jpeg"


@pytest.fixture
def ticket(sessions: sessionmaker[Session], vault: Vault, now: datetime) -> str:
    made = Ticket(
        id=str(uuid.uuid4()), reference="F20261123-001", account="city", citizen="c" * 32, kind="complaint",
        region="320300", anonymous=False, status="submitted", forward_state=ForwardState.DESK,
        submitted_at=now, updated_at=now,
    )  # fmt: skip
    made.text_sealed = seal(vault, Column.TEXT, made.id, "窗口无人值守")
    made.contact_sealed = seal_json(vault, Column.CONTACT, made.id, {"name": PERSON, "phone": PHONE})
    with sessions.begin() as session:
        session.add(made)
    return made.id


def test_who_handles_feedback_reads_whom_to_call(browser: Visitor, ticket: str) -> None:
    browser.enter(Role.HANDLER)
    page = browser.get(f"/console/feedback/detail?pk={ticket}")
    assert PHONE in page
    assert PERSON in page


def picture_of(sessions: sessionmaker[Session], vault: Vault, ticket: str, now: datetime) -> str:
    """The id of a picture that the citizen has added."""
    with sessions.begin() as session:
        sent = DraftMedia(kind=AttachmentKind.IMAGE, media_id="m1")
        added = add_entry(session, ticket_id=ticket, text=None, media=(sent,), at=now, vault=vault)
        [picture] = added.attachment_ids
        store_content(session, attachment_id=picture, content=PICTURE, media_type="image/jpeg", at=now, vault=vault)
    return picture


def every_page(browser: Visitor, console: Console, ticket: str, picture: str) -> Iterator[tuple[str, bytes]]:
    """All that a GET can ask for about the ticket, and whatever the pages lead to, as far as it opens."""
    assert console.made is not None
    routes = [route.path for route in console.made.app.routes if isinstance(route, Route) and "GET" in route.methods]
    keys = [str(view.key) for view in console.made._model_views]
    waiting = [path.replace("{key}", key) for path in routes for key in (keys if "{key}" in path else [""])]
    waiting = [f"/console{re.sub(r'{[^}]*}', one, path)}?pk={ticket}" for path in waiting for one in (ticket, picture)]
    seen, left = set[str](), dict.fromkeys(waiting)
    while left:
        path, _ = left.popitem()
        seen.add(path.partition("?")[0])  # what differs by its filter alone is one page
        answer = browser.client.get(path)
        yield path, answer.content
        links = [html.unescape(link) for link in re.findall(r'(?:href|src)="([^"]*)"', answer.text)]
        inside = [str(answer.url.join(link).path) for link in links if not link.startswith("data:")]
        left |= dict.fromkeys(link for link in inside if OURS.match(link) and link not in seen)


@pytest.mark.parametrize("role", [role for role in Role if Right.CONTACT_READ not in RIGHTS[role]])
def test_no_other_role_finds_a_citizens_name_phone_words_or_picture_on_any_page(
    browser: Visitor,
    console: Console,
    ticket: str,
    sessions: sessionmaker[Session],
    vault: Vault,
    role: Role,
) -> None:
    picture = picture_of(sessions, vault, ticket, browser.now)
    browser.enter(Role.HANDLER)
    browser.get(f"/console/feedback/detail?pk={ticket}")
    browser.client.get(f"/console/attachments/{picture}")
    browser.post(f"/console/_api/feedback/row-action?name=answer&pk={ticket}", status="replied", reply="已处理。")
    browser.enter(role)
    paths = []
    for path, content in every_page(browser, console, ticket, picture):
        paths.append(path)
        for planted in (PHONE.encode(), PERSON.encode(), WORDS.encode(), PICTURE):
            assert planted not in content, path
    assert len(paths) > 40


def test_opening_a_contact_or_a_picture_is_noted_and_a_refused_look_is_not(
    browser: Visitor, ticket: str, sessions: sessionmaker[Session], vault: Vault
) -> None:
    picture = picture_of(sessions, vault, ticket, browser.now)
    browser.enter(Role.HANDLER, region="330000")
    browser.get(f"/console/feedback/detail?pk={ticket}")
    browser.get(f"/console/attachments/{picture}")
    browser.enter(Role.ADMIN)
    browser.get(f"/console/feedback/detail?pk={ticket}")
    browser.enter(Role.HANDLER)
    browser.get("/console/feedback/list")
    browser.get(f"/console/feedback/detail?pk={ticket}")
    browser.client.get(f"/console/attachments/{picture}")
    browser.post(f"/console/_api/feedback/row-action?name=answer&pk={ticket}", status="replied", reply="请来窗口。")
    with sessions() as session:
        rows = session.query(AuditEvent).order_by(AuditEvent.position).all()
    assert [row.action for row in rows] == ["contact.opened", "attachment.opened", "ticket.answered"]
    assert {(row.actor, row.kind, row.object_id) for row in rows} == {("staff-handler", "ticket", ticket)}
    kept = "".join(f"{row.before}{row.after}{row.reason}" for row in rows)
    assert [word for word in (PHONE, PERSON, WORDS, "请来窗口") if word in kept] == []


@pytest.mark.parametrize(("region", "found"), [(None, True), ("320000", False), ("110000", False)])
def test_feedback_of_no_region_is_for_who_handles_without_a_limit(
    browser: Visitor, ticket: str, sessions: sessionmaker[Session], vault: Vault, region: str | None, found: bool
) -> None:
    picture = picture_of(sessions, vault, ticket, browser.now)
    with sessions.begin() as session:
        session.get_one(Ticket, ticket).region = None
    browser.enter(Role.HANDLER, region=region)
    page = browser.get("/console/feedback/list")
    assert ("F20261123-001" in page) is found
    assert ("全国" in page) is found
    for path in (f"feedback/detail?pk={ticket}", f"attachments/{picture}"):
        assert browser.client.get(f"/console/{path}").status_code == (200 if found else 404)
    answered = f"/console/_api/feedback/row-action?name=answer&pk={ticket}"
    assert browser.post(answered, status="replied", reply="")[0] == (200 if found else 400)
    with sessions() as session:
        assert (session.query(AuditEvent).count() > 0) is found


def test_the_desk_is_filtered_by_region(browser: Visitor, ticket: str) -> None:
    browser.enter(Role.HANDLER)
    assert "江苏省 320000" in browser.get("/console/feedback/list")
    for prefix, found in (("32", True), ("3203", True), ("33", False)):
        page = browser.get(f"/console/feedback/list?filter=region__startswith={prefix}")
        assert ("F20261123-001" in page) is found


@pytest.mark.parametrize(("region", "found"), [("320000", True), ("320300", True), ("330000", False)])
def test_feedback_of_another_region_is_not_there(
    browser: Visitor, ticket: str, sessions: sessionmaker[Session], vault: Vault, region: str, found: bool
) -> None:
    picture = picture_of(sessions, vault, ticket, browser.now)
    browser.enter(Role.HANDLER, region=region)
    assert ("F20261123-001" in browser.get("/console/feedback/list")) is found
    for path in (f"feedback/detail?pk={ticket}", f"attachments/{picture}"):
        assert browser.client.get(f"/console/{path}").status_code == (200 if found else 404)
    answered = f"/console/_api/feedback/row-action?name=answer&pk={ticket}"
    assert browser.post(answered, status="replied", reply="已处理。")[0] == (200 if found else 400)
    assert len(browser.told) == (1 if found else 0)


@pytest.fixture
def regional(sessions: sessionmaker[Session], now: datetime) -> None:
    """An entry and a missed question of the nation, of one city and of another."""
    asked = QuestionRecord(
        account="city", region=None, asked_at=now, text="全国的问题", decision="none", entry_id=None, confidence=0.1,
        base_version="7",
    )  # fmt: skip
    with sessions() as session:
        for entry_id, region in (("N1", None), ("C1", "320300"), ("O1", "330100")):
            entry = Entry(id=entry_id, question=f"{entry_id}的问题", answer="答", region=region)
            save_entry(session, entry=entry, now=now)
        others = [replace(asked, text=f"{region}的问题", region=region) for region in ("320305", "330100")]
        save_questions(session, [asked, *others])
        session.commit()
        gather(session, now=now)


def test_a_grant_for_a_region_shows_its_rows_and_the_nations_and_counts_no_others(
    browser: Visitor, regional: None
) -> None:
    browser.enter(Role.EDITOR, region="320000")
    page = browser.get("/console/entries/list")
    assert "N1的问题" in page
    assert "C1的问题" in page
    assert "O1的问题" not in page
    assert "共 2 条" in page
    assert re.search(r"未解答的问题</div>\s*<div[^>]*>2<", browser.get("/console/"))
    missed = browser.get("/console/missed")
    assert "320305的问题" in missed
    assert "330100的问题" not in missed


def test_a_row_of_another_region_is_not_there(browser: Visitor, regional: None) -> None:
    browser.enter(Role.EDITOR, region="320000")
    assert browser.client.get("/console/entries/detail?pk=O1").status_code == 404


def test_the_bench_shows_no_missed_question_of_another_region(
    browser: Visitor, regional: None, sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        other = session.query(Question).filter_by(region="330100").one().id
    browser.enter(Role.EDITOR, region="320000")
    assert "330100的问题" not in browser.get(f"/console/trial?missed={other}")
    browser.enter(Role.EDITOR)
    assert "330100的问题" in browser.get(f"/console/trial?missed={other}")

"""Whom the console shows what: contact data to those who handle, rows of a region to its own people."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.routing import Route

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

PHONE, PERSON = "13912345678", "张示例"


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


@pytest.mark.parametrize("role", [role for role in Role if Right.CONTACT_READ not in RIGHTS[role]])
def test_no_other_role_finds_a_citizens_contact_on_any_page(
    browser: Visitor, console: Console, ticket: str, role: Role
) -> None:
    browser.enter(role)
    assert console.made is not None
    paths = [route.path for route in console.made.app.routes if isinstance(route, Route) and "GET" in route.methods]
    for path in paths:
        for key in ("feedback", "entries") if "{key}" in path else ("",):
            page = browser.get(f"/console{path.replace('{key}', key)}?pk={ticket}")
            assert PHONE not in page, path
            assert PERSON not in page, path


@pytest.mark.parametrize(("region", "found"), [("320000", True), ("320300", True), ("330000", False)])
def test_feedback_of_another_region_is_not_there(
    browser: Visitor, ticket: str, sessions: sessionmaker[Session], vault: Vault, region: str, found: bool
) -> None:
    with sessions.begin() as session:
        sent = DraftMedia(kind=AttachmentKind.IMAGE, media_id="m1")
        added = add_entry(session, ticket_id=ticket, text=None, media=(sent,), at=browser.now, vault=vault)
        [picture] = added.attachment_ids
        store_content(
            session, attachment_id=picture, content=b"jpeg", media_type="image/jpeg", at=browser.now, vault=vault
        )
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

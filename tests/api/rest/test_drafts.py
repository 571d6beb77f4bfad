"""Another system proposes entries: what it sends is a draft, and stays one until persons have passed it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.curation.revision import revision
from knowledge.curation.states import State
from knowledge.faq.queries import all_entries
from knowledge.keys.keys import KeyScope
from tests.api.rest.program import Program, problem

NEW = {"question": "图书室有饮水机吗？", "answer": "有，在门口。"}


def test_a_new_entry_is_proposed_and_nothing_is_published(program: Program, sessions: sessionmaker[Session]) -> None:
    program.given(KeyScope.DRAFTS)
    with sessions() as session:
        before = all_entries(session)

    answer = program.post("knowledge/drafts", NEW | {"basis": [{"law": "图书管理办法"}], "reason": "群众常问"})

    assert answer.status_code == 201
    with sessions() as session:
        draft = revision(session, answer.json()["revision"])
        assert all_entries(session) == before
    assert (draft.state, draft.author, draft.reason) == (State.DRAFT, "api:业务系统", "群众常问")
    assert (draft.entry_id, draft.entry.question) == (answer.json()["id"], NEW["question"])


def test_a_change_keeps_the_columns_that_were_not_sent(program: Program, sessions: sessionmaker[Session]) -> None:
    program.given(KeyScope.DRAFTS)
    answer = program.post("knowledge/drafts", {"id": "K1", "question": "借书卡丢了？", "answer": "到前台补办。"})
    with sessions() as session:
        entry = revision(session, answer.json()["revision"]).entry
    assert (entry.question, entry.category, entry.verified) == ("借书卡丢了？", "借书卡", True)
    assert entry.paraphrases == ("借书卡遗失补领", "借书卡不见了")


def test_an_entry_that_is_being_worked_on_is_left_alone(program: Program) -> None:
    program.given(KeyScope.DRAFTS)
    first = program.post("knowledge/drafts", NEW | {"id": "K1"})
    second = program.post("knowledge/drafts", NEW | {"id": "K1"})
    assert problem(second) == (409, "conflict")
    assert first.json()["revision"] in second.json()["detail"]


def test_a_key_of_one_region_writes_only_there(program: Program) -> None:
    program.given(KeyScope.DRAFTS, regions=["320000"])
    for body in (NEW, NEW | {"id": "K1"}, NEW | {"id": "K1", "region": "320300"}, NEW | {"region": "440300"}):
        assert problem(program.post("knowledge/drafts", body)) == (403, "other-region")
    assert problem(program.post("knowledge/drafts", NEW | {"id": "K3/城?", "region": None})) == (403, "other-region")
    assert program.post("knowledge/drafts", NEW | {"region": "320300"}).status_code == 201


def test_a_key_that_only_reads_proposes_nothing(program: Program) -> None:
    program.given(KeyScope.KNOWLEDGE)
    assert problem(program.post("knowledge/drafts", NEW)) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"question": " "}, "body.question"),
        ({"answer": "长" * 5001}, "body.answer"),
        ({"status": "published"}, "body.status"),
        ({"version": 7}, "body.version"),
        ({"id": "有 空格"}, "body.id"),
        ({"valid_from": "2026-12-31", "valid_until": "2026-01-01"}, "body.valid_until"),
        ({"basis": [{"law": ""}]}, "body.basis.0.law"),
        ({"paraphrases": ["问"] * 101}, "body.paraphrases"),
    ],
)
def test_what_no_entry_can_be_is_refused_by_column(program: Program, wrong: dict[str, Any], where: str) -> None:
    program.given(KeyScope.DRAFTS)
    refused = program.post("knowledge/drafts", NEW | wrong)
    assert problem(refused) == (422, "invalid")
    assert [fault["where"] for fault in refused.json()["errors"]] == [where]

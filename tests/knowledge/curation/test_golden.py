"""The golden set: what may be kept in it, and when a question of it holds."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.models import AuditEvent
from knowledge.curation.golden import Golden, GoldenRefused, add, change, drop, golden_set, holds
from knowledge.curation.replay import Outcome
from tests.knowledge.curation.people import EDITOR, LIVE, put


@pytest.mark.parametrize(
    ("expected", "kind", "shown", "held"),
    [
        ("answer", "answer", ("K1",), True),
        ("answer", "answer", ("K2",), False),
        ("answer", "choices", ("K1", "K2"), False),
        ("offered", "choices", ("K2", "K1"), True),
        ("offered", "answer", ("K1",), True),
        ("offered", "none", (), False),
        ("none", "none", (), True),
        ("none", "sensitive", (), True),
        ("none", "chitchat", (), True),
        ("none", "elsewhere", (), True),
        ("none", "answer", ("K1",), False),
    ],
)
def test_a_golden_question_holds_where_what_was_wanted_is_told(
    expected: str, kind: str, shown: tuple[str, ...], held: bool
) -> None:
    golden = Golden(id="g", question="开门", region=None, expected=expected, entry_ids=("K1",))
    assert holds(golden, Outcome(kind, shown, "")) is held


def test_it_is_kept_without_what_names_a_person_and_every_change_is_noted(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    kept = add(
        session,
        question="图书室几点开门，请打13812345678",
        region="320000",
        expected="answer",
        entry_ids=["K1", "K1"],
        remark="开放时间",
        by=EDITOR,
        now=now,
    )
    assert "138" not in kept.question
    assert kept.entry_ids == ("K1",)
    changed = change(session, golden_id=kept.id, expected="none", entry_ids=["K1"], remark="", by=EDITOR, now=now)
    assert (changed.expected, changed.entry_ids) == ("none", ())
    assert golden_set(session) == [changed]
    drop(session, golden_id=kept.id, by=EDITOR, now=now)
    assert golden_set(session) == []
    session.commit()
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)).all()
    assert actions == ["golden.added", "golden.changed", "golden.dropped"]
    with pytest.raises(GoldenRefused, match="不在了"):
        drop(session, golden_id=kept.id, by=EDITOR, now=now)


@pytest.mark.parametrize(
    ("question", "expected", "entries", "said"),
    [
        ("", "answer", ["K1"], "请填写问题"),
        ("？！", "answer", ["K1"], "请填写问题"),
        ("问" * 301, "answer", ["K1"], "最多 300 字"),
        ("几点开门", "", ["K1"], "希望怎样回答"),
        ("几点开门", "answer", [], "条目编号"),
        ("几点开门", "answer", ["K9"], "没有编号为“K9”的条目"),
        ("几点开门", "offered", [f"K{n}" for n in range(6)], "最多填 5 个"),
    ],
)
def test_what_cannot_be_kept_is_said_in_a_sentence(
    session: Session, now: datetime, question: str, expected: str, entries: list[str], said: str
) -> None:
    put(session, LIVE, now=now)
    with pytest.raises(GoldenRefused, match=said):
        add(session, question=question, region=None, expected=expected, entry_ids=entries, by=EDITOR, now=now)


def test_one_question_of_one_place_is_kept_once(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)

    def keep(question: str, region: str | None) -> Golden:
        return add(session, question=question, region=region, expected="none", entry_ids=[], by=EDITOR, now=now)

    first = keep("几点开门", None)
    keep("几点开门", "320000")
    with pytest.raises(GoldenRefused, match="已经在金标准里"):
        keep("几点开门？", None)
    drop(session, golden_id=first.id, by=EDITOR, now=now)
    keep("几点开门？", None)

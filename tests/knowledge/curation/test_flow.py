"""The way of a draft: who may take which step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.curation.finding import Finding
from knowledge.curation.flow import (
    approve,
    approve_batch,
    clear,
    clear_batch,
    hand_back,
    refuse,
    submit,
    submit_batch,
    withdraw,
)
from knowledge.curation.revisions import EditedMeanwhile, NotAllowed, Revision, begin, begin_batch, drop, revision, save
from knowledge.curation.states import State
from knowledge.store.base import Base
from tests.conftest import NOON
from tests.knowledge.curation.people import EDITOR, GUARD, LIVE, REVIEWER, begun, put

BLOCK = Finding("block", "answer", "答复里有手机号")
WARNING = Finding("warn", "owner", "没有写负责人")


@pytest.fixture
def draft(session: Session, now: datetime) -> Revision:
    put(session, LIVE, now=now)
    return begun(session, now=now, answer="八点。")


def test_written_reviewed_and_cleared_it_waits_for_publication(
    session: Session, now: datetime, draft: Revision
) -> None:
    assert submit(session, revision_id=draft.id, by=EDITOR, now=now).state is State.REVIEW
    assert approve(session, revision_id=draft.id, by=REVIEWER, now=now).state is State.SECRECY
    done = clear(session, revision_id=draft.id, by=GUARD, now=now)
    assert (done.state, done.reviewed_by, done.cleared_by) == (State.APPROVED, "乙", "丙")


def test_nobody_passes_what_he_wrote(session: Session, now: datetime, draft: Revision) -> None:
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    with pytest.raises(NotAllowed, match="须由另一个人审核"):
        approve(session, revision_id=draft.id, by=EDITOR, now=now)
    approve(session, revision_id=draft.id, by=REVIEWER, now=now)
    with pytest.raises(NotAllowed, match="须由另一个人做保密审查"):
        clear(session, revision_id=draft.id, by=EDITOR, now=now)


def test_two_persons_suffice(session: Session, now: datetime, draft: Revision) -> None:
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    approve(session, revision_id=draft.id, by=REVIEWER, now=now)
    assert clear(session, revision_id=draft.id, by=REVIEWER, now=now).state is State.APPROVED


def test_who_changed_one_word_is_an_editor_too(session: Session, now: datetime, draft: Revision) -> None:
    save(session, revision_id=draft.id, lock=0, content={"answer": "八点半。"}, reason="", by=REVIEWER, now=now)
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    with pytest.raises(NotAllowed, match="须由另一个人审核"):
        approve(session, revision_id=draft.id, by=REVIEWER, now=now)


def test_nobody_without_an_account_passes_anything(session: Session, now: datetime, draft: Revision) -> None:
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    with pytest.raises(NotAllowed, match="登录的人员"):
        approve(session, revision_id=draft.id, by=Actor(name="命令行"), now=now)


def test_what_is_passed_is_what_was_read(session: Session, now: datetime, draft: Revision) -> None:
    save(session, revision_id=draft.id, lock=0, content={"answer": "十点。"}, reason="", by=EDITOR, now=now)
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    with pytest.raises(EditedMeanwhile):
        approve(session, revision_id=draft.id, lock=draft.lock, by=REVIEWER, now=now)


def test_a_finding_that_blocks_stops_it(session: Session, now: datetime, draft: Revision) -> None:
    with pytest.raises(NotAllowed, match="有 1 处必须先改正：答复里有手机号"):
        submit(session, revision_id=draft.id, by=EDITOR, now=now, findings=[WARNING, BLOCK])
    submit(session, revision_id=draft.id, by=EDITOR, now=now, findings=[WARNING])
    approve(session, revision_id=draft.id, by=REVIEWER, now=now)
    with pytest.raises(NotAllowed, match="必须先改正"):
        clear(session, revision_id=draft.id, by=GUARD, now=now, findings=[BLOCK])


def test_every_warning_is_ticked_by_name(session: Session, now: datetime, draft: Revision) -> None:
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    approve(session, revision_id=draft.id, by=REVIEWER, now=now)
    with pytest.raises(NotAllowed, match="还有 1 条提醒没有勾选"):
        clear(session, revision_id=draft.id, by=GUARD, now=now, findings=[WARNING], noticed=["别的"])
    done = clear(session, revision_id=draft.id, by=GUARD, now=now, findings=[WARNING], noticed=[WARNING.key])
    assert done.noticed == ("没有写负责人",)


def test_back_goes_only_with_a_note_and_without_marks(session: Session, now: datetime, draft: Revision) -> None:
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    with pytest.raises(NotAllowed, match="写明退回的原因"):
        hand_back(session, revision_id=draft.id, by=REVIEWER, note=" ", now=now)
    back = hand_back(session, revision_id=draft.id, by=REVIEWER, note="写明星期几", now=now)
    assert (back.state, back.returned_note) == (State.DRAFT, "写明星期几")
    assert submit(session, revision_id=draft.id, by=EDITOR, now=now).returned_note == ""
    approve(session, revision_id=draft.id, by=REVIEWER, now=now)
    back = refuse(session, revision_id=draft.id, by=GUARD, note="涉及内部安排", now=now)
    assert (back.state, back.reviewed_by) == (State.DRAFT, None)


def test_an_approved_draft_is_withdrawn_to_be_changed(session: Session, now: datetime, draft: Revision) -> None:
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    approve(session, revision_id=draft.id, by=REVIEWER, now=now)
    clear(session, revision_id=draft.id, by=GUARD, now=now)
    back = withdraw(session, revision_id=draft.id, by=EDITOR, now=now)
    assert (back.state, back.reviewed_by, back.cleared_by) == (State.DRAFT, None, None)


@pytest.mark.parametrize("move", [approve, clear, withdraw])
def test_a_move_out_of_turn_is_refused(
    session: Session, now: datetime, draft: Revision, move: Callable[..., Revision]
) -> None:
    with pytest.raises(NotAllowed, match="现在不能这样做"):
        move(session, revision_id=draft.id, by=REVIEWER, now=now)


def test_a_batch_is_moved_together_but_for_what_is_blocked(session: Session, now: datetime) -> None:
    contents = [{"id": f"N{n}", "question": f"第{n}问？", "answer": "答。"} for n in range(3)]
    batch = begin_batch(session, contents=contents, by=EDITOR, reason="", now=now)

    def findings(given: Revision) -> list[Finding]:
        return [BLOCK] if given.entry_id == "N1" else [WARNING]

    assert submit_batch(session, batch_id=batch, by=EDITOR, now=now, findings=findings) == 2
    with pytest.raises(NotAllowed, match="须由另一个人审核"):
        approve_batch(session, batch_id=batch, by=EDITOR, now=now)
    assert approve_batch(session, batch_id=batch, by=REVIEWER, now=now) == 2
    assert clear_batch(session, batch_id=batch, by=GUARD, now=now, findings=findings) == 2
    assert clear_batch(session, batch_id=batch, by=GUARD, now=now, findings=findings) == 0


PERSONS = [Actor(name=name, staff_id=f"staff-{name}") for name in "甲乙丙"]
MOVES = ("save", "submit", "approve", "hand_back", "clear", "refuse", "withdraw", "drop")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(PERSONS)), max_size=25))
def test_whatever_is_done_in_whatever_order_nobody_passes_his_own_words(steps: list[tuple[str, Actor]]) -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        draft = begin(session, entry_id=None, content={"answer": "零"}, by=PERSONS[0], reason="", now=NOON)
        wrote = {PERSONS[0].staff_id}
        for name, by in steps:
            _step(session, name, draft.id, by, wrote)
            now_is = revision(session, draft.id)
            if now_is.state in (State.SECRECY, State.APPROVED):
                assert now_is.reviewed_by_id is not None
                assert now_is.reviewed_by_id not in wrote
            if now_is.state is State.APPROVED:
                assert now_is.cleared_by_id is not None
                assert now_is.cleared_by_id not in wrote
    engine.dispose()


def _step(session: Session, name: str, revision_id: str, by: Actor, wrote: set[str | None]) -> None:
    actions: dict[str, Callable[..., Revision]] = {
        "submit": submit,
        "approve": approve,
        "hand_back": hand_back,
        "clear": clear,
        "refuse": refuse,
        "withdraw": withdraw,
    }
    try:
        if name == "save":
            lock = revision(session, revision_id).lock
            save(session, revision_id=revision_id, lock=lock, content={"answer": by.name}, reason="", by=by, now=NOON)
            wrote.add(by.staff_id)
        elif name == "drop":
            drop(session, revision_id=revision_id, by=by, now=NOON)
        else:
            actions[name](session, revision_id=revision_id, by=by, note="因", now=NOON)
    except NotAllowed:
        pass

"""Drafts: begun, written in by one or several, dropped."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit.models import AuditEvent
from knowledge.curation.content import ContentRefused
from knowledge.curation.flow import approve, submit
from knowledge.curation.models import FaqRevision
from knowledge.curation.revisions import (
    EditedMeanwhile,
    NotAllowed,
    NotThere,
    begin,
    begin_batch,
    drop,
    open_revision,
    restore,
    revision,
    revisions_of,
    save,
)
from knowledge.curation.states import Change, State
from knowledge.faq.models import FaqEntry
from tests.knowledge.curation.people import EDITOR, LIVE, REVIEWER, begun, put


def test_a_draft_begins_as_the_live_entry_with_what_was_written_over_it(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    draft = begun(session, now=now, answer="早上八点。")
    assert (draft.state, draft.change, draft.based_on) == (State.DRAFT, Change.EDIT, 1)
    assert (draft.entry.question, draft.entry.answer) == ("图书室几点开门？", "早上八点。")
    assert draft.editors == {"staff-1"}
    live = session.get(FaqEntry, "K1")
    assert live is not None
    assert live.answer == "早上九点。"


def test_a_new_entry_gets_an_id_of_its_own_and_may_lack_its_answer(session: Session, now: datetime) -> None:
    draft = begin(
        session, entry_id=None, content={"question": "能续借吗？"}, by=EDITOR, reason="", fills=["g1"], now=now
    )
    assert draft.entry_id.startswith("K")
    assert (draft.based_on, draft.entry.answer, draft.fills) == (None, "", ("g1",))


def test_an_unknown_entry_has_no_draft(session: Session, now: datetime) -> None:
    with pytest.raises(NotThere):
        begin(session, entry_id="K404", content=None, by=EDITOR, reason="", now=now)


def test_an_entry_is_worked_on_in_one_place(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    first = begun(session, now=now, answer="早上八点。")
    second = begin(session, entry_id="K1", content={"answer": "十点。"}, by=REVIEWER, reason="", now=now)
    assert second.shared
    assert second == first
    assert revision(session, first.id).entry.answer == "早上八点。"


def test_two_who_begin_in_the_same_moment_get_one_draft(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions() as session:
        put(session, LIVE, now=now)
    both, got = threading.Barrier(2), []

    def begins() -> None:
        with sessions() as session:
            both.wait()
            got.append(begin(session, entry_id="K1", content=None, by=EDITOR, reason="", now=now).id)
            session.commit()

    threads = [threading.Thread(target=begins) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert len(set(got)) == 1


def test_the_second_of_two_writers_is_told_and_nothing_of_either_is_lost(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    draft = begun(session, now=now)
    later = now + timedelta(minutes=5)
    theirs = save(
        session, revision_id=draft.id, lock=draft.lock, content={"answer": "八点。"}, reason="", by=REVIEWER, now=later
    )
    with pytest.raises(EditedMeanwhile) as told:
        save(
            session,
            revision_id=draft.id,
            lock=draft.lock,
            content={"answer": "十点。"},
            reason="",
            by=EDITOR,
            now=later,
        )
    assert told.value.theirs == theirs == revision(session, draft.id)
    again = save(
        session, revision_id=draft.id, lock=theirs.lock, content={"answer": "十点。"}, reason="", by=EDITOR, now=later
    )
    assert (again.entry.answer, again.lock) == ("十点。", 2)
    assert again.editors == {"staff-1", "staff-2"}


def test_whoever_saves_makes_it_a_draft_again_and_takes_the_marks_off(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    draft = begun(session, now=now)
    submit(session, revision_id=draft.id, by=EDITOR, now=now)
    passed = approve(session, revision_id=draft.id, by=REVIEWER, now=now)
    assert passed.reviewed_by == "乙"
    saved = save(session, revision_id=draft.id, lock=passed.lock, content={}, reason="", by=EDITOR, now=now)
    assert (saved.state, saved.reviewed_by, saved.reviewed_by_id) == (State.DRAFT, None, None)


def test_what_no_entry_can_hold_is_refused_and_the_draft_stays(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    draft = begun(session, now=now)
    with pytest.raises(ContentRefused, match="6位行政区划代码"):
        save(session, revision_id=draft.id, lock=0, content={"region": "省"}, reason="", by=EDITOR, now=now)
    with pytest.raises(NotAllowed, match="最多 500 字"):
        save(session, revision_id=draft.id, lock=0, content={}, reason="因" * 501, by=EDITOR, now=now)
    session.rollback()
    assert revision(session, draft.id) == draft


def test_a_dropped_draft_is_read_and_not_written_and_makes_room(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    draft = begun(session, now=now)
    drop(session, revision_id=draft.id, by=EDITOR, now=now)
    with pytest.raises(NotAllowed, match="作废"):
        save(session, revision_id=draft.id, lock=0, content={}, reason="", by=EDITOR, now=now)
    assert open_revision(session, "K1") is None
    next_one = begun(session, now=now + timedelta(seconds=1))
    assert [each.id for each in revisions_of(session, "K1")] == [next_one.id, draft.id]


def test_an_old_version_is_restored_as_a_draft(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    put(session, begun(session, now=now, answer="八点。").entry, now=now)
    with pytest.raises(NotAllowed, match="甲正在改"):
        restore(session, entry_id="K1", version=1, by=REVIEWER, reason="", now=now)
    open_one = open_revision(session, "K1")
    assert open_one is not None
    drop(session, revision_id=open_one.id, by=EDITOR, now=now)
    draft = restore(session, entry_id="K1", version=1, by=REVIEWER, reason="", now=now)
    assert (draft.entry.answer, draft.based_on, draft.reason) == ("早上九点。", 2, "恢复第 1 版")
    with pytest.raises(NotThere):
        restore(session, entry_id="K1", version=9, by=REVIEWER, reason="", now=now)


def test_a_batch_is_all_or_nothing(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    contents = [{"id": f"N{n}", "question": f"第{n}问？", "answer": "答。"} for n in range(600)]
    batch = begin_batch(session, contents=contents, by=EDITOR, reason="导入", now=now)
    session.commit()
    drafts = session.scalars(select(FaqRevision).where(FaqRevision.batch_id == batch)).all()
    assert len(drafts) == 600
    with pytest.raises(NotAllowed, match="N0、"):
        begin_batch(session, contents=[{"id": "K1"}, *contents], by=REVIEWER, reason="", now=now)
    assert open_revision(session, "K1") is None


def test_everything_is_noted_with_what_was_before_and_after(session: Session, now: datetime) -> None:
    put(session, LIVE, now=now)
    draft = begun(session, now=now)
    save(session, revision_id=draft.id, lock=0, content={"answer": "八点。"}, reason="夏令时", by=REVIEWER, now=now)
    session.commit()
    noted = session.scalars(select(AuditEvent).order_by(AuditEvent.position)).all()
    assert [(each.action, each.actor) for each in noted] == [("draft.begun", "甲"), ("draft.saved", "乙")]
    assert (noted[1].before, noted[1].after, noted[1].reason) == (
        '{"answer":"早上九点。"}',
        '{"answer":"八点。"}',
        "夏令时",
    )

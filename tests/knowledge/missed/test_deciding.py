"""What curators decide about a group, and what becomes of its questions."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from knowledge.audit.models import AuditEvent
from knowledge.curation.revisions import begin, drop
from knowledge.faq.questions import Question
from knowledge.missed.deciding import ignore, merge, plan, reopen
from knowledge.missed.filling import fill
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import GroupState, MissedRefused
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.curation.people import EDITOR, put
from tests.knowledge.faq.base import entry
from tests.knowledge.missed.asking import asked, gather, group_of, groups, save, wish


def test_a_group_is_ignored_with_a_reason_and_opened_again(session: Session) -> None:
    group = group_of(session, "公章刻错了怎么办", "公章刻错了怎么办？")
    with pytest.raises(MissedRefused, match="为什么不用补"):
        ignore(session, group_id=group.id, by=EDITOR, reason=" ", now=NOON)
    ignore(session, group_id=group.id, by=EDITOR, reason="不归我们管", now=NOON)
    session.commit()
    assert session.query(Question).filter(Question.handled_at.is_(None)).count() == 0
    assert (groups(session)[0].reason, groups(session)[0].decided_by) == ("不归我们管", "甲")
    reopen(session, group_id=group.id, by=EDITOR, now=NOON)
    session.commit()
    assert session.query(Question).filter(Question.handled_at.is_(None)).count() == 2
    actions = [row.action for row in session.query(AuditEvent).order_by(AuditEvent.position)]
    assert actions == ["missed.ignored", "missed.reopened"]


def test_two_groups_become_one_and_nothing_is_lost(session: Session) -> None:
    one, other = group_of(session, "公章刻错了怎么办"), group_of(session, "无人机要登记吗", "无人机需要登记吗")
    merge(session, group_id=one.id, into=other.id, by=EDITOR, now=NOON)
    session.commit()
    [group] = groups(session)
    assert (group.id, group.times, len(group.forms)) == (other.id, 3, 3)
    assert {question.group_id for question in session.query(Question)} == {other.id}
    save(session, asked("公章刻错了怎么办"))
    gather(session)
    assert [each.times for each in groups(session)] == [4]


@pytest.mark.parametrize("into", ["itself", "nothing", "filled"])
def test_a_merge_that_makes_no_sense_is_refused(session: Session, into: str) -> None:
    one, other = group_of(session, "公章刻错了怎么办"), group_of(session, "无人机要登记吗")
    fill(session, group_ids=[other.id], entry_id="K9", now=NOON)
    target = {"itself": one.id, "nothing": "x", "filled": other.id}[into]
    with pytest.raises(MissedRefused):
        merge(session, group_id=one.id, into=target, by=EDITOR, now=NOON)


def test_the_draft_that_was_to_fill_it_is_dropped_and_it_is_a_gap_again(session: Session) -> None:
    group = group_of(session, "公章刻错了怎么办")
    draft = begin(
        session,
        entry_id=None,
        content={"question": "公章刻错了怎么办"},
        by=EDITOR,
        reason="",
        fills=[group.id],
        now=NOON,
    )
    plan(session, group_id=group.id, by=EDITOR, now=NOON)
    session.commit()
    assert groups(session)[0].state == GroupState.PLANNED
    drop(session, revision_id=draft.id, by=EDITOR, now=NOON)
    session.commit()
    assert groups(session)[0].state == GroupState.OPEN


def test_what_is_filled_is_dealt_with_and_names_its_entry(session: Session) -> None:
    group = group_of(session, "公章刻错了怎么办")
    assert fill(session, group_ids=[group.id, "gone"], entry_id="K9", now=NOON) == []
    session.commit()
    [found] = groups(session)
    assert (found.state, found.entry_id, found.decided_at) == (GroupState.FILLED, "K9", NOON)
    assert session.query(Question).one().handled_at == NOON
    for step in (lambda: plan(session, group_id=group.id, by=EDITOR, now=NOON),
                 lambda: ignore(session, group_id=group.id, by=EDITOR, reason="不归我们管", now=NOON)):  # fmt: skip
        with pytest.raises(MissedRefused):
            step()


def test_an_entry_of_one_region_leaves_the_others_questions_open(session: Session, vault: Vault) -> None:
    put(session, entry("K9", "公章刻错了怎么办", region="320300"), now=NOON)
    save(session, *(asked("公章刻错了怎么办", region=region) for region in ("320300", "320305", "330100", None)))
    wish(session, "公章刻错了怎么办", vault, citizens=("near",), region="320305")
    wish(session, "公章刻错了怎么办", vault, citizens=("far",), region="330100")
    gather(session)
    [group] = groups(session)
    [told] = fill(session, group_ids=[group.id], entry_id="K9", now=NOON)
    session.commit()
    assert session.get_one(MissedWaiter, told).citizen == "near"
    [rest] = groups(session, GroupState.OPEN)
    assert (rest.times, session.get_one(MissedGroup, group.id).times) == (2, 2)
    still = session.query(Question).filter(Question.handled_at.is_(None))
    assert {question.region for question in still} == {"330100", None}
    assert session.query(MissedWaiter).filter_by(citizen="far").one().group_id == rest.id

"""A wish to be told: noted once, sealed, erased and forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.missed.deciding import merge
from knowledge.missed.filling import fill
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import GroupState, WaiterState
from knowledge.missed.waiters import (
    KEPT,
    MOST_WAITING,
    claim_waiter,
    is_known,
    open_waiter,
    purge_waiters,
    release_waiter,
    settle_waiter,
    wait_for,
)
from knowledge.people.erasure import erase_citizen
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.curation.people import EDITOR
from tests.knowledge.missed.asking import gather, group_of, wish


def waits(session: Session, vault: Vault, question: str = "公章刻错了怎么办", citizen: str = "c1") -> bool:
    return wait_for(
        session, account="city", citizen=citizen, openid="o-1", question=question, region=None, now=NOON, vault=vault
    )


def only(session: Session) -> MissedWaiter:
    session.expire_all()
    return session.query(MissedWaiter).one()


def test_the_same_question_is_one_wish_and_its_words_are_masked(session: Session, vault: Vault) -> None:
    assert waits(session, vault, "公章刻错了怎么办，电话13812345678")
    assert waits(session, vault, "公章刻错了怎么办，电话13812345678")
    waiter = only(session)
    assert waiter.question == "公章刻错了怎么办，电话〔电话〕"
    assert b"o-1" not in (waiter.openid_sealed or b"")


@pytest.mark.parametrize("question", ["市公安局有多少编制", "", "？？"])
def test_what_may_not_be_kept_is_no_wish(session: Session, vault: Vault, question: str) -> None:
    assert not waits(session, vault, question)
    assert session.query(MissedWaiter).count() == 0


def test_nobody_waits_for_more_than_he_could_have_asked(session: Session, vault: Vault) -> None:
    assert [waits(session, vault, f"第{n}件事怎么办") for n in range(MOST_WAITING + 1)] == [True] * MOST_WAITING + [
        False
    ]
    assert waits(session, vault, citizen="c2")


@pytest.fixture
def filled(session: Session, vault: Vault) -> str:
    """The id of who waits for a group that has just been filled."""
    group = group_of(session, "公章刻错了怎么办")
    wish(session, "公章刻错了怎么办", vault)
    gather(session)
    [waiter] = fill(session, group_ids=[group.id], entry_id="K9", now=NOON)
    session.commit()
    return waiter


def test_a_wish_is_fulfilled_once_and_the_open_id_goes(session: Session, vault: Vault, filled: str) -> None:
    opened = open_waiter(session, waiter_id=filled, vault=vault)
    assert opened is not None
    assert (opened.openid, opened.entry_id, opened.filled_at) == ("o-c1", "K9", NOON)
    assert claim_waiter(session, waiter_id=filled, channel="push", at=NOON)
    assert not claim_waiter(session, waiter_id=filled, channel="push", at=NOON)
    assert open_waiter(session, waiter_id=filled, vault=vault) is None
    assert settle_waiter(session, waiter_id=filled, state=WaiterState.TOLD)
    assert not settle_waiter(session, waiter_id=filled, state=WaiterState.KEPT)
    assert (only(session).state, only(session).openid_sealed) == (WaiterState.TOLD, None)


def test_a_wish_that_was_fulfilled_can_be_made_anew(session: Session, vault: Vault, filled: str) -> None:
    claim_waiter(session, waiter_id=filled, channel="push", at=NOON)
    settle_waiter(session, waiter_id=filled, state=WaiterState.TOLD)
    assert waits(session, vault)
    assert (only(session).id != filled, only(session).state, only(session).group_id) == (True, "waiting", None)


def test_whom_the_entry_does_not_answer_waits_for_another(session: Session, vault: Vault, filled: str) -> None:
    release_waiter(session, waiter_id=filled)
    session.commit()
    gather(session)
    waiter = only(session)
    assert waiter.state == WaiterState.WAITING
    assert session.get_one(MissedGroup, waiter.group_id).state == GroupState.OPEN


def test_erasure_takes_the_wishes_of_one_citizen(session: Session, vault: Vault) -> None:
    wish(session, "公章刻错了怎么办", vault, citizens=("c1", "c2"))
    erase_citizen(session, account="city", citizen="c1", now=NOON, vault=vault)
    session.commit()
    assert only(session).citizen == "c2"
    assert not is_known(session, account="city", citizen="c1")
    assert is_known(session, account="city", citizen="c2")


def test_a_wish_is_forgotten_after_its_time(session: Session, vault: Vault) -> None:
    wish(session, "公章刻错了怎么办", vault, citizens=("c1", "c2", "c3"))
    assert purge_waiters(session, now=NOON + KEPT, limit=10) == 0
    assert purge_waiters(session, now=NOON + KEPT + timedelta(seconds=1), limit=2) == 2
    assert purge_waiters(session, now=NOON + KEPT + timedelta(seconds=1), limit=2) == 1


def test_who_waited_in_a_merged_group_waits_in_the_other(session: Session, vault: Vault) -> None:
    one, other = group_of(session, "公章刻错了怎么办"), group_of(session, "无人机要登记吗")
    wish(session, "公章刻错了怎么办", vault)
    gather(session)
    merge(session, group_id=one.id, into=other.id, by=EDITOR, now=NOON)
    session.commit()
    assert only(session).group_id == other.id
    assert fill(session, group_ids=[one.id], entry_id="K9", now=NOON) == [only(session).id]

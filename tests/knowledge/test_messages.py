"""What is remembered of messages goes when it is asked to, or when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.messages.queries import (
    KEPT_LIFETIME,
    add_handled,
    erase_messages,
    has_kept,
    keep_message,
    purge_messages,
    stored_answer,
    take_kept,
)
from knowledge.store.vault import Vault
from tests.conftest import NOON

WHO = {"account": "default", "citizen": "c" * 32}


def handle(session: Session, vault: Vault, key: str, *, now: datetime = NOON) -> None:
    add_handled(session, key=key, answer=b"answer", now=now, vault=vault, **WHO)


def keep(session: Session, vault: Vault, told: str, *, now: datetime = NOON) -> None:
    keep_message(session, text=told, maybe_delivered=False, now=now, vault=vault, **WHO)


def test_a_message_is_handled_once(session: Session, vault: Vault) -> None:
    handle(session, vault, "k")
    session.commit()
    session.expunge_all()

    with pytest.raises(IntegrityError):
        handle(session, vault, "k")


def test_an_erased_citizen_leaves_neither_answers_nor_notices_but_still_no_message_twice(
    session: Session, vault: Vault
) -> None:
    handle(session, vault, "k")
    keep(session, vault, "等候的")
    erase_messages(session, **WHO)
    session.commit()
    session.expunge_all()

    stored = stored_answer(session, key="k", vault=vault)
    assert stored is not None
    assert stored.answer == b""
    assert not has_kept(session, **WHO)
    with pytest.raises(IntegrityError):
        handle(session, vault, "k")


def test_at_most_five_are_told_at_once_and_the_rest_next_time(session: Session, vault: Vault) -> None:
    for number in range(7):
        keep(session, vault, str(number), now=NOON + timedelta(minutes=number))

    first = [kept.text for kept in take_kept(session, now=NOON, vault=vault, **WHO)]
    second = [kept.text for kept in take_kept(session, now=NOON, vault=vault, **WHO)]

    assert (first, second) == (["0", "1", "2", "3", "4"], ["5", "6"])


def test_what_is_past_its_time_is_dropped_and_nothing_else(session: Session, vault: Vault) -> None:
    handle(session, vault, "old", now=NOON - timedelta(days=8))
    handle(session, vault, "new")
    keep(session, vault, "old", now=NOON - KEPT_LIFETIME - timedelta(days=1))
    keep(session, vault, "new")

    assert purge_messages(session, now=NOON) == 2
    assert stored_answer(session, key="old", vault=vault) is None
    assert stored_answer(session, key="new", vault=vault) is not None
    assert [kept.text for kept in take_kept(session, now=NOON, vault=vault, **WHO)] == ["new"]

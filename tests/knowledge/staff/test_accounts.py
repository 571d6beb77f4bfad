"""Signing in to the console."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.staff.accounts import (
    FAILURES_BEFORE_LOCK,
    LOCK_TIME,
    SESSION_IDLE,
    SignInRefused,
    WeakPassword,
    change_password,
    make_first_account,
    reset_password,
    sign_in,
    sign_out,
    who,
)
from knowledge.staff.models import SignIn, StaffSession


@pytest.fixture
def password(session: Session, now: datetime) -> str:
    made = make_first_account(session, now=now)
    assert made is not None
    session.commit()
    return made


def enter(session: Session, password: str, now: datetime, name: str = "admin") -> str:
    token = sign_in(session, name=name, password=password, host="127.0.0.1", now=now).token
    session.commit()
    assert token is not None
    return token


def test_the_first_account_must_change_its_password(session: Session, password: str, now: datetime) -> None:
    signed = who(session, token=enter(session, password, now), now=now)
    assert signed is not None
    assert signed.must_change


def test_a_changed_password_opens_and_the_one_time_password_no_longer(
    session: Session, password: str, now: datetime
) -> None:
    token = enter(session, password, now)
    signed = who(session, token=token, now=now)
    assert signed is not None

    change_password(
        session, staff_id=signed.staff_id, old=password, new="晴天霹雳 2026 long", token=token, host="", now=now
    )

    assert who(session, token=enter(session, "晴天霹雳 2026 long", now), now=now).must_change is False  # type: ignore[union-attr]
    with pytest.raises(SignInRefused):
        enter(session, password, now)


def test_a_one_time_password_that_nobody_saw_is_replaced_at_the_next_start(
    session: Session, password: str, now: datetime
) -> None:
    fresh = make_first_account(session, now=now)
    assert fresh not in (None, password)
    assert enter(session, str(fresh), now)


def test_once_it_is_changed_no_start_touches_the_password(session: Session, password: str, now: datetime) -> None:
    signed = sign_in(session, name="admin", password=password, host="", now=now)
    change_password(
        session, staff_id=signed.staff_id, old=password, new="long enough 2026", token=None, host="", now=now
    )
    assert make_first_account(session, now=now) is None


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaa", "admin-2026-xyz", "x" * 200])
def test_a_weak_password_is_refused_with_what_to_do(session: Session, password: str, now: datetime, weak: str) -> None:
    staff_id = sign_in(session, name="admin", password=password, host="", now=now).staff_id
    with pytest.raises(WeakPassword, match="新密码"):
        change_password(session, staff_id=staff_id, old=password, new=weak, token=None, host="", now=now)


def test_five_wrong_tries_lock_the_account_for_a_while(session: Session, password: str, now: datetime) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        with pytest.raises(SignInRefused, match="不正确"):
            enter(session, "wrong", now)
    with pytest.raises(SignInRefused, match="锁定"):
        enter(session, password, now)
    assert enter(session, password, now + LOCK_TIME + timedelta(seconds=1))


def test_an_unknown_name_gets_the_same_words_as_a_wrong_password(
    session: Session, password: str, now: datetime
) -> None:
    words = []
    for name in ("admin", "nobody"):
        with pytest.raises(SignInRefused) as told:
            enter(session, "wrong", now, name=name)
        words.append(str(told.value))
    assert words[0] == words[1]


def test_an_idle_session_ends(session: Session, password: str, now: datetime) -> None:
    token = enter(session, password, now)
    assert who(session, token=token, now=now + SESSION_IDLE + timedelta(seconds=1)) is None


def test_a_token_is_worth_nothing_after_signing_out_and_is_not_kept_in_plain(
    session: Session, password: str, now: datetime
) -> None:
    token = enter(session, password, now)
    assert token not in [row.id for row in session.scalars(select(StaffSession))]
    sign_out(session, token=token, host="", now=now)
    assert who(session, token=token, now=now) is None


def test_a_reset_ends_every_session_and_hands_out_a_new_one_time_password(
    session: Session, password: str, now: datetime
) -> None:
    token = enter(session, password, now)
    fresh = reset_password(session, name="admin")
    assert who(session, token=token, now=now) is None
    assert enter(session, fresh, now)


def test_every_try_is_logged(session: Session, password: str, now: datetime) -> None:
    with pytest.raises(SignInRefused):
        sign_in(session, name="admin", password="wrong", host="10.0.0.9", now=now)
    enter(session, password, now)
    outcomes = [(row.outcome, row.host) for row in session.scalars(select(SignIn).order_by(SignIn.outcome))]
    assert outcomes == [("refused", "10.0.0.9"), ("signed_in", "127.0.0.1")]

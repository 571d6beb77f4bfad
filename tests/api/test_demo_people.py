"""The demo's accounts: one person a role, each with a password of his own until he has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from api.demo_people import PEOPLE
from api.preparing import first_passwords
from knowledge.staff.accounts import sign_in
from knowledge.staff.granting import waiting
from knowledge.staff.rights import Grant, Role


def test_each_person_of_the_demo_comes_in_with_his_one_role_and_none_waits(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    passwords = first_passwords(sessions, demo=True)
    expected = {person.name: person.role for person in PEOPLE} | {"admin": Role.ADMIN}
    assert passwords.keys() == expected.keys()
    with sessions.begin() as session:
        for name, role in expected.items():
            signed = sign_in(session, name=name, password=passwords[name], host="", now=now)
            assert (signed.grants, signed.must_change) == ((Grant(role),), True)
        assert waiting(session) == []


def test_at_the_next_start_only_those_who_never_came_get_a_new_password(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    before = first_passwords(sessions, demo=True)
    with sessions.begin() as session:
        sign_in(session, name="editor", password=before["editor"], host="", now=now)
        sign_in(session, name="admin", password=before["admin"], host="", now=now)
    after = first_passwords(sessions, demo=True)
    assert after.keys() == before.keys() - {"editor", "admin"}
    assert set(after.values()) & set(before.values()) == set()


def test_outside_the_demo_there_is_one_account(sessions: sessionmaker[Session]) -> None:
    assert first_passwords(sessions, demo=False).keys() == {"admin"}
    assert first_passwords(sessions, demo=False).keys() == {"admin"}

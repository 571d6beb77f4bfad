"""Accounts and roles: who may not do what to whom, and what every act leaves behind."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit.events import Actor
from knowledge.audit.models import AuditEvent
from knowledge.staff import people
from knowledge.staff.accounts import FAILURES_BEFORE_LOCK, SignInRefused, make_first_account, sign_in, who
from knowledge.staff.granting import waiting
from knowledge.staff.models import StaffAccount, StaffGrant
from knowledge.staff.people import PeopleRefused, Refusal
from knowledge.staff.rights import Grant, Right, Role

MACHINE = Actor(name="命令行")


@pytest.fixture
def admin(session: Session, now: datetime) -> Actor:
    make_first_account(session, now=now)
    session.flush()
    return Actor(name="admin", staff_id=session.scalars(select(StaffAccount.id)).one(), host="127.0.0.1")


@pytest.fixture
def hire(session: Session, admin: Actor, now: datetime) -> Callable[..., Actor]:
    """A colleague with these roles."""

    def hire(name: str, *roles: Role) -> Actor:
        made = people.add_account(session, name=name, by=admin, now=now)
        for role in roles:
            people.grant(session, staff_id=made.staff_id, role=role, by=admin, now=now)
        return Actor(name=name, staff_id=made.staff_id)

    return hire


def refused(act: Callable[[], object]) -> Refusal:
    with pytest.raises(PeopleRefused) as caught:
        act()
    assert re.search("[一-鿿]", str(caught.value))  # a sentence for the form
    return caught.value.reason


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)))


def test_the_first_account_hands_out_roles_and_reads_no_ticket(session: Session, now: datetime) -> None:
    password = make_first_account(session, now=now)
    signed = sign_in(session, name="admin", password=str(password), host="", now=now)
    assert signed.grants == (Grant(Role.ADMIN),)
    assert Right.STAFF_WRITE in signed.rights
    assert not signed.rights & {Right.DESK_READ, Right.CONTACT_READ, Right.ENTRIES_WRITE}


def test_a_new_colleague_signs_in_once_with_the_one_time_password_and_has_no_right_but_his_own(
    session: Session, admin: Actor, now: datetime
) -> None:
    made = people.add_account(session, name="zhang", display_name="张编辑", by=admin, now=now)
    signed = sign_in(session, name="zhang", password=made.password, host="", now=now)
    assert (signed.must_change, signed.display_name, signed.rights) == (True, "张编辑", {Right.SELF})
    assert made.password not in repr(made)


@pytest.mark.parametrize("name", ["", " ", "a", "a b", "<b>", "x" * 33, "a\n"[::-1] + "b\0"])
def test_a_name_that_cannot_be_typed_is_refused(session: Session, admin: Actor, now: datetime, name: str) -> None:
    assert refused(lambda: people.add_account(session, name=name, by=admin, now=now)) is Refusal.BAD_NAME


def test_two_accounts_never_differ_by_capitals_alone(session: Session, admin: Actor, now: datetime) -> None:
    assert refused(lambda: people.add_account(session, name="ADMIN", by=admin, now=now)) is Refusal.NAME_TAKEN


def test_every_act_on_a_person_ends_his_sessions_and_is_noted(
    session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    colleague = hire("zhang")
    assert colleague.staff_id is not None
    password = people.reset(session, staff_id=colleague.staff_id, by=admin, now=now)
    given: list[str] = []
    acts: list[tuple[str, Callable[[], object]]] = [
        (
            "grant.given",
            lambda: given.append(
                people.grant(session, staff_id=str(colleague.staff_id), role=Role.EDITOR, by=admin, now=now)
            ),
        ),
        ("grant.taken_back", lambda: people.take_back(session, grant_id=given[0], by=admin, now=now)),
        ("staff.unlocked", lambda: people.unlock(session, staff_id=str(colleague.staff_id), by=admin, now=now)),
        ("staff.enabled", lambda: people.enable(session, staff_id=str(colleague.staff_id), by=admin, now=now)),
        ("staff.disabled", lambda: people.disable(session, staff_id=str(colleague.staff_id), by=admin, now=now)),
    ]
    for action, act in acts:
        token = sign_in(session, name="zhang", password=password, host="", now=now).token
        act()
        assert who(session, token=token, now=now) is None, action
        session.commit()
        assert actions(session)[-1] == action


def test_a_disabled_person_is_out_and_comes_back_with_password_and_roles(
    session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    staff_id = str(hire("zhang", Role.EDITOR).staff_id)
    password = people.reset(session, staff_id=staff_id, by=admin, now=now)
    people.disable(session, staff_id=staff_id, by=admin, now=now)
    with pytest.raises(SignInRefused, match="停用"):
        sign_in(session, name="zhang", password=password, host="", now=now)
    with pytest.raises(SignInRefused, match="不正确"):
        sign_in(session, name="zhang", password="not it", host="", now=now)
    people.enable(session, staff_id=staff_id, by=admin, now=now)
    assert Right.ENTRIES_WRITE in sign_in(session, name="zhang", password=password, host="", now=now).rights


def test_unlocking_lets_in_who_knows_his_password(
    session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    staff_id = str(hire("zhang").staff_id)
    password = people.reset(session, staff_id=staff_id, by=admin, now=now)
    for _ in range(FAILURES_BEFORE_LOCK):
        with pytest.raises(SignInRefused):
            sign_in(session, name="zhang", password="wrong", host="", now=now)
    with pytest.raises(SignInRefused, match="锁定"):
        sign_in(session, name="zhang", password=password, host="", now=now)
    people.unlock(session, staff_id=staff_id, by=admin, now=now)
    assert sign_in(session, name="zhang", password=password, host="", now=now).token


def test_nobody_acts_on_his_own_account_or_roles(session: Session, admin: Actor, now: datetime) -> None:
    own = str(admin.staff_id)
    grant_id = session.scalars(select(StaffGrant.id)).one()
    for act in (people.disable, people.enable, people.unlock, people.reset):
        assert refused(lambda act=act: act(session, staff_id=own, by=admin, now=now)) is Refusal.OWN_ACCOUNT  # type: ignore[misc]
    assert (
        refused(lambda: people.grant(session, staff_id=own, role=Role.EDITOR, by=admin, now=now)) is Refusal.OWN_GRANT
    )
    assert refused(lambda: people.take_back(session, grant_id=grant_id, by=admin, now=now)) is Refusal.OWN_GRANT
    assert refused(lambda: people.confirm(session, grant_id=grant_id, by=admin, now=now)) is Refusal.OWN_GRANT


def test_the_last_administrator_stays(session: Session, admin: Actor, now: datetime) -> None:
    own = str(admin.staff_id)
    grant_id = session.scalars(select(StaffGrant.id)).one()
    assert refused(lambda: people.disable(session, staff_id=own, by=MACHINE, now=now)) is Refusal.LAST_ADMIN
    assert refused(lambda: people.take_back(session, grant_id=grant_id, by=MACHINE, now=now)) is Refusal.LAST_ADMIN


def test_one_of_two_administrators_may_go(
    session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    hire("second", Role.ADMIN)
    people.disable(session, staff_id=str(admin.staff_id), by=MACHINE, now=now)
    assert session.get_one(StaffAccount, admin.staff_id).active is False


def test_of_two_administrators_who_shut_each_other_out_at_once_one_remains(
    sessions: sessionmaker[Session], session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    other = hire("second", Role.ADMIN)
    grants = {row.staff_id: row.id for row in session.scalars(select(StaffGrant))}
    session.commit()
    together, ended = threading.Barrier(2), []

    def shut_out(by: Actor, whom: Actor, act: Callable[..., object]) -> None:
        together.wait()
        try:
            with sessions.begin() as own:
                act(own, whom)
        except PeopleRefused as error:
            ended.append(error.reason)

    def disable(own: Session, whom: Actor, by: Actor) -> None:
        people.disable(own, staff_id=str(whom.staff_id), by=by, now=now)

    def strip(own: Session, whom: Actor, by: Actor) -> None:
        people.take_back(own, grant_id=grants[str(whom.staff_id)], by=by, now=now)

    threads = [
        threading.Thread(target=shut_out, args=(admin, other, lambda own, whom: strip(own, whom, admin))),
        threading.Thread(target=shut_out, args=(other, admin, lambda own, whom: disable(own, whom, other))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [Refusal.LAST_ADMIN]


def test_a_conflict_of_duties_is_refused_with_its_sentence(
    session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    secrecy = hire("li", Role.SECRECY, Role.EDITOR)
    for role in (Role.ADMIN, Role.AUDITOR, Role.EDITOR):
        assert (
            refused(
                lambda role=role: people.grant(session, staff_id=str(secrecy.staff_id), role=role, by=admin, now=now)
            )  # type: ignore[misc]
            is Refusal.CONFLICT
        )


@pytest.mark.parametrize(
    ("region", "topic"),
    [("32", None), ("三二〇〇〇〇", None), ("３２００００", None), ("012345", None), (None, "题" * 65), (None, "a\0b")],
)
def test_a_place_that_is_none_is_refused(
    session: Session,
    admin: Actor,
    hire: Callable[..., Actor],
    now: datetime,
    region: str | None,
    topic: str | None,
) -> None:
    staff_id = str(hire("zhang").staff_id)
    assert (
        refused(
            lambda: people.grant(
                session, staff_id=staff_id, role=Role.HANDLER, region=region, topic=topic, by=admin, now=now
            )
        )
        is Refusal.BAD_PLACE
    )


def test_the_first_to_clear_counts_at_once_and_confirms_the_sensitive_roles_after_him(
    session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    secrecy = hire("li", Role.SECRECY)
    auditor = hire("wang", Role.AUDITOR)
    [pending] = waiting(session)
    assert pending.staff_id == auditor.staff_id
    password = people.reset(session, staff_id=str(auditor.staff_id), by=admin, now=now)
    assert Right.AUDIT_READ not in sign_in(session, name="wang", password=password, host="", now=now).rights

    assert refused(lambda: people.confirm(session, grant_id=pending.id, by=admin, now=now)) is Refusal.NOT_CONFIRMER
    people.confirm(session, grant_id=pending.id, by=secrecy, now=now)

    signed = sign_in(session, name="wang", password=password, host="", now=now)
    assert Right.AUDIT_READ in signed.rights
    found = who(session, token=signed.token, now=now + timedelta(seconds=1))
    assert found is not None
    assert found.grants == (Grant(Role.AUDITOR),)
    assert (
        refused(lambda: people.confirm(session, grant_id=pending.id, by=secrecy, now=now)) is Refusal.NOTHING_TO_CONFIRM
    )


def test_a_waiting_one_confirms_nobody_and_not_himself(
    session: Session, hire: Callable[..., Actor], now: datetime
) -> None:
    hire("first", Role.SECRECY)
    second, third = hire("second", Role.SECRECY), hire("third", Role.REPORTS)
    for row in waiting(session):
        expected = Refusal.OWN_GRANT if row.staff_id == second.staff_id else Refusal.NOT_CONFIRMER
        assert refused(lambda row=row: people.confirm(session, grant_id=row.id, by=second, now=now)) is expected  # type: ignore[misc]
    assert {row.staff_id for row in waiting(session)} == {second.staff_id, third.staff_id}


def test_who_somebody_is_with_all_his_roles_costs_one_query(
    session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    staff_id = str(hire("zhang", Role.EDITOR, Role.HANDLER).staff_id)
    password = people.reset(session, staff_id=staff_id, by=admin, now=now)
    token = sign_in(session, name="zhang", password=password, host="", now=now).token
    session.commit()
    session.expire_all()
    statements: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
    signed = who(session, token=token, now=now)
    assert signed is not None
    assert {grant.role for grant in signed.grants} == {Role.EDITOR, Role.HANDLER}
    assert len(statements) == 1


def test_unknown_people_and_grants_are_told(session: Session, admin: Actor, now: datetime) -> None:
    assert refused(lambda: people.disable(session, staff_id="x", by=admin, now=now)) is Refusal.NO_SUCH_PERSON
    assert refused(lambda: people.take_back(session, grant_id="x", by=admin, now=now)) is Refusal.NO_SUCH_GRANT


def test_no_password_and_no_hash_reaches_the_audit_log(
    session: Session, admin: Actor, hire: Callable[..., Actor], now: datetime
) -> None:
    password = people.reset(session, staff_id=str(hire("zhang").staff_id), by=admin, now=now)
    session.commit()
    written = "".join(str(row.before) + str(row.after) + row.reason for row in session.scalars(select(AuditEvent)))
    assert password not in written
    assert "argon2" not in written
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == 2

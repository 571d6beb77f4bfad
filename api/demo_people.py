"""Accounts with one role each, for the demo alone: to see an entry through, several persons are needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.staff.accounts import reset_password
from knowledge.staff.models import StaffAccount
from knowledge.staff.people import add_account, grant
from knowledge.staff.rights import Role

DEMO = Actor(name="演示")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    name: str
    display_name: str
    role: Role


# 保密审查 last: once there is one, the roles that need a confirmation wait for it.
PEOPLE = (
    DemoPerson("editor", "演示编辑", Role.EDITOR),
    DemoPerson("reviewer", "演示审核", Role.REVIEWER),
    DemoPerson("handler", "演示办理", Role.HANDLER),
    DemoPerson("auditor", "演示审计", Role.AUDITOR),
    DemoPerson("secrecy", "演示保密审查", Role.SECRECY),
)


def demo_passwords(session: Session, *, now: datetime) -> dict[str, str]:
    """By account name: fresh one-time passwords of those who have never signed in. The caller commits."""
    accounts = {account.name: account for account in session.scalars(select(StaffAccount))}
    found = {}
    for person in PEOPLE:
        account = accounts.get(person.name)
        if account is None:
            found[person.name] = _make(session, person, now)
        elif account.must_change and account.signed_in_at is None:
            found[person.name] = reset_password(session, name=person.name)
    return found


def _make(session: Session, person: DemoPerson, now: datetime) -> str:
    made = add_account(session, name=person.name, display_name=person.display_name, by=DEMO, now=now)
    grant(session, staff_id=made.staff_id, role=person.role, by=DEMO, now=now)
    return made.password

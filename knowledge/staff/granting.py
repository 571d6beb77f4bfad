"""Roles given, confirmed and taken back. Nobody does any of it to himself; each ends the person's sessions.

No function here commits. That the actor may act at all is judged by the caller, but for the confirmation: that is the
second person's, and is judged here.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.staff.accounts import counts, grant_of, new_grant
from knowledge.staff.holding import end_sessions, locked_account, require_another_admin
from knowledge.staff.models import StaffAccount, StaffGrant
from knowledge.staff.refusals import PeopleRefused, Refusal
from knowledge.staff.rights import CONFIRMED, Grant, Role, conflict

TOPIC_LENGTH = 64
KIND = "grant"

_REGION = re.compile(r"[1-9][0-9]{5}")


def grant(
    session: Session,
    *,
    staff_id: str,
    role: Role,
    region: str | None = None,
    topic: str | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """The grant's id. A role of ``CONFIRMED`` waits for a 保密审查, as soon as there is one among the staff."""
    if staff_id == by.staff_id:
        raise PeopleRefused(Refusal.OWN_GRANT)
    region, topic = (region or "").strip() or None, (topic or "").strip() or None
    if (region and not _REGION.fullmatch(region)) or not _is_topic(topic or "_"):
        raise PeopleRefused(Refusal.BAD_PLACE)
    account = locked_account(session, staff_id)
    given = Grant(Role(role), region, topic)
    if sentence := conflict([*(grant_of(row) for row in grants_of(session, staff_id=staff_id)), given]):
        raise PeopleRefused(Refusal.CONFLICT, sentence)
    row = new_grant(account.id, given, by=by.name, now=now, counts=not confirmers(session))
    session.add(row)
    session.flush()
    end_sessions(session, staff_id=staff_id)
    _note(session, "grant.given", row, by, now)
    return row.id


def confirm(session: Session, *, grant_id: str, by: Actor, now: datetime) -> None:
    """From now on it counts. Only a 保密审查 whose own role counts may, and not for himself."""
    row = _of_another(session, grant_id, by)
    if by.staff_id not in confirmers(session):
        raise PeopleRefused(Refusal.NOT_CONFIRMER)
    if counts(row):
        raise PeopleRefused(Refusal.NOTHING_TO_CONFIRM)
    row.confirmed_by, row.confirmed_at = by.name, now
    end_sessions(session, staff_id=row.staff_id)
    _note(session, "grant.confirmed", row, by, now)


def take_back(session: Session, *, grant_id: str, by: Actor, now: datetime, reason: str = "") -> None:
    """Confirmed or not; the row goes, the audit log keeps what it was."""
    row = _of_another(session, grant_id, by, taking=True)
    session.delete(row)
    session.flush()
    end_sessions(session, staff_id=row.staff_id)
    _note(session, "grant.taken_back", row, by, now, reason=reason)


def grants_of(session: Session, *, staff_id: str) -> list[StaffGrant]:
    """All, waiting ones too, in the order in which they were given."""
    query = select(StaffGrant).where(StaffGrant.staff_id == staff_id)
    return list(session.scalars(query.order_by(StaffGrant.granted_at, StaffGrant.id)))


def confirmers(session: Session) -> frozenset[str]:
    """The active accounts whose 保密审查 counts."""
    return frozenset(
        session.scalars(
            select(StaffGrant.staff_id)
            .join(StaffAccount, StaffAccount.id == StaffGrant.staff_id)
            .where(
                StaffAccount.active,
                StaffGrant.role == Role.SECRECY.value,
                StaffGrant.confirmed_at.is_not(None),
            )
        )
    )


def waiting(session: Session, *, limit: int = 200) -> list[StaffGrant]:
    """What a 保密审查 has to confirm, oldest first."""
    roles = [role.value for role in CONFIRMED]
    query = select(StaffGrant).where(StaffGrant.role.in_(roles), StaffGrant.confirmed_at.is_(None))
    return list(session.scalars(query.order_by(StaffGrant.granted_at, StaffGrant.id).limit(limit)))


def _is_topic(typed: str) -> bool:
    return len(typed) <= TOPIC_LENGTH and typed.isprintable()


def _of_another(session: Session, grant_id: str, by: Actor, *, taking: bool = False) -> StaffGrant:
    """Of somebody else, whose account is locked from now on, as ``grant`` does."""
    row = session.get(StaffGrant, grant_id)
    if row is None:
        raise PeopleRefused(Refusal.NO_SUCH_GRANT)
    if row.staff_id == by.staff_id:
        raise PeopleRefused(Refusal.OWN_GRANT)
    if taking and Role(row.role) is Role.ADMIN:
        require_another_admin(session, without=row.staff_id)
    locked_account(session, row.staff_id)
    current = session.get(StaffGrant, grant_id, populate_existing=True)
    if current is None:
        raise PeopleRefused(Refusal.NO_SUCH_GRANT)
    return current


def _note(session: Session, action: str, row: StaffGrant, by: Actor, now: datetime, *, reason: str = "") -> None:
    place = {"staff_id": row.staff_id, "role": row.role, "region": row.region, "topic": row.topic}
    taken = action == "grant.taken_back"
    note(
        session,
        actor=by,
        action=action,
        kind=KIND,
        object_id=row.id,
        at=now,
        before=place if taken else None,
        after=None if taken else place | {"confirmed": counts(row)},
        reason=reason,
    )

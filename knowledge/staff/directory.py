"""Who is among the staff, and who tried to sign in: what the console lists. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from knowledge.staff.models import SignIn, StaffAccount, StaffGrant

PAGE = 50  # accounts, or tries to sign in, on one page


class Standing(StrEnum):
    """By what the list of accounts can be narrowed."""

    ACTIVE = "active"
    DISABLED = "disabled"
    LOCKED = "locked"
    WITHOUT_ROLE = "without_role"


class Outcome(StrEnum):
    """Of a try to sign in, or what else stands in that log; the value stands in ``staff_sign_ins``."""

    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    LOCKED = "locked"
    DISABLED = "disabled"
    SIGNED_OUT = "signed_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an outcome, no password


@dataclass(frozen=True, slots=True)
class Person:
    """An account with all its grants, waiting ones too, in the order in which they were given."""

    account: StaffAccount
    grants: tuple[StaffGrant, ...]

    def locked(self, now: datetime) -> bool:
        return self.account.locked_until is not None and self.account.locked_until > now


def people(
    session: Session, *, sought: str = "", standing: Standing | None = None, page: int = 0, now: datetime
) -> tuple[list[Person], bool]:
    """By name, ``PAGE`` of them, and whether more follow. ``sought``: part of the name or the display name."""
    query = select(StaffAccount).where(_standing(standing, now))
    if sought:
        columns = (StaffAccount.name, StaffAccount.display_name)
        query = query.where(or_(*(column.icontains(sought, autoescape=True) for column in columns)))
    found = list(session.scalars(query.order_by(StaffAccount.name).limit(PAGE + 1).offset(page * PAGE)))
    return _with_grants(session, found[:PAGE]), len(found) > PAGE


def person(session: Session, staff_id: str) -> Person | None:
    found = session.get(StaffAccount, staff_id, populate_existing=True)
    return None if found is None else _with_grants(session, [found])[0]


def people_of(session: Session, staff_ids: Iterable[str]) -> dict[str, StaffAccount]:
    """The accounts with these ids."""
    query = select(StaffAccount).where(StaffAccount.id.in_(set(staff_ids)))
    return {account.id: account for account in session.scalars(query)}


def sign_ins(
    session: Session,
    *,
    name: str = "",
    outcome: Outcome | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
) -> tuple[list[SignIn], bool]:
    """Newest first, ``PAGE`` of them, and whether more follow.

    ``name``: part of it. ``since``, ``until``: the latter excluded. ``after``: the id of the last row of the page
    before, so that what is written meanwhile moves nothing; an unknown one begins anew.
    """
    wanted: list[ColumnElement[bool]] = []
    if name:
        wanted.append(SignIn.name.icontains(name, autoescape=True))
    if outcome is not None:
        wanted.append(SignIn.outcome == outcome.value)
    if since is not None:
        wanted.append(SignIn.at >= since)
    if until is not None:
        wanted.append(SignIn.at < until)
    last = session.get(SignIn, after) if after else None
    if last is not None:
        wanted.append(or_(SignIn.at < last.at, and_(SignIn.at == last.at, SignIn.id < last.id)))
    query = select(SignIn).where(true(), *wanted).order_by(SignIn.at.desc(), SignIn.id.desc()).limit(PAGE + 1)
    rows = list(session.scalars(query))
    return rows[:PAGE], len(rows) > PAGE


def _standing(standing: Standing | None, now: datetime) -> ColumnElement[bool]:
    match standing:
        case Standing.ACTIVE:
            return StaffAccount.active.is_(True)
        case Standing.DISABLED:
            return StaffAccount.active.is_(False)
        case Standing.LOCKED:
            return StaffAccount.locked_until > now
        case Standing.WITHOUT_ROLE:
            return ~select(StaffGrant.id).where(StaffGrant.staff_id == StaffAccount.id).exists()
        case None:
            return true()


def _with_grants(session: Session, accounts: Sequence[StaffAccount]) -> list[Person]:
    query = select(StaffGrant).where(StaffGrant.staff_id.in_([account.id for account in accounts]))
    held: dict[str, list[StaffGrant]] = {}
    for row in session.scalars(query.order_by(StaffGrant.granted_at, StaffGrant.id)):
        held.setdefault(row.staff_id, []).append(row)
    return [Person(account, tuple(held.get(account.id, ()))) for account in accounts]

"""Accounts of colleagues and their roles. Each act ends the person's sessions and is noted in the audit log.

No function here commits. Nobody acts on himself, and one who can hand out roles always remains. That the actor may act
at all is judged by the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.staff.accounts import new_account, reset_password
from knowledge.staff.granting import confirm, grant, take_back
from knowledge.staff.holding import end_sessions, locked_account, require_another_admin
from knowledge.staff.models import StaffAccount
from knowledge.staff.refusals import PeopleRefused, Refusal

__all__ = [
    "NewAccount",
    "PeopleRefused",
    "Refusal",
    "add_account",
    "confirm",
    "disable",
    "enable",
    "grant",
    "reset",
    "take_back",
    "unlock",
]

DISPLAY_LENGTH = 30
KIND = "staff"

_NAME = re.compile(r"[\w.\-]{2,32}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """``password`` opens the account once; it is shown to whoever made it and kept nowhere."""

    staff_id: str
    password: str = field(repr=False)


def add_account(session: Session, *, name: str, display_name: str = "", by: Actor, now: datetime) -> NewAccount:
    """Without any role. Names that differ only in capitals are the same."""
    name, display_name = name.strip(), display_name.strip()
    if not _NAME.fullmatch(name) or len(display_name) > DISPLAY_LENGTH or not (display_name or "_").isprintable():
        raise PeopleRefused(Refusal.BAD_NAME)
    if session.scalar(select(StaffAccount.id).where(func.lower(StaffAccount.name) == name.lower())) is not None:
        raise PeopleRefused(Refusal.NAME_TAKEN)
    account, password = new_account(name=name, display_name=display_name, by=by.name, now=now)
    session.add(account)
    session.flush()
    _note(session, account, "staff.added", by, now, after={"name": name, "display_name": display_name})
    return NewAccount(account.id, password)


def disable(session: Session, *, staff_id: str, by: Actor, now: datetime, reason: str = "") -> None:
    """Keeps the person out from the next click on; his grants stay for the day he is let in again."""
    _require_another(staff_id, by)
    require_another_admin(session, without=staff_id)
    account = locked_account(session, staff_id)
    was, account.active, account.disabled_at = account.active, False, now
    end_sessions(session, staff_id=staff_id)
    _note(session, account, "staff.disabled", by, now, {"active": was}, {"active": False}, reason)


def enable(session: Session, *, staff_id: str, by: Actor, now: datetime, reason: str = "") -> None:
    """With the roles and the password of before."""
    account = _other(session, staff_id, by)
    was, account.active, account.disabled_at = account.active, True, None
    end_sessions(session, staff_id=staff_id)
    _note(session, account, "staff.enabled", by, now, {"active": was}, {"active": True}, reason)


def unlock(session: Session, *, staff_id: str, by: Actor, now: datetime) -> None:
    """Lifts the lock that too many wrong passwords left."""
    account = _other(session, staff_id, by)
    account.failures, account.locked_until = 0, None
    end_sessions(session, staff_id=staff_id)
    _note(session, account, "staff.unlocked", by, now)


def reset(session: Session, *, staff_id: str, by: Actor, now: datetime) -> str:
    """A one-time password in place of a forgotten one; a lock is lifted too."""
    account = _other(session, staff_id, by)
    password = reset_password(session, name=account.name)
    _note(session, account, "staff.reset", by, now)
    return password


def _other(session: Session, staff_id: str, by: Actor) -> StaffAccount:
    _require_another(staff_id, by)
    return locked_account(session, staff_id)


def _require_another(staff_id: str, by: Actor) -> None:
    if staff_id == by.staff_id:
        raise PeopleRefused(Refusal.OWN_ACCOUNT)


def _note(
    session: Session,
    account: StaffAccount,
    action: str,
    by: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    note(
        session,
        actor=by,
        action=action,
        kind=KIND,
        object_id=account.id,
        at=now,
        before=before,
        after=after or {"name": account.name},
        reason=reason,
    )

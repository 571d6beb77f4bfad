"""Taking hold of an account before it is changed, so that two who act at once act one after the other."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.staff.models import StaffAccount, StaffGrant, StaffSession
from knowledge.staff.refusals import PeopleRefused, Refusal
from knowledge.staff.rights import Role


def locked_account(session: Session, staff_id: str) -> StaffAccount:
    """As it is now, and nobody else changes the person or his grants until the transaction ends."""
    query = select(StaffAccount).where(StaffAccount.id == staff_id).with_for_update()
    account = session.scalar(query.execution_options(populate_existing=True))
    if account is None:
        raise PeopleRefused(Refusal.NO_SUCH_PERSON)
    return account


def end_sessions(session: Session, *, staff_id: str) -> None:
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))


def require_another_admin(session: Session, *, without: str) -> None:
    """Raises where ``without`` is the only one left; to be called before any single account is locked.

    Two administrators who shut each other out at once are put in a line by the locks, and the second then sees what
    the first did: the list is read anew, by a statement of its own.
    """
    holds = select(StaffGrant.id).where(StaffGrant.staff_id == StaffAccount.id, StaffGrant.role == Role.ADMIN.value)
    admins = select(StaffAccount.id).where(StaffAccount.active, holds.exists()).order_by(StaffAccount.id)
    session.execute(admins.with_for_update())
    if list(session.scalars(admins)) == [without]:
        raise PeopleRefused(Refusal.LAST_ADMIN)

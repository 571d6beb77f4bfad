"""Who asked to be told once there is an answer: noted by consent, told at most once, erased at any time.

The open id stands sealed, and only as long as it may still be needed. The caller commits.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from knowledge.missed.grouping import form_of
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import GroupState, WaiterState
from knowledge.sensitive import sensitivity
from knowledge.store.vault import Vault
from knowledge.text.deidentify import deidentify

MOST_WAITING = 20  # questions of one citizen; whoever has more is testing us
# Half a year: what has no answer by then will get none, and nobody remembers having asked. The privacy statement
# says the same number.
KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWaiter:
    """A wish with what is needed to fulfil it. ``entry_id``, ``filled_at``: of the entry that filled its group."""

    id: str
    account: str
    citizen: str
    openid: str | None = field(repr=False)
    question: str
    region: str | None
    asked_at: datetime
    entry_id: str | None
    filled_at: datetime | None


def wait_for(
    session: Session,
    *,
    account: str,
    citizen: str,
    openid: str,
    question: str,
    region: str | None,
    now: datetime,
    vault: Vault,
) -> bool:
    """Notes the wish; the same question again is the same wish. A wish once fulfilled may be made anew.

    ``False``: nothing was noted, for there are too many already, or the question may not be kept.
    """
    question, form = deidentify(question), form_of(question)
    if not form or sensitivity(question) is not None:
        return False
    mine = _of(account, citizen)
    known = session.scalars(select(MissedWaiter).where(*mine, MissedWaiter.form == form)).one_or_none()
    if known is not None and known.state == WaiterState.WAITING:
        return True
    waiting = select(func.count(MissedWaiter.id)).where(*mine, MissedWaiter.state == WaiterState.WAITING)
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        return False
    if known is not None:
        session.delete(known)
        session.flush()
    waiter_id = str(uuid.uuid4())
    session.add(
        MissedWaiter(
            id=waiter_id,
            account=account,
            citizen=citizen,
            openid_sealed=vault.seal(openid, place=_place(waiter_id)),
            question=question,
            form=form,
            region=region,
            asked_at=now,
            state=WaiterState.WAITING,
        )
    )
    session.flush()
    return True


def is_known(session: Session, *, account: str, citizen: str) -> bool:
    """Whether anything is kept of a wish of this citizen, fulfilled or not."""
    return session.execute(select(MissedWaiter.id).where(*_of(account, citizen)).limit(1)).first() is not None


def erase_waiters(session: Session, *, account: str, citizen: str) -> None:
    session.execute(delete(MissedWaiter).where(*_of(account, citizen)))


def open_waiter(session: Session, *, waiter_id: str, vault: Vault) -> OpenWaiter | None:
    """One that still waits, in a group that was filled; ``None`` for any other. Raises ``Unreadable``."""
    query = select(MissedWaiter, MissedGroup).join(MissedGroup, MissedGroup.id == MissedWaiter.group_id)
    found = session.execute(
        query.where(
            MissedWaiter.id == waiter_id,
            MissedWaiter.state == WaiterState.WAITING,
            MissedGroup.state == GroupState.FILLED,
        )
    ).one_or_none()
    if found is None:
        return None
    row, group = found
    sealed = row.openid_sealed
    return OpenWaiter(
        id=row.id,
        account=row.account,
        citizen=row.citizen,
        openid=None if sealed is None else vault.open(sealed, place=_place(row.id)),
        question=row.question,
        region=row.region,
        asked_at=row.asked_at,
        entry_id=group.entry_id,
        filled_at=group.decided_at,
    )


def claim_waiter(session: Session, *, waiter_id: str, channel: str, at: datetime) -> bool:
    """Before anything is sent; only one caller gets ``True``, and may send."""
    row = session.get(MissedWaiter, waiter_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != WaiterState.WAITING:
        return False
    row.state, row.channel, row.told_at = WaiterState.CLAIMED, channel, at
    session.flush()
    return True


def settle_waiter(session: Session, *, waiter_id: str, state: WaiterState) -> bool:
    """How it ended. The open id has served and goes. ``False``: erased meanwhile."""
    row = session.get(MissedWaiter, waiter_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != WaiterState.CLAIMED:
        return False
    row.state, row.openid_sealed = state, None
    session.flush()
    return True


def release_waiter(session: Session, *, waiter_id: str) -> None:
    """What was published does not answer this one: it looks for a group anew, and waits on."""
    row = session.get(MissedWaiter, waiter_id, with_for_update=True, populate_existing=True)
    if row is not None and row.state == WaiterState.WAITING:
        row.group_id = None
        session.flush()


def purge_waiters(session: Session, *, now: datetime, limit: int) -> int:
    """Drops wishes older than ``KEPT``, whatever became of them, at most ``limit``; how many went."""
    old = select(MissedWaiter.id).where(MissedWaiter.asked_at < now - KEPT).order_by(MissedWaiter.asked_at).limit(limit)
    gone = session.execute(
        delete(MissedWaiter).where(MissedWaiter.id.in_(old)), execution_options={"synchronize_session": False}
    )
    assert isinstance(gone, CursorResult)
    return gone.rowcount


def _of(account: str, citizen: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return MissedWaiter.account == account, MissedWaiter.citizen == citizen


def _place(waiter_id: str) -> str:
    return f"missed_waiter.openid:{waiter_id}"

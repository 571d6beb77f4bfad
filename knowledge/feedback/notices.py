"""What a citizen should hear about a ticket, told at most once.

A notice is ``waiting`` until a channel takes it; an unclear outcome makes it ``maybe`` and nothing sends it again.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from knowledge.feedback.kinds import NoticeState, TicketStatus
from knowledge.feedback.models import Notice, Ticket
from knowledge.feedback.seals import Column, seal, unseal
from knowledge.store.vault import Vault

WAITING_LIMIT = 5  # as many as one answer can hold beside its own words


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNotice:
    """A notice with what is needed to tell it. ``openid`` is ``None`` once the citizen had it erased."""

    id: str
    ticket_id: str
    reference: str
    account: str
    citizen: str
    openid: str | None = field(repr=False)
    status: TicketStatus
    department: str | None
    text: str | None = field(repr=False)
    state: NoticeState
    created_at: datetime


def add_notice(
    session: Session,
    *,
    ticket: Ticket,
    status: TicketStatus,
    department: str | None,
    text: str | None,
    now: datetime,
    vault: Vault,
) -> str:
    """The new notice's id, for the job ``tell_citizen``. With nobody left to tell it is born ``impossible``."""
    notice_id = str(uuid.uuid4())
    session.add(
        Notice(
            id=notice_id,
            ticket_id=ticket.id,
            account=ticket.account,
            citizen=ticket.citizen,
            status=status,
            department=department,
            text_sealed=seal(vault, Column.NOTICE, notice_id, text),
            state=NoticeState.WAITING if ticket.citizen else NoticeState.IMPOSSIBLE,
            created_at=now,
        )
    )
    session.flush()
    return notice_id


def open_notice(session: Session, *, notice_id: str, vault: Vault) -> OpenNotice | None:
    row = session.execute(_joined().where(Notice.id == notice_id)).first()
    return None if row is None else _opened(row[0], row[1], vault)


def waiting_notices(
    session: Session, *, account: str, citizen: str, vault: Vault, limit: int = WAITING_LIMIT
) -> list[OpenNotice]:
    """What this citizen has not heard for certain, the oldest first; a ``maybe`` is offered again at a visit."""
    query = _joined().where(
        Notice.account == account,
        Notice.citizen == citizen,
        Notice.citizen != "",
        Notice.state.in_([NoticeState.WAITING, NoticeState.MAYBE]),
    )
    rows = session.execute(query.order_by(Notice.created_at, Notice.id).limit(limit))
    return [_opened(notice, ticket, vault) for notice, ticket in rows]


def mark_told(session: Session, *, notice_id: str, state: NoticeState, channel: str | None, at: datetime) -> bool:
    """Whether this call changed it: a delivered notice stays delivered, so the first channel wins."""
    row = session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if row is None or row.state == NoticeState.DELIVERED:
        return False
    row.state = state
    row.channel = channel
    row.told_at = at if state in (NoticeState.DELIVERED, NoticeState.MAYBE) else None
    session.flush()
    return True


def claim_notice(session: Session, *, notice_id: str, channel: str, at: datetime) -> bool:
    """Mark a waiting notice as perhaps told, before it is sent; only one caller gets ``True``, and may send."""
    row = session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != NoticeState.WAITING:
        return False
    return mark_told(session, notice_id=notice_id, state=NoticeState.MAYBE, channel=channel, at=at)


def told_by_visit(session: Session, *, ticket_id: str, at: datetime) -> None:
    """The citizen has just read the ticket's whole history: nothing of it needs telling any more."""
    told = update(Notice).where(
        Notice.ticket_id == ticket_id, Notice.state.in_([NoticeState.WAITING, NoticeState.MAYBE])
    )
    session.execute(told.values(state=NoticeState.DELIVERED, channel="visit", told_at=at))


def _joined() -> Select[Notice, Ticket]:
    return select(Notice, Ticket).join(Ticket, Ticket.id == Notice.ticket_id)


def _opened(notice: Notice, ticket: Ticket, vault: Vault) -> OpenNotice:
    return OpenNotice(
        id=notice.id,
        ticket_id=ticket.id,
        reference=ticket.reference,
        account=notice.account,
        citizen=notice.citizen,
        openid=unseal(vault, Column.OPENID, ticket.id, ticket.openid_sealed),
        status=TicketStatus(notice.status),
        department=notice.department,
        text=unseal(vault, Column.NOTICE, notice.id, notice.text_sealed),
        state=NoticeState(notice.state),
        created_at=notice.created_at,
    )

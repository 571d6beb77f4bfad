"""What the platform says about a ticket: applied once, in order, kept sealed, and told to the citizen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.errors import KnowledgeError
from knowledge.feedback.history import add_event
from knowledge.feedback.kinds import CLOSED_STATUSES, EventKind, ForwardState, TicketStatus
from knowledge.feedback.models import PlatformEvent, Ticket, UnknownUpdate
from knowledge.feedback.notices import add_notice
from knowledge.store.vault import Vault

# Worth telling without being asked; the steps between are seen with 进度. A reply is always told.
TOLD_STATUSES = frozenset({TicketStatus.NEED_INFO, TicketStatus.REPLIED, TicketStatus.CLOSED, TicketStatus.REJECTED})

Applied = Literal["applied", "repeated", "unknown"]


class NotAtDesk(KnowledgeError):
    """Somebody else handles this ticket; the message says who."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the platform, or the desk in its place, says of a ticket."""

    status: TicketStatus
    reply: str | None
    department: str | None
    at: datetime


def apply_platform_update(
    session: Session,
    *,
    reference: str,
    status: TicketStatus,
    reply: str | None,
    department: str | None,
    sequence: int,
    occurred_at: datetime,
    webhook_id: str,
    destination: str,
    now: datetime,
    vault: Vault,
    tell: Callable[[str], None],
) -> Applied:
    """Apply one ``feedback.updated``. ``tell`` gets the id of each new notice, to enqueue ``tell_citizen``.

    ``repeated``: this id was applied before, or the sequence is not above the last one: no effect.
    ``unknown``: no such ticket at this destination; it is kept for staff, and the caller commits that too.
    """
    ticket = _locked(session, reference)
    if ticket is None or ticket.destination not in (None, destination):
        _note_unknown(session, destination, webhook_id, reference, now)
        return "unknown"
    if _seen(session, destination, webhook_id) or sequence <= _last_sequence(session, destination, reference):
        return "repeated"
    session.add(
        PlatformEvent(
            destination=destination, webhook_id=webhook_id, reference=reference, sequence=sequence, received_at=now
        )
    )
    said = Said(status, reply, department, occurred_at)
    _take_up(session, ticket, said, now=now, vault=vault, tell=tell)
    return "applied"


def answer_at_desk(
    session: Session,
    *,
    ticket_id: str,
    status: TicketStatus,
    reply: str | None,
    now: datetime,
    vault: Vault,
    tell: Callable[[str], None],
) -> None:
    """The bureau's own desk says how it stands. Raises ``NotAtDesk`` where the platform handles it."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    ticket = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if ticket is None or ticket.forward_state != ForwardState.DESK:
        raise NotAtDesk("这件反馈由共享平台办理，请在平台上答复；结果会自动回到这里")
    _take_up(session, ticket, Said(status, reply, None, now), now=now, vault=vault, tell=tell)


def _take_up(
    session: Session, ticket: Ticket, said: Said, *, now: datetime, vault: Vault, tell: Callable[[str], None]
) -> None:
    """The ticket, its history and the citizen's notice, wherever the word came from."""
    _move(ticket, said.status, said.department, now)
    words = None if ticket.erased_at else (said.reply or "").strip() or None  # what was erased does not come back
    what = {"status": said.status, "department": said.department, "text": words, "vault": vault}
    add_event(session, ticket_id=ticket.id, kind=EventKind.STATUS, at=said.at, **what)  # type: ignore[arg-type]
    if ticket.citizen and (words is not None or said.status in TOLD_STATUSES):
        tell(add_notice(session, ticket=ticket, now=now, **what))  # type: ignore[arg-type]


def _move(ticket: Ticket, status: TicketStatus, department: str | None, now: datetime) -> None:
    """The platform's word is final: with a higher sequence even a closed ticket opens again."""
    ticket.status = status
    ticket.department = department or ticket.department
    ticket.updated_at = now
    ticket.closed_at = (ticket.closed_at or now) if status in CLOSED_STATUSES else None


def _locked(session: Session, reference: str) -> Ticket | None:
    query = select(Ticket).where(Ticket.reference == reference).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def _seen(session: Session, destination: str, webhook_id: str) -> bool:
    return session.get(PlatformEvent, (destination, webhook_id)) is not None


def _last_sequence(session: Session, destination: str, reference: str) -> int:
    query = select(func.max(PlatformEvent.sequence)).where(
        PlatformEvent.destination == destination, PlatformEvent.reference == reference
    )
    last = session.execute(query).scalar()
    return -1 if last is None else last


def _note_unknown(session: Session, destination: str, webhook_id: str, reference: str, now: datetime) -> None:
    """Written once; the same event sent again is tried again, for the ticket may have come meanwhile."""
    if session.get(UnknownUpdate, (destination, webhook_id)) is None:
        session.add(
            UnknownUpdate(destination=destination, webhook_id=webhook_id, reference=reference[:64], received_at=now)
        )
        session.flush()

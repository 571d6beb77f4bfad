"""Reading tickets: the filer's own view, and the desk's view, which never names an anonymous filer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from knowledge.feedback.kinds import CLOSED_STATUSES, FeedbackKind, ForwardState, TicketStatus
from knowledge.feedback.models import ForwardAttempt, Ticket, UnknownUpdate
from knowledge.feedback.seals import Column, unseal, unseal_json
from knowledge.store.vault import Vault

OWN_LIMIT = 10  # newest tickets a citizen is shown at once
DESK_PAGE = 50
ATTEMPTS_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Contact:
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskTicket:
    """What staff may see: no openid and no pseudonym, since a pseudonym would join an anonymous ticket to a named one.

    Opened: mask it on screen.
    """

    id: str
    reference: str
    account: str
    kind: FeedbackKind
    topic: str | None = field(repr=False)
    region: str | None
    institution_name: str | None
    text: str | None = field(repr=False)
    contact: Contact | None = field(repr=False)
    location: str | None = field(repr=False)
    anonymous: bool
    status: TicketStatus
    department: str | None
    submitted_at: datetime
    updated_at: datetime
    forward_state: ForwardState
    erased: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """``entry_id``: what was sent; ``None`` for the ticket itself."""

    number: int
    entry_id: str | None
    at: datetime
    outcome: str
    status: int | None
    detail: str | None = field(repr=False)


def ticket_by_id(session: Session, *, ticket_id: str) -> Ticket | None:
    return session.get(Ticket, ticket_id)


def ticket_by_reference(session: Session, *, reference: str) -> Ticket | None:
    """For staff and the platform; a citizen is answered from ``own_ticket``."""
    return session.execute(select(Ticket).where(Ticket.reference == reference)).scalar_one_or_none()


def own_ticket(session: Session, *, reference: str, account: str, citizen: str) -> Ticket | None:
    """``None`` alike for a number that does not exist and for somebody else's."""
    query = select(Ticket).where(Ticket.reference == reference, *_owned(account, citizen))
    return session.execute(query).scalar_one_or_none()


def own_tickets(
    session: Session, *, account: str, citizen: str, limit: int = OWN_LIMIT, open_only: bool = False
) -> list[Ticket]:
    """The citizen's tickets, the newest first."""
    query = select(Ticket).where(*_owned(account, citizen))
    if open_only:
        query = query.where(Ticket.status.not_in(CLOSED_STATUSES))
    return list(session.scalars(query.order_by(Ticket.submitted_at.desc(), Ticket.id.desc()).limit(limit)))


def desk_list(
    session: Session,
    *,
    status: TicketStatus | None = None,
    forward_state: ForwardState | None = None,
    limit: int = DESK_PAGE,
    offset: int = 0,
) -> list[Ticket]:
    """Rows for the desk, the newest first; show them through ``desk_ticket`` only."""
    query = select(Ticket).where(*_desk_filter(status, forward_state))
    query = query.order_by(Ticket.submitted_at.desc(), Ticket.id.desc())
    return list(session.scalars(query.limit(limit).offset(offset)))


def desk_count(
    session: Session, *, status: TicketStatus | None = None, forward_state: ForwardState | None = None
) -> int:
    return session.execute(select(func.count(Ticket.id)).where(*_desk_filter(status, forward_state))).scalar_one()


def desk_ticket(ticket: Ticket, *, vault: Vault) -> DeskTicket:
    """Raises ``Unreadable`` when the key has changed."""
    contact = unseal_json(vault, Column.CONTACT, ticket.id, ticket.contact_sealed)
    return DeskTicket(
        id=ticket.id,
        reference=ticket.reference,
        account=ticket.account,
        kind=FeedbackKind(ticket.kind),
        topic=unseal(vault, Column.TOPIC, ticket.id, ticket.topic_sealed),
        region=ticket.region,
        institution_name=ticket.institution_name,
        text=ticket_text(ticket, vault=vault),
        contact=Contact(contact["name"], contact["phone"]) if contact and not ticket.anonymous else None,
        location=ticket_location(ticket, vault=vault),
        anonymous=ticket.anonymous,
        status=TicketStatus(ticket.status),
        department=ticket.department,
        submitted_at=ticket.submitted_at,
        updated_at=ticket.updated_at,
        forward_state=ForwardState(ticket.forward_state),
        erased=ticket.erased_at is not None,
    )


def ticket_text(ticket: Ticket, *, vault: Vault) -> str | None:
    return unseal(vault, Column.TEXT, ticket.id, ticket.text_sealed)


def ticket_location(ticket: Ticket, *, vault: Vault) -> str | None:
    """As one line: the label and the degrees (latitude, longitude, GCJ-02)."""
    place = unseal_json(vault, Column.LOCATION, ticket.id, ticket.location_sealed)
    if place is None:
        return None
    return f"{place['label']}（{place['latitude']:.6f}, {place['longitude']:.6f}，GCJ-02）"


def attempts(session: Session, *, ticket_id: str, vault: Vault, limit: int = ATTEMPTS_LIMIT) -> list[Attempt]:
    """The newest first."""
    query = select(ForwardAttempt).where(ForwardAttempt.ticket_id == ticket_id)
    rows = session.scalars(query.order_by(ForwardAttempt.number.desc()).limit(limit))
    return [
        Attempt(
            row.number,
            row.entry_id,
            row.at,
            row.outcome,
            row.status,
            unseal(vault, Column.ATTEMPT, f"{ticket_id}/{row.number}", row.detail_sealed),
        )
        for row in rows
    ]


def unknown_updates(session: Session, *, limit: int = DESK_PAGE) -> list[UnknownUpdate]:
    """Callbacks for tickets that we do not have, the newest first."""
    query = select(UnknownUpdate).order_by(
        UnknownUpdate.received_at.desc(), UnknownUpdate.destination, UnknownUpdate.webhook_id
    )
    return list(session.scalars(query.limit(limit)))


def _owned(account: str, citizen: str) -> tuple[ColumnElement[bool], ...]:
    return (Ticket.account == account, Ticket.citizen == citizen, Ticket.citizen != "")


def _desk_filter(status: TicketStatus | None, forward_state: ForwardState | None) -> list[ColumnElement[bool]]:
    chosen = []
    if status is not None:
        chosen.append(Ticket.status == status)
    if forward_state is not None:
        chosen.append(Ticket.forward_state == forward_state)
    return chosen

"""A ticket's way to the platform: one frozen body, every attempt written down, asked before it is sent again.

The worker's order: ``start_forwarding`` (what to do now), ``frozen_body``, the call, then ``record_attempt`` and, when
it has arrived, ``mark_forwarded``. Nothing here commits.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.feedback.attachments import pending_attachments
from knowledge.feedback.body import contract_body
from knowledge.feedback.history import add_event
from knowledge.feedback.kinds import AttemptOutcome, EventKind, ForwardState
from knowledge.feedback.models import ForwardAttempt, Ticket, TicketBody, TicketEntry
from knowledge.feedback.seals import Column, place, seal
from knowledge.store.vault import Vault

DETAIL_LIMIT = 500  # characters of the platform's reason that are kept


class NextMove(StrEnum):
    """What the worker should do with a ticket now."""

    WAIT = "wait"  # an attachment is still being fetched
    SEND = "send"
    ASK = "ask"  # it may have arrived: GET /feedback first
    NOTHING = "nothing"  # arrived, refused, kept at the desk, or gone


def start_forwarding(session: Session, *, ticket_id: str, destination: str, at: datetime) -> NextMove:
    """What to do now; ``SEND`` and ``ASK`` have claimed the ticket (state ``sending`` or ``unknown``).

    A ticket found in ``sending`` was left there by a worker that died in the middle: its outcome is unclear.
    """
    ticket = locked_ticket(session, ticket_id)
    if ticket is None:
        return NextMove.NOTHING
    match ForwardState(ticket.forward_state):
        case ForwardState.FORWARDED | ForwardState.REFUSED | ForwardState.DESK:
            return NextMove.NOTHING
        case ForwardState.SENDING | ForwardState.UNKNOWN:
            ticket.forward_state = ForwardState.UNKNOWN
            move = NextMove.ASK
        case ForwardState.WAITING:
            if pending_attachments(session, ticket_id=ticket_id):
                return NextMove.WAIT
            ticket.forward_state = ForwardState.SENDING
            move = NextMove.SEND
    ticket.destination = destination
    ticket.updated_at = at
    session.flush()
    return move


def found_missing(session: Session, *, ticket_id: str, at: datetime) -> None:
    """The platform was asked and does not have it: it may be sent again."""
    ticket = locked_ticket(session, ticket_id)
    if ticket is not None and ticket.forward_state == ForwardState.UNKNOWN:
        ticket.forward_state = ForwardState.SENDING
        ticket.updated_at = at
        session.flush()


def frozen_body(session: Session, *, ticket_id: str, vault: Vault, now: datetime) -> bytes | None:
    """The bytes to send, frozen at the first call; ``None`` while an attachment is still being fetched.

    Also ``None`` once the ticket has arrived: the copy is not kept longer than it is needed.
    """
    kept = session.get(TicketBody, ticket_id)
    if kept is not None:
        if kept.body_sealed is None:
            return None
        return vault.open_bytes(kept.body_sealed, place=place(Column.BODY, ticket_id))
    ticket = locked_ticket(session, ticket_id)
    if ticket is None or pending_attachments(session, ticket_id=ticket_id):
        return None
    body = contract_body(session, ticket=ticket, vault=vault)
    sealed = vault.seal(body, place=place(Column.BODY, ticket_id))
    session.add(
        TicketBody(ticket_id=ticket_id, body_sealed=sealed, sha256=hashlib.sha256(body).hexdigest(), frozen_at=now)
    )
    session.flush()
    return body


def record_attempt(
    session: Session,
    *,
    ticket_id: str,
    outcome: AttemptOutcome,
    status: int | None,
    detail: str,
    at: datetime,
    vault: Vault,
) -> None:
    """Write the attempt down and move the ticket's state. ``detail`` is sealed: a reason may quote the citizen."""
    ticket = locked_ticket(session, ticket_id)
    if ticket is None:
        return
    add_attempt(session, ticket=ticket, entry=None, outcome=outcome, status=status, detail=detail, at=at, vault=vault)


def add_attempt(
    session: Session,
    *,
    ticket: Ticket,
    entry: TicketEntry | None,
    outcome: AttemptOutcome,
    status: int | None,
    detail: str,
    at: datetime,
    vault: Vault,
) -> None:
    """The same for the ticket itself and for an entry of it. The ticket's row is locked."""
    counted = select(func.max(ForwardAttempt.number)).where(ForwardAttempt.ticket_id == ticket.id)
    number = (session.execute(counted).scalar() or 0) + 1
    session.add(
        ForwardAttempt(
            ticket_id=ticket.id,
            number=number,
            entry_id=entry.id if entry else None,
            at=at,
            outcome=outcome,
            status=status,
            detail_sealed=seal(vault, Column.ATTEMPT, f"{ticket.id}/{number}", detail[:DETAIL_LIMIT] or None),
        )
    )
    sent = entry or ticket
    if sent.forward_state not in (ForwardState.FORWARDED, ForwardState.DESK):
        sent.forward_state = _after(outcome, ForwardState(sent.forward_state))
    ticket.updated_at = at
    session.flush()


def mark_forwarded(session: Session, *, ticket_id: str, platform_id: str, at: datetime, vault: Vault) -> None:
    """It has arrived. Marking it again changes nothing; the frozen copy is dropped."""
    ticket = locked_ticket(session, ticket_id)
    if ticket is None or ticket.forwarded_at is not None:
        return
    ticket.forward_state = ForwardState.FORWARDED
    ticket.platform_id = platform_id[:255]
    ticket.forwarded_at = at
    ticket.updated_at = at
    if (body := session.get(TicketBody, ticket_id)) is not None:
        body.body_sealed = None
    add_event(session, ticket_id=ticket_id, kind=EventKind.FORWARDED, at=at, vault=vault)


def keep_at_desk(session: Session, *, ticket_id: str, at: datetime, vault: Vault) -> None:
    """No platform is set: the bureau's desk handles it."""
    ticket = locked_ticket(session, ticket_id)
    if ticket is None or ticket.forward_state != ForwardState.WAITING:
        return
    ticket.forward_state = ForwardState.DESK
    ticket.updated_at = at
    add_event(session, ticket_id=ticket_id, kind=EventKind.DESK, at=at, vault=vault)


def send_again(session: Session, *, ticket_id: str, at: datetime) -> bool:
    """Staff wants another try; the caller enqueues ``forward_ticket`` when this is ``True``.

    A refused ticket, or one kept at the desk, waits again; one in doubt stays in doubt, so that it is asked first.
    """
    ticket = locked_ticket(session, ticket_id)
    if ticket is None or ticket.erased_at or ticket.forward_state == ForwardState.FORWARDED:
        return False
    if ticket.forward_state in (ForwardState.REFUSED, ForwardState.DESK):
        ticket.forward_state = ForwardState.WAITING
        ticket.updated_at = at
        session.flush()
    return True


def _after(outcome: AttemptOutcome, state: ForwardState) -> ForwardState:
    match outcome:
        case AttemptOutcome.ACCEPTED | AttemptOutcome.FOUND:
            return state  # ``mark_forwarded`` follows
        case AttemptOutcome.REFUSED:
            return ForwardState.REFUSED
        case AttemptOutcome.UNCLEAR:
            return ForwardState.UNKNOWN
        case AttemptOutcome.RETRY:
            return ForwardState.UNKNOWN if state is ForwardState.UNKNOWN else ForwardState.WAITING


def locked_ticket(session: Session, ticket_id: str) -> Ticket | None:
    """The row as it stands now, locked until the caller commits."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()

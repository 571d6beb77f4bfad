"""An entry's way to the platform: after the feedback itself, in order, each under its own key.

As in ``forwarding``: ``start_entry``, ``frozen_entry``, the call, then ``record_entry_attempt`` and, when it has
arrived, ``mark_entry_forwarded``. An entry cannot be asked for: its key makes it safe to send the same bytes again.
Every change is made under the lock of the ticket's row. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.feedback.attachments import pending_attachments
from knowledge.feedback.body import entry_body
from knowledge.feedback.entries import settle
from knowledge.feedback.forwarding import NextMove, add_attempt, locked_ticket
from knowledge.feedback.kinds import AttemptOutcome, ForwardState
from knowledge.feedback.models import Ticket, TicketEntry
from knowledge.feedback.seals import Column, place
from knowledge.store.vault import Vault

ON_ITS_WAY = (ForwardState.WAITING, ForwardState.SENDING, ForwardState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent: ``reference`` is the ticket's, ``body`` the frozen bytes."""

    reference: str
    body: bytes = field(repr=False)


def start_entry(session: Session, *, entry_id: str, at: datetime) -> NextMove:
    """``SEND`` has claimed the entry; ``WAIT``: for the feedback itself, for what was added before, or for a file.

    ``NOTHING`` also where the feedback was refused: ``send_entries_again`` finds the entry then.
    """
    ticket, entry = _locked(session, entry_id)
    if ticket is None or entry is None or entry.forward_state not in ON_ITS_WAY:
        return NextMove.NOTHING
    match ForwardState(ticket.forward_state):
        case ForwardState.REFUSED:
            return NextMove.NOTHING
        case ForwardState.DESK:
            entry.forward_state = ForwardState.DESK
            settle(session, ticket)
            return NextMove.NOTHING
        case ForwardState.FORWARDED:
            if _earlier(session, entry) or pending_attachments(session, ticket_id=ticket.id, entry_id=entry_id):
                return NextMove.WAIT
        case _:
            return NextMove.WAIT
    entry.forward_state = ForwardState.SENDING
    ticket.updated_at = at
    settle(session, ticket)
    return NextMove.SEND


def frozen_entry(session: Session, *, entry_id: str, vault: Vault) -> Parcel | None:
    """The bytes to send, frozen at the first call; ``None`` where it has arrived or is gone."""
    ticket, entry = _locked(session, entry_id)
    if ticket is None or entry is None or entry.forwarded_at is not None:
        return None
    if entry.body_sealed is not None:
        kept = vault.open_bytes(entry.body_sealed, place=place(Column.ENTRY_BODY, entry_id))
        return Parcel(ticket.reference, kept)
    body = entry_body(session, entry=entry, vault=vault)
    entry.body_sealed = vault.seal(body, place=place(Column.ENTRY_BODY, entry_id))
    session.flush()
    return Parcel(ticket.reference, body)


def record_entry_attempt(
    session: Session,
    *,
    entry_id: str,
    outcome: AttemptOutcome,
    status: int | None,
    detail: str,
    at: datetime,
    vault: Vault,
) -> None:
    """As ``record_attempt``; the attempts of a ticket and its entries stand in one list."""
    ticket, entry = _locked(session, entry_id)
    if ticket is not None and entry is not None:
        add_attempt(
            session, ticket=ticket, entry=entry, outcome=outcome, status=status, detail=detail, at=at, vault=vault
        )
        settle(session, ticket)


def mark_entry_forwarded(session: Session, *, entry_id: str, platform_id: str, at: datetime) -> None:
    """It has arrived. Marking it again changes nothing; the frozen copy is dropped."""
    ticket, entry = _locked(session, entry_id)
    if ticket is None or entry is None or entry.forwarded_at is not None:
        return
    entry.forward_state = ForwardState.FORWARDED
    entry.platform_id = platform_id[:255]
    entry.forwarded_at = at
    entry.body_sealed = None
    settle(session, ticket)


def keep_entry_at_desk(session: Session, *, entry_id: str) -> None:
    """No platform is set: the bureau's desk sees it."""
    ticket, entry = _locked(session, entry_id)
    if ticket is not None and entry is not None and entry.forward_state in ON_ITS_WAY:
        entry.forward_state = ForwardState.DESK
        settle(session, ticket)


def send_entries_again(session: Session, *, ticket_id: str) -> list[str]:
    """Staff wants another try: the ids, in order, of what has not arrived; the caller enqueues a job for each.

    One whose job still runs may get a second: both send the same bytes under the same key.
    """
    ticket = locked_ticket(session, ticket_id)
    if ticket is None or ticket.erased_at:
        return []
    query = select(TicketEntry).where(
        TicketEntry.ticket_id == ticket_id, TicketEntry.forward_state != ForwardState.FORWARDED
    )
    rows = list(session.scalars(query.order_by(TicketEntry.position)))
    for entry in rows:
        if entry.forward_state in (ForwardState.REFUSED, ForwardState.DESK):
            entry.forward_state = ForwardState.WAITING
    settle(session, ticket)
    return [entry.id for entry in rows]


def _earlier(session: Session, entry: TicketEntry) -> bool:
    """Whether something that was added before is still on its way."""
    query = select(TicketEntry.id).where(
        TicketEntry.ticket_id == entry.ticket_id,
        TicketEntry.position < entry.position,
        TicketEntry.forward_state.in_(ON_ITS_WAY),
    )
    return session.execute(query).first() is not None


def _locked(session: Session, entry_id: str) -> tuple[Ticket | None, TicketEntry | None]:
    ticket_id = session.scalar(select(TicketEntry.ticket_id).where(TicketEntry.id == entry_id))
    if ticket_id is None:
        return None, None
    ticket = locked_ticket(session, ticket_id)
    return ticket, session.get(TicketEntry, entry_id, populate_existing=True)

"""What a citizen adds to a ticket that was filed before: words, files, or both. Sent on under a key of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.feedback.draft_content import MAX_MEDIA, DraftMedia
from knowledge.feedback.filing import add_attachment, kept_words
from knowledge.feedback.history import add_event
from knowledge.feedback.kinds import EntryKind, EventKind, ForwardState
from knowledge.feedback.models import Ticket, TicketAttachment, TicketEntry
from knowledge.store.vault import Vault

# Of one ticket, those of the form included: more than one body holds, so that a platform which asks can be answered.
MAX_TICKET_MEDIA = 4 * MAX_MEDIA
ENTRIES_LIMIT = 100  # of one ticket, shown to staff
# What staff should look at comes first.
WORST_FIRST = (
    ForwardState.REFUSED,
    ForwardState.UNKNOWN,
    ForwardState.SENDING,
    ForwardState.WAITING,
    ForwardState.DESK,
    ForwardState.FORWARDED,
)


@dataclass(frozen=True, slots=True)
class Added:
    """What was made; the caller enqueues a job for the entry and for each attachment.

    ``entry_id`` is ``None`` where nothing was new. ``dropped``: files for which there was no room.
    """

    entry_id: str | None
    attachment_ids: tuple[str, ...] = ()
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What may be shown of an entry without opening it. ``number`` counts from 1 within its ticket."""

    id: str
    number: int
    added_at: datetime
    forward_state: ForwardState


def add_entry(
    session: Session, *, ticket_id: str, text: str | None, media: Sequence[DraftMedia], at: datetime, vault: Vault
) -> Added:
    """Add these words and files; a file that the ticket has already is not added again."""
    ticket = session.execute(select(Ticket).where(Ticket.id == ticket_id).with_for_update()).scalar_one()
    rows = list(session.scalars(select(TicketAttachment).where(TicketAttachment.ticket_id == ticket_id)))
    known = {row.media_id for row in rows}
    fresh = [one for one in media if one.media_id not in known]
    taken = fresh[: min(MAX_MEDIA, MAX_TICKET_MEDIA - len(rows))]
    if text is None and not taken:
        return Added(None, dropped=len(fresh))
    entry = _added(session, ticket, text, at, vault)
    last = max((row.position for row in rows), default=0)
    attachments = tuple(
        add_attachment(session, ticket_id=ticket_id, entry_id=entry.id, position=position, media=one, at=at)
        for position, one in enumerate(taken, start=last + 1)
    )
    return Added(entry.id, attachments, len(fresh) - len(taken))


def entries_of(session: Session, *, ticket_id: str, limit: int = ENTRIES_LIMIT) -> list[EntryFacts]:
    """The first ``limit``, the oldest first."""
    query = select(TicketEntry).where(TicketEntry.ticket_id == ticket_id).order_by(TicketEntry.position).limit(limit)
    return [
        EntryFacts(row.id, number, row.added_at, ForwardState(row.forward_state))
        for number, row in enumerate(session.scalars(query), start=1)
    ]


def settle(session: Session, ticket: Ticket) -> None:
    """After any change of an entry: the ticket says how the worst of them fares. Its row is locked."""
    session.flush()
    states = set(session.scalars(select(TicketEntry.forward_state).where(TicketEntry.ticket_id == ticket.id)))
    ticket.entries_state = next((state for state in WORST_FIRST if state in states), None)
    session.flush()


def _added(session: Session, ticket: Ticket, text: str | None, at: datetime, vault: Vault) -> TicketEntry:
    kept = None if text is None else kept_words(text, anonymous=ticket.anonymous)
    what = EventKind.ATTACHMENT if kept is None else EventKind.MESSAGE
    position = add_event(session, ticket_id=ticket.id, kind=what, at=at, vault=vault, text=kept)
    entry = TicketEntry(
        id=str(uuid.uuid4()),
        ticket_id=ticket.id,
        position=position,
        kind=EntryKind.MESSAGE,
        added_at=at,
        forward_state=ForwardState.WAITING,
    )
    ticket.updated_at = at
    session.add(entry)
    settle(session, ticket)
    return entry

"""A ticket's history: written line by line, read in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.feedback.kinds import EventKind, TicketStatus
from knowledge.feedback.models import Ticket, TicketEvent
from knowledge.feedback.seals import Column, seal, unseal
from knowledge.store.vault import Vault

HISTORY_LIMIT = 200  # lines shown of one ticket, the newest kept


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    kind: EventKind
    status: TicketStatus | None
    department: str | None
    text: str | None = field(repr=False)


def add_event(
    session: Session,
    *,
    ticket_id: str,
    kind: EventKind,
    at: datetime,
    vault: Vault,
    status: TicketStatus | None = None,
    department: str | None = None,
    text: str | None = None,
) -> int:
    """Write the next line and return its number; the ticket's row is locked so that two writers take turns."""
    session.execute(select(Ticket.id).where(Ticket.id == ticket_id).with_for_update())
    last = session.execute(select(func.max(TicketEvent.position)).where(TicketEvent.ticket_id == ticket_id)).scalar()
    position = (last or 0) + 1
    session.add(
        TicketEvent(
            ticket_id=ticket_id,
            position=position,
            at=at,
            kind=kind,
            status=status,
            department=department,
            text_sealed=seal(vault, Column.EVENT, f"{ticket_id}/{position}", text),
        )
    )
    session.flush()
    return position


def history(session: Session, *, ticket_id: str, vault: Vault, limit: int = HISTORY_LIMIT) -> list[HistoryLine]:
    """The last ``limit`` lines, the oldest first."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.position.desc())
    rows = list(session.scalars(query.limit(limit)))
    return [
        HistoryLine(
            row.at,
            EventKind(row.kind),
            TicketStatus(row.status) if row.status else None,
            row.department,
            unseal(vault, Column.EVENT, f"{ticket_id}/{row.position}", row.text_sealed),
        )
        for row in reversed(rows)
    ]

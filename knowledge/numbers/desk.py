"""How long citizens waited for the first answer to a feedback. Counts only: no text, no person."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.feedback.kinds import TicketStatus
from knowledge.feedback.models import Ticket, TicketEvent
from knowledge.numbers.days import LONGEST_DAYS, hours_between
from knowledge.numbers.questions import Times, times_of
from knowledge.numbers.selection import Selection, inside

ANSWERS = (TicketStatus.REPLIED, TicketStatus.CLOSED, TicketStatus.REJECTED)
LONGEST_HOURS = 2 * LONGEST_DAYS * 24  # bounds the query; who waited longer is counted with the longest


def first_answers(session: Session, selection: Selection) -> tuple[int, Times]:
    """How many were filed in the period, and whole hours to the first answer of those that have one.

    A feedback's topic is sealed, so a topic of the selection does not narrow it.
    """
    mine = selection.period.holds(Ticket.submitted_at) & inside(Ticket.region, selection.region)
    if not selection.scope.everywhere:
        mine &= selection.scope.condition(Ticket.region, writing=True)
    filed = session.scalar(select(func.count()).select_from(Ticket).where(mine)) or 0
    answered = (
        select(TicketEvent.ticket_id, func.min(TicketEvent.at).label("at"))
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .where(mine, TicketEvent.status.in_(ANSWERS))
        .group_by(TicketEvent.ticket_id)
        .subquery()
    )
    hours = hours_between(Ticket.submitted_at, answered.c.at)
    query = select(hours.label("hours"), func.count().label("times")).join(answered, answered.c.ticket_id == Ticket.id)
    rows = session.execute(query.group_by(hours).order_by(hours).limit(LONGEST_HOURS))
    return filed, times_of([(max(row.hours, 0), row.times) for row in rows])

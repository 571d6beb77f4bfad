"""删除我的信息: what names one citizen goes, in the caller's one transaction.

Kept by law: an open ticket's words, until it is closed (信访工作条例, 政务服务), and of a closed one the bare facts
that name nobody (number, kind, dates), for the statistics of the bureau.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from knowledge.feedback.drafts import discard_draft
from knowledge.feedback.entries import settle
from knowledge.feedback.history import add_event
from knowledge.feedback.kinds import CLOSED_STATUSES, AttachmentState, EventKind, ForwardState, NoticeState
from knowledge.feedback.models import (
    ForwardAttempt,
    Notice,
    Ticket,
    TicketAttachment,
    TicketBody,
    TicketEntry,
    TicketEvent,
)
from knowledge.messages.queries import erase_messages
from knowledge.missed.waiters import erase_waiters
from knowledge.people.models import Consent
from knowledge.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Erased:
    """What was found: the references of closed tickets made empty, and of open ones whose words stay for now."""

    draft: bool
    closed: tuple[str, ...]
    still_open: tuple[str, ...]


def erase_citizen(session: Session, *, account: str, citizen: str, now: datetime, vault: Vault) -> Erased:
    """Erase draft, consents, wishes to be told, contacts and openids; of closed tickets also every word and file."""
    draft = discard_draft(session, account=account, citizen=citizen)
    erase_messages(session, account=account, citizen=citizen)
    erase_waiters(session, account=account, citizen=citizen)
    session.execute(delete(Consent).where(Consent.account == account, Consent.citizen == citizen))
    query = select(Ticket).where(Ticket.account == account, Ticket.citizen == citizen, Ticket.citizen != "")
    tickets = list(session.scalars(query.order_by(Ticket.submitted_at, Ticket.id).with_for_update()))
    closed = [ticket for ticket in tickets if ticket.status in CLOSED_STATUSES]
    still_open = [ticket for ticket in tickets if ticket.status not in CLOSED_STATUSES]
    for ticket in closed:
        _empty(session, ticket, now)
    for ticket in still_open:
        _forget_contact(session, ticket, now, vault)
    session.flush()
    return Erased(draft, tuple(t.reference for t in closed), tuple(t.reference for t in still_open))


def _forget_contact(session: Session, ticket: Ticket, now: datetime, vault: Vault) -> None:
    """The pseudonym stays, so that the filer can still ask where it stands.

    A frozen body that the platform may know keeps its bytes: another body under the same key would be refused.
    """
    had_contact = ticket.contact_sealed is not None or ticket.openid_sealed is not None
    ticket.contact_sealed = None
    ticket.openid_sealed = None
    ticket.updated_at = now
    tried = select(ForwardAttempt.number).where(
        ForwardAttempt.ticket_id == ticket.id, ForwardAttempt.entry_id.is_(None)
    )
    unsent = ticket.forward_state == ForwardState.WAITING and session.execute(tried).first() is None
    if unsent or ticket.forward_state in (ForwardState.REFUSED, ForwardState.DESK):
        session.execute(delete(TicketBody).where(TicketBody.ticket_id == ticket.id))
    if had_contact:
        add_event(session, ticket_id=ticket.id, kind=EventKind.CONTACT_ERASED, at=now, vault=vault)


def _empty(session: Session, ticket: Ticket, now: datetime) -> None:
    ticket.citizen = ""
    ticket.openid_sealed = ticket.topic_sealed = ticket.text_sealed = None
    ticket.location_sealed = ticket.contact_sealed = None
    ticket.erased_at = ticket.updated_at = now
    if ticket.forward_state != ForwardState.FORWARDED:
        ticket.forward_state = ForwardState.DESK  # there is nothing left to send
    ours = ticket.id
    session.execute(update(TicketEvent).where(TicketEvent.ticket_id == ours).values(text_sealed=None))
    session.execute(update(ForwardAttempt).where(ForwardAttempt.ticket_id == ours).values(detail_sealed=None))
    session.execute(delete(TicketBody).where(TicketBody.ticket_id == ours))
    unsent = TicketEntry.forward_state != ForwardState.FORWARDED
    session.execute(update(TicketEntry).where(TicketEntry.ticket_id == ours).values(body_sealed=None))
    session.execute(
        update(TicketEntry).where(TicketEntry.ticket_id == ours, unsent).values(forward_state=ForwardState.DESK)
    )
    settle(session, ticket)
    session.execute(
        update(TicketAttachment)
        .where(TicketAttachment.ticket_id == ours)
        .values(content_sealed=None, media_id="", sha256="", state=AttachmentState.MISSING)
    )
    session.execute(
        update(Notice)
        .where(Notice.ticket_id == ours)
        .values(citizen="", text_sealed=None, state=NoticeState.IMPOSSIBLE)
    )

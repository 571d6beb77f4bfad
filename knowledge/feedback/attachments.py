"""The files of a ticket: fetched from WeChat by a job, kept sealed, or given up and said so."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.feedback.kinds import AttachmentState
from knowledge.feedback.models import Ticket, TicketAttachment
from knowledge.feedback.seals import Column, place
from knowledge.store.vault import Vault

MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")  # the platform's contract


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """What may be shown of an attachment without opening it."""

    id: str
    ticket_id: str
    entry_id: str | None
    account: str
    kind: str
    media_id: str
    state: AttachmentState
    name: str
    media_type: str
    size: int
    added_at: datetime


def attachment(session: Session, *, attachment_id: str) -> AttachmentFacts | None:
    """``None`` where it is gone, or was erased with its ticket."""
    query = (
        select(TicketAttachment, Ticket.account)
        .join(Ticket, Ticket.id == TicketAttachment.ticket_id)
        .where(TicketAttachment.id == attachment_id)
    )
    row = session.execute(query).first()
    return _facts(row[0], row[1]) if row else None


def attachments_of(session: Session, *, ticket_id: str) -> list[AttachmentFacts]:
    """In the order in which they were sent."""
    query = (
        select(TicketAttachment, Ticket.account)
        .join(Ticket, Ticket.id == TicketAttachment.ticket_id)
        .where(TicketAttachment.ticket_id == ticket_id)
        .order_by(TicketAttachment.position)
    )
    return [_facts(row, account) for row, account in session.execute(query)]


def pending_attachments(session: Session, *, ticket_id: str, entry_id: str | None = None) -> int:
    """Of what came with the form, or with one entry."""
    query = select(func.count()).where(
        TicketAttachment.ticket_id == ticket_id,
        TicketAttachment.entry_id == entry_id,
        TicketAttachment.state == AttachmentState.PENDING,
    )
    return session.execute(query).scalar_one()


def store_content(
    session: Session, *, attachment_id: str, content: bytes, media_type: str, at: datetime, vault: Vault
) -> None:
    """Keep what was fetched; storing it again, or after it was given up or erased, changes nothing."""
    row = session.get(TicketAttachment, attachment_id, with_for_update=True)
    if row is None or row.state != AttachmentState.PENDING:
        return
    plain_type = media_type.partition(";")[0].strip().lower()[:100]
    if not MEDIA_TYPE.fullmatch(plain_type):
        plain_type = "application/octet-stream"
    row.state = AttachmentState.FETCHED
    row.media_type = plain_type
    row.name = f"{row.kind}-{row.position}{mimetypes.guess_extension(plain_type) or ''}"
    row.sha256 = hashlib.sha256(content).hexdigest()
    row.size = len(content)
    row.settled_at = at
    row.content_sealed = vault.seal(content, place=place(Column.ATTACHMENT, row.id))
    session.flush()


def give_up(session: Session, *, attachment_id: str, at: datetime) -> None:
    """It cannot be had; the ticket goes on without it and says so. A fetched one stays."""
    row = session.get(TicketAttachment, attachment_id, with_for_update=True)
    if row is None or row.state != AttachmentState.PENDING:
        return
    row.state = AttachmentState.MISSING
    row.name = f"{row.kind}-{row.position}"
    row.settled_at = at
    session.flush()


def give_up_lost(session: Session, *, ticket_id: str, added_before: datetime, at: datetime) -> None:
    """Those whose fetch job must have been lost, since it would have ended by itself."""
    for facts in attachments_of(session, ticket_id=ticket_id):
        if facts.state is AttachmentState.PENDING and facts.added_at < added_before:
            give_up(session, attachment_id=facts.id, at=at)


def content_of(session: Session, *, attachment_id: str, vault: Vault) -> bytes | None:
    query = select(TicketAttachment.content_sealed).where(TicketAttachment.id == attachment_id)
    sealed = session.execute(query).scalar()
    return None if sealed is None else vault.open_bytes(sealed, place=place(Column.ATTACHMENT, attachment_id))


def _facts(row: TicketAttachment, account: str) -> AttachmentFacts:
    state = AttachmentState(row.state)
    return AttachmentFacts(
        row.id,
        row.ticket_id,
        row.entry_id,
        account,
        row.kind,
        row.media_id,
        state,
        row.name,
        row.media_type,
        row.size,
        row.added_at,
    )

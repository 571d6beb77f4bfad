"""The bodies that are sent to the platform, by its contract: built once, from a ticket or an entry and its files."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.feedback.attachments import content_of
from knowledge.feedback.draft_content import MAX_MEDIA
from knowledge.feedback.kinds import AttachmentState
from knowledge.feedback.models import Ticket, TicketAttachment, TicketEntry, TicketEvent
from knowledge.feedback.queries import ticket_location, ticket_text
from knowledge.feedback.references import SHANGHAI
from knowledge.feedback.seals import Column, unseal, unseal_json
from knowledge.store.vault import Vault

MAX_TOTAL_BYTES = 20 * 1000 * 1000  # the contract's 20 MB together, before base64; read the smaller way
MAX_TOPIC = 200  # characters, the contract
TEXT_ERASED = "（内容已按提交人的请求删除）"


def contract_body(session: Session, *, ticket: Ticket, vault: Vault) -> bytes:
    """UTF-8 JSON, the same bytes for the same ticket. An anonymous one holds nothing that names its filer."""
    contact = unseal_json(vault, Column.CONTACT, ticket.id, ticket.contact_sealed)
    body = {
        "reference": ticket.reference,
        "account": ticket.account,
        "kind": ticket.kind,
        "topic": _topic(ticket, vault),
        "region": ticket.region,
        "text": _text(ticket, vault),
        "contact": None if ticket.anonymous else contact,
        "anonymous": ticket.anonymous,
        "attachments": _attachments(session, ticket.id, None, vault),
        "submitted_at": _moment(ticket.submitted_at),
    }
    return orjson.dumps(body)


def entry_body(session: Session, *, entry: TicketEntry, vault: Vault) -> bytes:
    """As ``contract_body``, for ``POST /feedback/{reference}/entries``."""
    line = session.get_one(TicketEvent, (entry.ticket_id, entry.position))
    body = {
        "kind": entry.kind,
        "text": unseal(vault, Column.EVENT, f"{entry.ticket_id}/{entry.position}", line.text_sealed) or "",
        "grade": None,
        "attachments": _attachments(session, entry.ticket_id, entry.id, vault),
        "submitted_at": _moment(entry.added_at),
    }
    return orjson.dumps(body)


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _topic(ticket: Ticket, vault: Vault) -> str | None:
    """Whom or what it is about: the contract has one field for both."""
    topic = unseal(vault, Column.TOPIC, ticket.id, ticket.topic_sealed)
    return " · ".join(part for part in (ticket.institution_name, topic) if part)[:MAX_TOPIC] or None


def _text(ticket: Ticket, vault: Vault) -> str:
    """The citizen's words; the contract has no field for a place, so it follows on a line of its own."""
    text = ticket_text(ticket, vault=vault) or TEXT_ERASED
    place = ticket_location(ticket, vault=vault)
    return text if place is None else f"{text}\n【位置】{place}"


def _attachments(session: Session, ticket_id: str, entry_id: str | None, vault: Vault) -> list[dict[str, Any]]:
    """In their order; one that could not be fetched, or would make the whole too large, is listed as missing."""
    query = select(TicketAttachment).where(
        TicketAttachment.ticket_id == ticket_id, TicketAttachment.entry_id == entry_id
    )
    listed, total = [], 0
    for row in session.scalars(query.order_by(TicketAttachment.position).limit(MAX_MEDIA)):
        content = content_of(session, attachment_id=row.id, vault=vault) if _fits(row, total) else None
        if content is None:
            listed.append(
                {
                    "name": row.name or f"{row.kind}-{row.position}",
                    "media_type": row.media_type or None,
                    "missing": True,
                }
            )
            continue
        total += row.size
        encoded = base64.b64encode(content).decode()
        listed.append({"name": row.name, "media_type": row.media_type, "sha256": row.sha256, "content_base64": encoded})
    return listed


def _fits(row: TicketAttachment, total: int) -> bool:
    return row.state == AttachmentState.FETCHED and total + row.size <= MAX_TOTAL_BYTES

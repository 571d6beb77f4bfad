"""A finished form becomes a ticket: one insert, in the caller's transaction, once for each draft."""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.feedback.draft_content import DraftContent, DraftMedia
from knowledge.feedback.drafts import OpenDraft, discard_draft
from knowledge.feedback.history import add_event
from knowledge.feedback.kinds import EventKind, ForwardState, TicketStatus
from knowledge.feedback.models import Ticket, TicketAttachment
from knowledge.feedback.references import next_reference
from knowledge.feedback.seals import Column, seal, seal_json
from knowledge.store.vault import Vault
from knowledge.text.deidentify import deidentify

_FULL_WIDTH = str.maketrans(",:;!?()", "，：；！？（）")
_HALF_SIGN = re.compile(r"(?<=[一-鿿〕])[,:;!?()]|[,:;!?()](?=[一-鿿〔])")


@dataclass(frozen=True, slots=True)
class Filed:
    """What was made; the caller enqueues a job for the ticket and for each attachment."""

    ticket_id: str
    reference: str
    attachment_ids: tuple[str, ...]


def filed_text(content: DraftContent) -> str:
    """The words that are filed: without numbers that name a person where the citizen wants to stay unknown."""
    return kept_words(content.text, anonymous=content.anonymous)


def filed_topic(content: DraftContent) -> str | None:
    return None if content.topic is None else kept_words(content.topic, anonymous=content.anonymous)


def kept_words(text: str, *, anonymous: bool) -> str:
    """As they are written down. Masking makes signs half width; beside Chinese characters they become full width again.

    ``anonymous``: numbers that name a person are masked.
    """
    if not anonymous:
        return text
    masked = deidentify(text)
    if masked == unicodedata.normalize("NFKC", text):
        return text
    return _HALF_SIGN.sub(lambda sign: sign[0].translate(_FULL_WIDTH), masked)


def file_ticket(
    session: Session, *, draft: OpenDraft, openid: str, region: str | None, now: datetime, vault: Vault
) -> Filed:
    """File the draft and delete it. ``region`` is the account's; the institution's own comes first.

    The draft's row is locked by ``open_draft``, and its id is the ticket's: a second confirmation finds no draft.
    """
    content = draft.content
    assert content.kind is not None
    place = content.institution
    ticket = Ticket(
        id=draft.id,
        reference=next_reference(session, now=now),
        account=draft.account,
        citizen=draft.citizen,
        openid_sealed=seal(vault, Column.OPENID, draft.id, openid),
        kind=content.kind,
        region=(place.region if place else None) or region,
        institution_id=place.id if place else None,
        institution_name=place.name if place else None,
        anonymous=content.anonymous,
        status=TicketStatus.SUBMITTED,
        submitted_at=now,
        updated_at=now,
        forward_state=ForwardState.WAITING,
        **_sealed_parts(draft, vault),
    )
    session.add(ticket)
    session.flush()
    attachments = tuple(
        add_attachment(session, ticket_id=ticket.id, position=position, media=media, at=now)
        for position, media in enumerate(content.media, start=1)
    )
    add_event(session, ticket_id=ticket.id, kind=EventKind.SUBMITTED, at=now, vault=vault)
    discard_draft(session, account=draft.account, citizen=draft.citizen)
    return Filed(ticket.id, ticket.reference, attachments)


def add_attachment(
    session: Session, *, ticket_id: str, position: int, media: DraftMedia, at: datetime, entry_id: str | None = None
) -> str:
    """The new attachment's id; its content is fetched by a job of the caller."""
    attachment = TicketAttachment(
        id=str(uuid.uuid4()),
        ticket_id=ticket_id,
        entry_id=entry_id,
        position=position,
        kind=media.kind,
        media_id=media.media_id,
        added_at=at,
    )
    session.add(attachment)
    session.flush()
    return attachment.id


def _sealed_parts(draft: OpenDraft, vault: Vault) -> dict[str, bytes | None]:
    content, key = draft.content, draft.id
    contact = None
    if not content.anonymous and (content.name or content.phone):
        contact = {"name": content.name, "phone": content.phone}
    place = content.location
    location = {"latitude": place.latitude, "longitude": place.longitude, "label": place.label} if place else None
    return {
        "topic_sealed": seal(vault, Column.TOPIC, key, filed_topic(content)),
        "text_sealed": seal(vault, Column.TEXT, key, filed_text(content)),
        "location_sealed": seal_json(vault, Column.LOCATION, key, location),
        "contact_sealed": seal_json(vault, Column.CONTACT, key, contact),
    }

"""Tables of feedback. What a citizen wrote or is called is only ever in a ``*_sealed`` column (see ``seals``)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.feedback.kinds import AttachmentState, ForwardState, NoticeState, TicketStatus
from knowledge.store.base import Base
from knowledge.store.types import Instant

ID = String(36)  # a UUID, made before the insert
NAME = String(64)  # an account, a pseudonym, a destination, a webhook id
WORD = String(16)  # one value of an enum in ``kinds``


class Draft(Base):
    """An unfinished form; at most one per citizen. Its id becomes the ticket's, so it can be filed only once."""

    __tablename__ = "feedback_drafts"
    __table_args__ = (UniqueConstraint("account", "citizen"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account: Mapped[str] = mapped_column(NAME)
    citizen: Mapped[str] = mapped_column(NAME)
    step: Mapped[str] = mapped_column(WORD)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
    touched_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Ticket(Base):
    """One filed feedback (工单). ``citizen`` is a pseudonym, empty once the citizen had it erased.

    ``entries_state``: how the worst of its entries fares, for the desk's list; ``None`` where there is none.
    """

    __tablename__ = "feedback_tickets"
    __table_args__ = (
        Index("ix_feedback_tickets_owner", "account", "citizen", "submitted_at"),
        Index("ix_feedback_tickets_desk", "status", "submitted_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    account: Mapped[str] = mapped_column(NAME)
    citizen: Mapped[str] = mapped_column(NAME)
    openid_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(WORD)
    topic_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    region: Mapped[str | None] = mapped_column(String(6))
    institution_id: Mapped[str | None] = mapped_column(NAME)
    institution_name: Mapped[str | None] = mapped_column(String(255))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    location_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    anonymous: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(WORD, default=TicketStatus.SUBMITTED)
    department: Mapped[str | None] = mapped_column(String(255))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    forward_state: Mapped[str] = mapped_column(WORD, default=ForwardState.WAITING, index=True)
    entries_state: Mapped[str | None] = mapped_column(WORD, index=True)
    destination: Mapped[str | None] = mapped_column(NAME)
    platform_id: Mapped[str | None] = mapped_column(String(255))
    forwarded_at: Mapped[datetime | None] = mapped_column(Instant)


class TicketAttachment(Base):
    """A picture, voice or video. ``content_sealed`` is loaded only when asked for.

    ``entry_id``: what it was added with later; ``None`` for what came with the form.
    """

    __tablename__ = "feedback_attachments"
    __table_args__ = (UniqueConstraint("ticket_id", "position"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("feedback_tickets.id"))
    entry_id: Mapped[str | None] = mapped_column(ForeignKey("feedback_entries.id"))
    position: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(WORD)
    media_id: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(WORD, default=AttachmentState.PENDING)
    name: Mapped[str] = mapped_column(String(64), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class TicketEvent(Base):
    """One line of a ticket's history, numbered from 1."""

    __tablename__ = "feedback_events"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("feedback_tickets.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(WORD)
    status: Mapped[str | None] = mapped_column(WORD)
    department: Mapped[str | None] = mapped_column(String(255))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class TicketEntry(Base):
    """What the citizen added to a ticket later (补充). Its words are those of its line in the history, ``position``.

    Its id is its idempotency key. ``body_sealed`` is frozen at the first sending, and gone once it has arrived.
    """

    __tablename__ = "feedback_entries"
    __table_args__ = (UniqueConstraint("ticket_id", "position"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("feedback_tickets.id"))
    position: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(WORD)
    added_at: Mapped[datetime] = mapped_column(Instant)
    forward_state: Mapped[str] = mapped_column(WORD, default=ForwardState.WAITING, index=True)
    platform_id: Mapped[str | None] = mapped_column(String(255))
    forwarded_at: Mapped[datetime | None] = mapped_column(Instant)
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class TicketBody(Base):
    """The frozen body of the forwarding request; every retry sends these bytes. Gone once it has arrived."""

    __tablename__ = "feedback_bodies"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("feedback_tickets.id"), primary_key=True)
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column(Instant)


class ForwardAttempt(Base):
    """One attempt at the platform. ``status`` is the HTTP status, ``None`` without an answer.

    ``entry_id``: what was sent; ``None`` for the ticket itself. They share one row of numbers.
    """

    __tablename__ = "feedback_attempts"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("feedback_tickets.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[str | None] = mapped_column(ForeignKey("feedback_entries.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(WORD)
    status: Mapped[int | None] = mapped_column()
    detail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ReferenceCounter(Base):
    """How many ticket numbers of one Shanghai day (``20260101``) have been given out."""

    __tablename__ = "feedback_counters"

    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int] = mapped_column()


class PlatformEvent(Base):
    """A callback that has been applied; knows repeats, and the last sequence of each ticket."""

    __tablename__ = "feedback_platform_events"
    __table_args__ = (Index("ix_feedback_platform_events_object", "destination", "reference", "sequence"),)

    destination: Mapped[str] = mapped_column(NAME, primary_key=True)
    webhook_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    reference: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column()
    received_at: Mapped[datetime] = mapped_column(Instant)


class UnknownUpdate(Base):
    """A callback for a ticket that we do not have; shown to staff."""

    __tablename__ = "feedback_unknown_updates"

    destination: Mapped[str] = mapped_column(NAME, primary_key=True)
    webhook_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    reference: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Instant)


class Notice(Base):
    """Something the citizen should hear about a ticket. The words are made when it is told, from these parts."""

    __tablename__ = "feedback_notices"
    __table_args__ = (Index("ix_feedback_notices_citizen", "account", "citizen", "state"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("feedback_tickets.id"))
    account: Mapped[str] = mapped_column(NAME)
    citizen: Mapped[str] = mapped_column(NAME)
    status: Mapped[str] = mapped_column(WORD)
    department: Mapped[str | None] = mapped_column(String(255))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(WORD, default=NoticeState.WAITING)
    created_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    channel: Mapped[str | None] = mapped_column(WORD)

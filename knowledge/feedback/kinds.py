"""The words of a ticket's life. The values are those of the platform's contract and stand in the database."""

from __future__ import annotations

from enum import StrEnum


class FeedbackKind(StrEnum):
    CONSULTATION = "consultation"  # 咨询
    SUGGESTION = "suggestion"  # 建议
    COMPLAINT = "complaint"  # 投诉
    HELP = "help"  # 求助


class TicketStatus(StrEnum):
    """``SUBMITTED`` is ours alone; every other value is what the platform, or the desk in its place, said last."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    PROCESSING = "processing"
    NEED_INFO = "need_info"
    REPLIED = "replied"
    CLOSED = "closed"
    REJECTED = "rejected"


CLOSED_STATUSES = frozenset({TicketStatus.CLOSED, TicketStatus.REJECTED})


class ForwardState(StrEnum):
    """Where a ticket stands on its way to the platform. ``UNKNOWN``: sent, and nobody knows whether it arrived."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    FORWARDED = "forwarded"
    REFUSED = "refused"
    DESK = "desk"  # no platform: the bureau's own desk handles it


class AttemptOutcome(StrEnum):
    """How one attempt at the platform ended."""

    ACCEPTED = "accepted"
    FOUND = "found"  # asked after an unclear outcome, and it was there
    REFUSED = "refused"
    RETRY = "retry"
    UNCLEAR = "unclear"


class AttachmentKind(StrEnum):
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"


class AttachmentState(StrEnum):
    PENDING = "pending"
    FETCHED = "fetched"
    MISSING = "missing"  # given up: WeChat no longer has it, or it is no usable file


class EntryKind(StrEnum):
    """What a citizen adds to a ticket later."""

    MESSAGE = "message"  # 补充: words, files, or both


class EventKind(StrEnum):
    """What a line of a ticket's history tells."""

    SUBMITTED = "submitted"
    FORWARDED = "forwarded"
    DESK = "desk"
    STATUS = "status"
    ATTACHMENT = "attachment"
    MESSAGE = "message"
    CONTACT_ERASED = "contact_erased"


class NoticeState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    MAYBE = "maybe"  # 可能已送达: an unclear outcome, never sent again
    IMPOSSIBLE = "impossible"

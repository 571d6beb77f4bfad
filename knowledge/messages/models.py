"""Messages handled, messages claimed while Redis is away, and answers that wait for the next contact.

A citizen is named by pseudonym; answers are sealed. ``key`` is a keyed hash of (account, message identity).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant

KEY_LENGTH = 32  # hex digits of Vault.pseudonym


class HandledMessage(Base):
    """Inserted in the transaction of a message that wrote anything: the same message cannot write twice."""

    __tablename__ = "handled_messages"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    citizen: Mapped[str] = mapped_column(String(KEY_LENGTH), index=True)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # emptied with 删除我的信息; the key stays
    handled_at: Mapped[datetime] = mapped_column(Instant, index=True)
    delivered_by: Mapped[str | None] = mapped_column(String(16))  # push or kept; a passive answer may repeat


class MessageClaim(Base):
    """The inbox's record of one message while Redis is away; ``state`` is open, done or crowded."""

    __tablename__ = "message_claims"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    citizen: Mapped[str] = mapped_column(String(KEY_LENGTH))
    position: Mapped[str] = mapped_column(String(40))
    state: Mapped[str | None] = mapped_column(String(8))
    owner: Mapped[str | None] = mapped_column(String(48))
    fence: Mapped[int | None] = mapped_column(BigInteger)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    deliveries: Mapped[int] = mapped_column(default=0)
    gave_up: Mapped[bool] = mapped_column(default=False)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    channel: Mapped[str] = mapped_column(String(16), default="")
    touched_at: Mapped[datetime] = mapped_column(Instant, index=True)

    __table_args__ = (Index("ix_message_claims_line", "account", "citizen", "state", "position"),)


class CitizenTurn(Base):
    """Whose turn it is among one citizen's messages while Redis is away; its row is the lock all claims take."""

    __tablename__ = "citizen_turns"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    citizen: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    talk_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    touched_at: Mapped[datetime] = mapped_column(Instant, index=True)


class KeptMessage(Base):
    """Something to tell at the citizen's next message. ``maybe_delivered``: an earlier sending had no clear outcome."""

    __tablename__ = "kept_messages"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    citizen: Mapped[str] = mapped_column(String(KEY_LENGTH))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    maybe_delivered: Mapped[bool] = mapped_column(default=False)
    kept_at: Mapped[datetime] = mapped_column(Instant, index=True)
    delivered_by: Mapped[str | None] = mapped_column(String(16))
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index("ix_kept_messages_waiting", "account", "citizen", "delivered_by"),)

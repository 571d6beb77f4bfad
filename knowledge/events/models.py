"""Events as they came, each once, until their topic reads them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant


class ReceivedEvent(Base):
    """``subject`` is the case number, credit code or notice id. ``data_sealed``: a note may speak of a person."""

    __tablename__ = "received_events"
    __table_args__ = (Index("ix_received_events_subject", "destination", "kind", "subject", "sequence"),)

    destination: Mapped[str] = mapped_column(String(64), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)
    data_sealed: Mapped[bytes] = mapped_column(LargeBinary)

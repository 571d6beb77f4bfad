"""The audit log: one row an act, chained by digests; the database itself refuses to change or delete a row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, BigInteger, Index, Integer, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.audit.triggers import POSTGRESQL, SQLITE
from knowledge.store.base import Base
from knowledge.store.types import Instant

HEAD_ROW = 1  # the head table holds exactly this row
REASON_LENGTH = 500


class AuditEvent(Base):
    """``position`` counts from 1 without a gap. ``actor``, ``host``: as they were then; ``actor_id`` null: no account.

    ``before`` and ``after`` are canonical JSON, exactly the bytes that ``digest`` covers; no personal data stands in
    them. ``previous`` is the digest of the row before, ``digest`` the SHA-256 of all other columns, both in hex.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_object", "kind", "object_id", "position"),)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_id: Mapped[str | None] = mapped_column(String(36))
    actor: Mapped[str] = mapped_column(String(64))
    host: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    object_id: Mapped[str] = mapped_column(String(64))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """One row: where the chain ends. Its lock is what puts the writers of all processes in a line."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, default=HEAD_ROW)
    position: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))


# The migration makes the same triggers; these are for tables made from the models.
for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            Base.metadata.tables[AuditEvent.__tablename__],
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )

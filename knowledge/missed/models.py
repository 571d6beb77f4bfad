"""Groups of missed questions, and the citizens who asked to be told. Questions themselves stay nameless."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant


class MissedGroup(Base):
    """Questions of one meaning. ``state``: ``open``, ``planned``, ``filled`` or ``ignored`` (for ``reason``).

    ``forms``: up to 20 wordings in normal form. ``merged_into``: the group that holds its questions now.
    """

    __tablename__ = "missed_groups"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    forms: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(16), index=True)
    times: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    entry_id: Mapped[str | None] = mapped_column(String(64))
    merged_into: Mapped[str | None] = mapped_column(String(36))


class MissedWaiter(Base):
    """A citizen's wish to be told, kept by consent. ``citizen`` is the pseudonym; the open id is sealed.

    ``state``: ``waiting``, ``claimed``, ``told``, ``maybe`` (unclear, never again), ``kept`` or ``impossible``.
    """

    __tablename__ = "missed_waiters"
    __table_args__ = (UniqueConstraint("account", "citizen", "form"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    citizen: Mapped[str] = mapped_column(String(32))
    openid_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    question: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(String(400), index=True)
    region: Mapped[str | None] = mapped_column(String(6))
    group_id: Mapped[str | None] = mapped_column(String(36), index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    channel: Mapped[str | None] = mapped_column(String(16))

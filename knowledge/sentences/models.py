"""Sentences and menus that the bureau changed; what has no row is said as committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant


class Sentence(Base):
    """``account`` empty: for every account that has no wording of its own."""

    __tablename__ = "sentences"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)


class Menu(Base):
    """``content`` as WeChat takes it. ``pushed_digest``: SHA-256 of what WeChat holds; ``problem``: why it does not."""

    __tablename__ = "menus"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(64))
    pushed_at: Mapped[datetime | None] = mapped_column(Instant)
    pushed_digest: Mapped[str] = mapped_column(String(64), default="")
    problem: Mapped[str] = mapped_column(String(500), default="")

"""One row a file brought through the console."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant


class Import(Base):
    """``kind``: ``knowledge``, ``institutions`` or ``base``. ``content``: the file's bytes, null once dropped.

    ``state``: ``checking``, ``checked``, ``unreadable`` (``problem`` says why), ``applying``, ``applied`` or
    ``dropped``. ``rows``: up to 500 planned rows for the page; ``base_mark``: what they were compared with.
    ``unchanged``: while the file is ``checking``, how many rows have been read.
    """

    __tablename__ = "imports"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    problem: Mapped[str] = mapped_column(String(500), default="")
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    base_mark: Mapped[str] = mapped_column(String(32), default="")
    by_id: Mapped[str] = mapped_column(String(36))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    batch_id: Mapped[str | None] = mapped_column(String(36))

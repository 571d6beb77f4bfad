"""Accounts of bureau staff, what they may do, their sessions and the log of sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, true
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant


class StaffAccount(Base):
    """``password_hash``: argon2id. ``must_change``: the password was handed out, it opens only its own change.

    Accounts are never deleted: ``active`` false keeps somebody out, and the logs still say who it was.
    """

    __tablename__ = "staff_accounts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    display_name: Mapped[str] = mapped_column(String(64), default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    signed_in_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffGrant(Base):
    """A role (``knowledge.staff.rights``), everywhere and for all topics where ``region`` and ``topic`` are null.

    A role that needs confirmation counts from ``confirmed_at`` on; ``confirmed_by`` is null where it needed nobody.
    """

    __tablename__ = "staff_grants"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    region: Mapped[str | None] = mapped_column(String(6))
    topic: Mapped[str | None] = mapped_column(String(64))
    granted_by: Mapped[str] = mapped_column(String(64))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffSession(Base):
    """A signed-in browser. ``id`` is the SHA-256 of the cookie's token, so that the table opens nothing."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


class SignIn(Base):
    """``outcome``: ``signed_in``, ``refused``, ``locked``, ``disabled``, ``signed_out`` or ``password_changed``."""

    __tablename__ = "staff_sign_ins"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    name: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(20))
    host: Mapped[str] = mapped_column(String(64), default="")

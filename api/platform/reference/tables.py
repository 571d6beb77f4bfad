"""The reference platform's own tables, on its own engine; nothing of the product's database is reachable from here."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

from knowledge.store.types import Instant

metadata = MetaData()

feedback = Table(
    "received_feedback",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("reference", String(40), nullable=False, unique=True),
    Column("account", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("topic", String(200)),
    Column("region", String(6)),
    Column("text", Text, nullable=False),
    Column("contact", JSON),
    Column("anonymous", Boolean, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("department", String(200)),
    Column("sequence", Integer, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("feedback_id", ForeignKey("received_feedback.id"), nullable=False, index=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("grade", Integer),
    Column("submitted_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    Column("owner_id", String(36), primary_key=True),  # a feedback or an entry
    Column("position", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100)),
    Column("sha256", String(64)),
    Column("content", LargeBinary),  # NULL: listed as missing
)

history = Table(
    "history",
    metadata,
    Column("feedback_id", ForeignKey("received_feedback.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16)),
    Column("text", Text),
    Column("department", String(200)),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", String(64), primary_key=True),  # the webhook-id
    Column("feedback_id", ForeignKey("received_feedback.id"), nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("answer", Integer),  # the last HTTP status; NULL: no answer yet
)

institution = Table(
    "public_institution",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("credit_code", String(18), unique=True),
    Column("updated_at", Instant, nullable=False, index=True),
    Column("fields", JSON, nullable=False),
)

case = Table(
    "registration_case",  # CASE is a word of SQL
    metadata,
    Column("number", String(64), primary_key=True),
    Column("institution", String(18), nullable=False, index=True),
    Column("updated_at", Instant, nullable=False),
    Column("fields", JSON, nullable=False),
)

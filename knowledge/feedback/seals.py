"""Sealing for feedback: which column of which row a ciphertext belongs to is said once, here."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import orjson

from knowledge.store.vault import Vault


class Column(StrEnum):
    DRAFT = "feedback_drafts.content_sealed"
    OPENID = "feedback_tickets.openid_sealed"
    TOPIC = "feedback_tickets.topic_sealed"
    TEXT = "feedback_tickets.text_sealed"
    LOCATION = "feedback_tickets.location_sealed"
    CONTACT = "feedback_tickets.contact_sealed"
    EVENT = "feedback_events.text_sealed"
    BODY = "feedback_bodies.body_sealed"
    ENTRY_BODY = "feedback_entries.body_sealed"
    ATTEMPT = "feedback_attempts.detail_sealed"
    ATTACHMENT = "feedback_attachments.content_sealed"
    NOTICE = "feedback_notices.text_sealed"


def place(column: Column, key: str) -> str:
    return f"{column}:{key}"


def seal(vault: Vault, column: Column, key: str, plain: str | bytes | None) -> bytes | None:
    """``None`` stays ``None``: the column then says openly that nothing was given."""
    return None if plain is None else vault.seal(plain, place=place(column, key))


def unseal(vault: Vault, column: Column, key: str, sealed: bytes | None) -> str | None:
    """Raises ``Unreadable`` when the key has changed or the value was moved."""
    return None if sealed is None else vault.open(sealed, place=place(column, key))


def seal_json(vault: Vault, column: Column, key: str, plain: dict[str, Any] | None) -> bytes | None:
    return None if plain is None else vault.seal(orjson.dumps(plain), place=place(column, key))


def unseal_json(vault: Vault, column: Column, key: str, sealed: bytes | None) -> dict[str, Any] | None:
    if sealed is None:
        return None
    opened: dict[str, Any] = orjson.loads(vault.open_bytes(sealed, place=place(column, key)))
    return opened

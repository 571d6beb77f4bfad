"""Keeping an event once and in order. Nothing here commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.events.models import ReceivedEvent
from knowledge.store.vault import Vault


def keep_event(
    session: Session,
    *,
    destination: str,
    webhook_id: str,
    kind: str,
    subject: str,
    sequence: int,
    occurred_at: datetime,
    data: dict[str, Any],
    now: datetime,
    vault: Vault,
) -> Literal["kept", "repeated"]:
    """``repeated``: the id came before, or the sequence is not above the last of the same destination and object."""
    last = select(func.max(ReceivedEvent.sequence)).where(
        ReceivedEvent.destination == destination, ReceivedEvent.kind == kind, ReceivedEvent.subject == subject
    )
    known = session.execute(last).scalar()
    if session.get(ReceivedEvent, (destination, webhook_id)) is not None or (known is not None and sequence <= known):
        return "repeated"
    session.add(
        ReceivedEvent(
            destination=destination,
            webhook_id=webhook_id,
            kind=kind,
            subject=subject,
            sequence=sequence,
            occurred_at=occurred_at,
            received_at=now,
            data_sealed=vault.seal(orjson.dumps(data), place=_place(destination, webhook_id)),
        )
    )
    session.flush()
    return "kept"


def event_data(event: ReceivedEvent, *, vault: Vault) -> dict[str, Any]:
    opened: dict[str, Any] = orjson.loads(
        vault.open_bytes(event.data_sealed, place=_place(event.destination, event.webhook_id))
    )
    return opened


def last_event(session: Session, *, destination: str, kind: str, subject: str) -> ReceivedEvent | None:
    """What the platform said last about one object."""
    query = select(ReceivedEvent).where(
        ReceivedEvent.destination == destination, ReceivedEvent.kind == kind, ReceivedEvent.subject == subject
    )
    newest = query.order_by(ReceivedEvent.sequence.desc(), ReceivedEvent.webhook_id).limit(1)
    return session.execute(newest).scalar_one_or_none()


def _place(destination: str, webhook_id: str) -> str:
    return f"received_events.data_sealed:{destination}/{webhook_id}"

"""What is done at the desk, for the audit log: which ticket, never what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request

from api.console.request import actor, now
from knowledge.audit.events import note

TICKET = "ticket"


def note_ticket(
    session: Session, request: Request, action: str, ticket_id: str, after: Mapping[str, Any] | None = None
) -> None:
    note(session, actor=actor(request), action=action, kind=TICKET, object_id=ticket_id, at=now(request), after=after)

"""What events of lineage made of an institution's columns, as the audit log has kept it: the table of events says only
what happened, and not what stood in the register before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from knowledge.audit.models import AuditEvent
from knowledge.audit.reading import acts_on

READ = 500  # changes of one institution


@dataclass(frozen=True, slots=True)
class Made:
    """``before`` and ``after``: columns with their values. ``at``: that of the event which was entered then."""

    at: datetime
    before: dict[str, Any]
    after: dict[str, Any]


def made_of(session: Session, institution_id: str) -> list[Made]:
    """The newest first; what was changed by hand or by a file is none of it."""
    rows = acts_on(session, kind="institution", object_id=institution_id, action="institution.changed", limit=READ)
    return [made for row in rows if row.reason and (made := _made(row)) is not None]


def status_before(history: Sequence[Made], status: str | None) -> tuple[bool, str | None]:
    """Whether events have written this status, and then what stood there before the first of them."""
    value, found = status, False
    for made in history:
        if "status" in made.after and made.after["status"] == value:
            value, found = made.before.get("status"), True
    return found, value


def names_added(history: Sequence[Made], at: datetime) -> set[str]:
    """The former names that came with what was entered at this moment."""
    entered = [made for made in history if made.at == at and "former_names" in made.after]
    return {
        name
        for made in entered
        for name in made.after["former_names"]
        if name not in made.before.get("former_names", ())
    }


def renamed_at(history: Sequence[Made], at: datetime, *, old: str, new: str) -> bool:
    """Whether what was entered at this moment changed the name so."""
    return any(made.at == at and (made.before.get("name"), made.after.get("name")) == (old, new) for made in history)


def _made(row: AuditEvent) -> Made | None:
    """``None`` for a row that was tampered with: the log's own check tells of it."""
    try:
        before, after = orjson.loads(row.before or "{}"), orjson.loads(row.after or "{}")
    except orjson.JSONDecodeError:
        return None
    return Made(row.at, before, after) if isinstance(before, dict) and isinstance(after, dict) else None

"""A small invented register, put straight into the table."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from knowledge.institutions.codes import code_problem
from knowledge.institutions.files import mark_changed
from knowledge.institutions.models import Institution
from knowledge.institutions.names import name_key

GOOD_CODE = "12100000400000624D"
BAD_CODE = "12100000400000624E"


def put(session: Session, name: str, *, now: datetime, **values: Any) -> str:
    """The id of a new institution."""
    blank: dict[str, Any] = {"aliases": [], "former_names": [], "region": "990101", "updated_at": now}
    row = Institution(id=str(uuid.uuid4()), name=name, name_key=name_key(name), **(blank | values))
    row.code_problem = code_problem(row.credit_code)
    session.add(row)
    session.flush()
    mark_changed(session, now=now)
    return row.id

"""DBOS's tables, to look into."""

from __future__ import annotations

from sqlalchemy import TextClause, inspect, text
from sqlalchemy.orm import Session


def prefix(session: Session) -> str:
    return "dbos." if session.get_bind().dialect.name == "postgresql" else ""


def workflow_status(session: Session) -> TextClause:
    return text(f"{prefix(session)}workflow_status")


def every_value(session: Session) -> list[str]:
    """Each value in each table of DBOS, as text."""
    schema = prefix(session).rstrip(".") or None
    names = inspect(session.get_bind()).get_table_names(schema=schema)
    own = {"workflow_status", "workflow_input", "workflow_output", "operation_outputs", "notifications", "streams"}
    own |= {"workflow_events", "workflow_events_history", "workflow_schedules", "application_versions", "queues"}
    assert own <= set(names)
    rows = [row for name in own for row in session.execute(text(f"SELECT * FROM {prefix(session)}{name}"))]
    return [str(value) for row in rows for value in row]

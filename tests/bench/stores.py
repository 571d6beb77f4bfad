"""Databases for the product's side of a comparison, filled before any clock runs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert

from api.worker.jobs import migrate_jobs
from knowledge.faq.entry import Entry
from knowledge.faq.queries import bump_version, save_entries
from knowledge.institutions.models import Institution, InstitutionVersion
from knowledge.institutions.names import name_key
from knowledge.store.migration import migrate
from knowledge.store.sessions import make_engine, make_sessions

ROWS_AT_ONCE = 10_000
UPDATED = datetime(2026, 10, 31, tzinfo=UTC)
REGION = "990101"  # an area code that no place has


def database_url(path: Path) -> str:
    return f"sqlite:///{path}"


def keep_entries(path: Path, entries: Iterable[Entry]) -> None:
    """A new database with these entries as its knowledge base."""
    engine = _migrated(path)
    with make_sessions(engine).begin() as session:
        save_entries(session, entries=list(entries), now=UPDATED)
        bump_version(session, now=UPDATED)
    engine.dispose()


def keep_names(path: Path, names: Sequence[str]) -> None:
    """A new database with a register of these names: a number, an area and a kind each, and nothing else."""
    engine = _migrated(path)
    with engine.begin() as connection:
        for start in range(0, len(names), ROWS_AT_ONCE):
            rows = [_row(start + at, name) for at, name in enumerate(names[start : start + ROWS_AT_ONCE])]
            connection.execute(insert(Institution), rows)
        connection.execute(insert(InstitutionVersion), [{"stamp": uuid.uuid4().hex, "changed_at": UPDATED}])
    engine.dispose()


def _row(number: int, name: str) -> dict[str, object]:
    return {
        "id": f"bench-{number:07d}",
        "name": name,
        "name_key": name_key(name),
        "region": REGION,
        "kind": "示例",
        "updated_at": UPDATED,
    }


def _migrated(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(database_url(path))
    migrate(engine)
    migrate_jobs(database_url(path))
    return engine

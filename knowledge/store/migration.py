"""Bringing a database to the current form, and telling whether it is there. Tables of DBOS are not ours to touch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from knowledge.store.base import Base
from knowledge.store.models import register_all
from knowledge.store.sessions import READING

FOLDER = Path(__file__).parent / "migrations"
LOCK_NUMBER = 7_246_001  # any constant of ours; two processes that start at once migrate one after the other


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Upgrade to a revision, the newest one by default; safe to call from several processes at once."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
        command.upgrade(_config(connection), to)


def write_revision(engine: Engine, message: str, revision: str) -> None:
    """A new migration file from the difference between the models and the database."""
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=revision)


def is_current(engine: Engine) -> bool:
    """Whether the database is at the newest revision."""
    with engine.execution_options(**{READING: True}).connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return at == ScriptDirectory(str(FOLDER)).get_current_head()


def difference(engine: Engine) -> list[Any]:
    """What Alembic would change to make the database equal the models; empty when they agree."""
    register_all()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def ours(item: Any, name: str | None, kind: str, reflected: bool, _: Any) -> bool:
    """Leave out tables that the database has and our models never declared (DBOS keeps its own beside ours)."""
    return not (kind == "table" and reflected and name not in Base.metadata.tables)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config

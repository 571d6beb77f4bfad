"""Alembic's entry: runs on the connection that ``knowledge.store.migration`` hands in, on SQLite and PostgreSQL."""

from __future__ import annotations

from alembic import context

from knowledge.store.base import Base
from knowledge.store.migration import ours
from knowledge.store.models import register_all

register_all()


def run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        include_object=ours,
        render_as_batch=True,  # SQLite cannot alter a column in place
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

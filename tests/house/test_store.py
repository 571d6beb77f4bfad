"""Migrations and models say the same, on both databases."""

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import make_url

from api.worker.jobs import DBOS_TABLES, migrate_jobs
from knowledge.store.base import Base
from knowledge.store.migration import difference, is_current, migrate
from knowledge.store.models import register_all
from knowledge.store.sessions import make_engine


def test_the_migrations_make_exactly_the_tables_of_the_models(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    migrate(engine)
    try:
        assert difference(engine) == []
        assert is_current(engine)
    finally:
        engine.dispose()


def test_migrating_twice_changes_nothing_and_leaves_the_tables_of_dbos_alone(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    migrate(engine)
    migrate_jobs(empty_database_url)
    migrate(engine)
    try:
        assert difference(engine) == []
        assert _has_jobs(engine)
    finally:
        engine.dispose()


def test_no_table_of_ours_takes_a_name_of_dbos() -> None:
    register_all()
    assert set(Base.metadata.tables) & DBOS_TABLES == set()


def _has_jobs(engine: Engine) -> bool:
    schema = None if make_url(str(engine.url)).get_backend_name() == "sqlite" else "dbos"
    return "workflow_status" in inspect(engine).get_table_names(schema=schema)

"""Migrations and models say the same, on both databases."""

from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import make_url

from api.worker.jobs import DBOS_TABLES, migrate_jobs
from knowledge.store.base import Base
from knowledge.store.migration import difference, is_current, migrate
from knowledge.store.models import register_all
from knowledge.store.sessions import make_engine
from tests.conftest import NOON

FIRST_ROWS = (
    "INSERT INTO feedback_tickets (id, reference, account, citizen, kind, anonymous, status, submitted_at, updated_at,"
    " forward_state) VALUES ('t', 'F20261123-001', 'a', 'c', 'help', false, 'submitted', :now, :now, 'forwarded')",
    "INSERT INTO feedback_attachments (id, ticket_id, position, kind, media_id, state, name, media_type, sha256, size,"
    " added_at) VALUES ('x', 't', 1, 'image', 'm', 'pending', '', '', '', 0, :now)",
    "INSERT INTO feedback_attempts (ticket_id, number, at, outcome) VALUES ('t', 1, :now, 'accepted')",
)


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


def test_a_database_of_the_first_revision_keeps_its_tickets_and_files(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    try:
        migrate(engine, to="0001")
        with engine.begin() as connection:
            for statement in FIRST_ROWS:
                connection.execute(text(statement), {"now": NOON.isoformat(sep=" ")})
        migrate(engine)
        assert difference(engine) == []
        with engine.connect() as connection:
            for table in ("feedback_tickets", "feedback_attachments", "feedback_attempts"):
                assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1
    finally:
        engine.dispose()


def test_no_table_of_ours_takes_a_name_of_dbos() -> None:
    register_all()
    assert set(Base.metadata.tables) & DBOS_TABLES == set()


def _has_jobs(engine: Engine) -> bool:
    schema = None if make_url(str(engine.url)).get_backend_name() == "sqlite" else "dbos"
    return "workflow_status" in inspect(engine).get_table_names(schema=schema)

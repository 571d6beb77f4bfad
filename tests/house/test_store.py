"""Migrations and models say the same, on both databases."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from api.worker.jobs import DBOS_TABLES, migrate_jobs
from knowledge.curation.models import FaqVersion
from knowledge.faq.cells import row_of_entry
from knowledge.faq.queries import all_entries
from knowledge.faq.questions import Question
from knowledge.institutions.models import Institution
from knowledge.staff.models import StaffAccount, StaffGrant, StaffSession
from knowledge.store.base import Base
from knowledge.store.migration import difference, is_current, migrate
from knowledge.store.models import register_all
from knowledge.store.sessions import make_engine, make_sessions
from tests.conftest import NOON

FIRST_ROWS = (
    "INSERT INTO feedback_tickets (id, reference, account, citizen, kind, anonymous, status, submitted_at, updated_at,"
    " forward_state) VALUES ('t', 'F20261123-001', 'a', 'c', 'help', false, 'submitted', :now, :now, 'forwarded')",
    "INSERT INTO feedback_attachments (id, ticket_id, position, kind, media_id, state, name, media_type, sha256, size,"
    " added_at) VALUES ('x', 't', 1, 'image', 'm', 'pending', '', '', '', 0, :now)",
    "INSERT INTO feedback_attempts (ticket_id, number, at, outcome) VALUES ('t', 1, :now, 'accepted')",
)
SECOND_ROWS = (
    "INSERT INTO staff_accounts (id, name, password_hash, must_change, failures, created_at)"
    " VALUES ('s', 'admin', 'h', false, 0, :now)",
    "INSERT INTO staff_sessions (id, staff_id, started_at, seen_at) VALUES ('x', 's', :now, :now)",
    "INSERT INTO questions (account, asked_at, text, decision, confidence, base_version)"
    " VALUES ('a', :now, '怎么办？', 'none', 0, '1')",
    "INSERT INTO institution (id, name, name_key, aliases, former_names, updated_at)"
    " VALUES ('i', '图书馆', '图书馆', '[]', '[]', :now)",
    "INSERT INTO faq_entries (id, question, paraphrases, answer, category, audience, basis, valid_until, verified,"
    " article_confirmed, status, owner, version, updated_at) VALUES ('K1', '书丢了？', '[\"丢书\"]', '赔。', '', '',"
    " '[{\"law\": \"条例\", \"article\": \"\"}]', '2030-12-31', true, false, 'published', '', 3, :now)",
    "INSERT INTO knowledge_versions (kind, number, mark, changed_at) VALUES ('faq', 7, 'm', :now)",
)
AUDIT_ROW = (
    "INSERT INTO audit_events (position, at, actor, host, action, kind, object_id, reason, previous, digest)"
    " VALUES (1, '2026-11-23 04:00:00+00:00', 'a', '', 'x', 'x', 'x', 'r', '', 'd')"
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
        _run(engine, FIRST_ROWS)
        migrate(engine)
        assert difference(engine) == []
        with engine.connect() as connection:
            for table in ("feedback_tickets", "feedback_attachments", "feedback_attempts"):
                assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1
    finally:
        engine.dispose()


def test_a_database_of_the_second_revision_keeps_its_rows_and_somebody_can_administer(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    try:
        migrate(engine, to="0002")
        _run(engine, SECOND_ROWS)
        migrate(engine)
        assert difference(engine) == []
        with make_sessions(engine)() as session:
            account = session.scalars(select(StaffAccount)).one()
            assert (account.active, account.display_name, account.signed_in_at) == (True, "", None)
            grant = session.scalars(select(StaffGrant)).one()
            assert (grant.staff_id, grant.role, grant.region, grant.granted_at) == ("s", "admin", None, NOON)
            assert session.scalars(select(StaffSession.staff_id)).one() == "s"
            assert session.scalars(select(Question.text)).one() == "怎么办？"
            assert session.scalars(select(Institution.source)).one() == "file"
            assert [entry.id for entry in all_entries(session)] == ["K1"]
    finally:
        engine.dispose()


def test_the_second_revision_s_entries_become_their_first_version_to_look_up(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    try:
        migrate(engine, to="0002")
        _run(engine, SECOND_ROWS)
        migrate(engine)
        with make_sessions(engine)() as session:
            version = session.scalars(select(FaqVersion)).one()
            assert (version.entry_id, version.version, version.status, version.at) == ("K1", 3, "published", NOON)
            assert (version.base_number, version.by) == (7, "升级前")
            assert version.content == row_of_entry(all_entries(session)[0])
    finally:
        engine.dispose()


def test_the_audit_log_cannot_be_changed_whether_migrated_or_made_from_the_models(
    empty_database_url: str, engine: Engine
) -> None:
    migrated = make_engine(empty_database_url)
    try:
        migrate(migrated)
        for each in (migrated, engine):
            _run(each, (AUDIT_ROW,))
            for statement in ("UPDATE audit_events SET reason = 'x'", "DELETE FROM audit_events"):
                with pytest.raises(DatabaseError, match="append-only"):
                    _run(each, (statement,))
            with each.connect() as connection:
                assert connection.execute(text("SELECT reason FROM audit_events")).scalars().all() == ["r"]
    finally:
        migrated.dispose()


def test_no_table_of_ours_takes_a_name_of_dbos() -> None:
    register_all()
    assert set(Base.metadata.tables) & DBOS_TABLES == set()


def _run(engine: Engine, statements: Sequence[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), {"now": NOON.isoformat(sep=" ")} if ":now" in statement else {})


def _has_jobs(engine: Engine) -> bool:
    schema = None if make_url(str(engine.url)).get_backend_name() == "sqlite" else "dbos"
    return "workflow_status" in inspect(engine).get_table_names(schema=schema)

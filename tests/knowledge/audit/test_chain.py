"""The audit log: written last or not at all, without a gap, and every changed byte is found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit import chain
from knowledge.audit.chain import Head, head, verify
from knowledge.audit.events import Actor, masked, note
from knowledge.audit.models import AuditEvent
from knowledge.faq.models import VocabularyTerm

EDITOR = Actor(name="zhang", staff_id="s1", host="127.0.0.1")
THREADS, EACH = 8, 12

Note = Callable[..., None]


@pytest.fixture
def write(session: Session, now: datetime) -> Note:
    def write(action: str = "entry.saved", **more: object) -> None:
        given = {"actor": EDITOR, "kind": "entry", "object_id": "K1", "at": now, **more}
        note(session, action=action, **given)  # type: ignore[arg-type]

    return write


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)))


def change(session: Session, statement: str) -> None:
    """As somebody would who has the database in his hands and no respect for triggers."""
    if session.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS audit_events_no_{act}"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(statement))
    session.commit()


def test_what_is_noted_stands_there_after_the_commit_with_all_it_says(
    session: Session, write: Note, now: datetime
) -> None:
    write(before={"b": 1, "a": "旧"}, after={"a": "新"}, reason="改正")
    assert actions(session) == []
    session.commit()
    row = session.scalars(select(AuditEvent)).one()
    assert (row.position, row.at, row.actor, row.actor_id, row.host) == (1, now, "zhang", "s1", "127.0.0.1")
    assert (row.before, row.after, row.reason, row.previous) == ('{"a":"旧","b":1}', '{"a":"新"}', "改正", "")
    assert head(session) == Head(1, row.digest)


def test_a_rollback_forgets_the_note_with_what_was_done(session: Session, write: Note, now: datetime) -> None:
    session.add(VocabularyTerm(kind="word", word="词", changed_at=now))
    write("word.added")
    session.rollback()
    write("word.dropped")
    session.commit()
    assert actions(session) == ["word.dropped"]


def test_a_session_closed_without_a_word_leaves_no_note_to_its_next_user(session: Session, write: Note) -> None:
    session.execute(text("SELECT 1"))
    write("word.added")
    session.close()
    session.commit()
    assert actions(session) == []


def test_a_savepoint_taken_back_takes_only_its_own_notes_along(session: Session, write: Note) -> None:
    write("one")
    with session.begin_nested():
        write("two")
    lost = session.begin_nested()
    write("three")
    with session.begin_nested():
        write("four")
    lost.rollback()
    write("five")
    assert session.scalars(select(AuditEvent)).all() == []
    session.commit()
    assert actions(session) == ["one", "two", "five"]


def test_what_a_released_savepoint_noted_is_forgotten_with_the_whole(session: Session, write: Note) -> None:
    with session.begin_nested():
        write("one")
    session.rollback()
    session.commit()
    assert actions(session) == []


def test_where_the_note_cannot_be_written_nothing_is_done(
    session: Session, write: Note, now: datetime, engine: Engine
) -> None:
    session.add(VocabularyTerm(kind="word", word="词", changed_at=now))
    write("x" * 41 if engine.dialect.name == "postgresql" else "x")
    if engine.dialect.name == "sqlite":  # which takes any length; there the table is made unwritable
        session.execute(
            text("CREATE TRIGGER no_more BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    with pytest.raises(DatabaseError):
        session.commit()
    session.rollback()
    assert session.scalars(select(VocabularyTerm)).all() == []


def test_passwords_secrets_and_sealed_columns_are_left_out_at_any_depth() -> None:
    given = {"name": "甲", "password_hash": "h", "phone_sealed": b"x", "list": [{"secret": "s", "kept": 1}]}
    assert masked(given) == {"name": "甲", "list": [{"kept": 1}]}


def test_a_number_of_a_person_in_the_reason_is_masked_and_long_words_are_cut(session: Session, write: Note) -> None:
    write(reason="李四来电 13812345678 说不对\0" + "长" * 600, object_id="K" * 70)
    session.commit()
    row = session.scalars(select(AuditEvent)).one()
    assert "138" not in row.reason
    assert len(row.reason) == 500
    assert row.object_id == "K" * 64
    assert verify(session).broken_at is None


def test_threads_that_write_at_once_leave_no_gap(sessions: sessionmaker[Session], now: datetime) -> None:
    together, failed = threading.Barrier(THREADS), []

    def work(number: int) -> None:
        together.wait()
        for turn in range(EACH):
            try:
                with sessions.begin() as own:
                    session_notes(own, f"{number}.{turn}", now)
            except Exception as error:  # noqa: BLE001 – any would be a finding
                failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with sessions() as session:
        checked = verify(session)
        assert (checked.count, checked.broken_at) == (THREADS * EACH * 2, None)
        written = list(session.scalars(select(AuditEvent.object_id).order_by(AuditEvent.position)))
        assert written[::2] == written[1::2]  # the two notes of one transaction stand side by side
        assert len(set(written)) == THREADS * EACH


def session_notes(session: Session, object_id: str, now: datetime) -> None:
    for action in ("one", "two"):
        note(session, actor=EDITOR, action=action, kind="entry", object_id=object_id, at=now)


def test_the_database_refuses_to_change_or_delete_a_row(session: Session, write: Note, engine: Engine) -> None:
    write()
    session.commit()
    statements = ["UPDATE audit_events SET reason = ''", "DELETE FROM audit_events"]
    if engine.dialect.name == "postgresql":
        statements.append("TRUNCATE audit_events")
    for statement in statements:
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(statement))
        session.rollback()
    assert actions(session) == ["entry.saved"]


def test_an_empty_log_is_in_order(session: Session) -> None:
    assert verify(session) == chain.Verified(0, Head())


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_events SET reason = 'x' WHERE position = 3", 3),
        ("UPDATE audit_events SET after = '{\"a\": 1}' WHERE position = 3", 3),
        ("UPDATE audit_events SET at = '2026-11-23 04:00:00.000001+00:00' WHERE position = 3", 3),
        ("UPDATE audit_events SET actor_id = NULL WHERE position = 1", 1),
        ("UPDATE audit_events SET digest = 'x' WHERE position = 5", 5),
        ("DELETE FROM audit_events WHERE position = 3", 3),
        ("DELETE FROM audit_events WHERE position = 5", 5),
        ("DELETE FROM audit_events WHERE position > 2", 3),
        ("DELETE FROM audit_events", 1),
        ("DELETE FROM audit_head", 1),
        ("UPDATE audit_head SET digest = 'x'", 5),
        ("UPDATE audit_head SET position = 4", 5),
        (
            "INSERT INTO audit_events SELECT 6, at, actor_id, actor, host, action, kind, object_id, before, after,"
            " reason, previous, digest FROM audit_events WHERE position = 5",
            6,
        ),
    ],
)
@pytest.mark.parametrize("page", [chain.PAGE, 2])
def test_whatever_is_changed_is_found_at_its_place(
    session: Session, write: Note, monkeypatch: pytest.MonkeyPatch, statement: str, broken_at: int, page: int
) -> None:
    monkeypatch.setattr(chain, "PAGE", page)
    for number in range(5):
        write(f"entry.{number}", after={"a": number})
    session.commit()
    assert verify(session).broken_at is None
    change(session, statement)
    assert verify(session).broken_at == broken_at


def test_a_moment_that_is_none_any_more_is_found_too(session: Session, write: Note, engine: Engine) -> None:
    unreadable = {"sqlite": "noon", "postgresql": "infinity"}[engine.dialect.name]
    for _ in range(5):
        write()
    session.commit()
    change(session, f"UPDATE audit_events SET at = '{unreadable}' WHERE position = 4")
    found = verify(session)
    assert (found.count, found.broken_at) == (3, 4)


def test_a_part_can_be_verified_from_a_position_on(session: Session, write: Note) -> None:
    for _ in range(5):
        write()
    session.commit()
    change(session, "UPDATE audit_events SET reason = 'x' WHERE position = 2")
    assert verify(session, since=4) == chain.Verified(2, head(session))
    assert verify(session, since=6) == chain.Verified(0, head(session))
    assert verify(session, since=2).broken_at == 2


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
moments = st.datetimes(timezones=st.just(UTC))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(reason=words, name=words, at=moments, after=st.dictionaries(words, words | st.integers(-9, 9) | st.none()))
def test_what_comes_back_from_the_database_has_the_digest_it_was_written_with(
    session: Session, reason: str, name: str, at: datetime, after: dict[str, object]
) -> None:
    actor = Actor(name=name)
    note(session, actor=actor, action="x", kind="x", object_id=name, at=at, after=after, reason=reason)
    session.commit()
    assert verify(session).broken_at is None

"""The worker itself: killed and replaced, stopped and started, and what it leaves in DBOS's tables."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session, sessionmaker

from api.platform.reference import Failure
from api.worker.jobs import DBOS_TABLES, SCHEMA, migrate_jobs
from api.worker.worker import Rhythm, Worker
from knowledge.feedback.kinds import ForwardState
from knowledge.store.base import Base
from knowledge.store.sessions import make_engine
from knowledge.workers import heartbeats
from tests.api.live import wait_until
from tests.api.worker.conftest import RHYTHM, Desk, Platform, WeChat
from tests.api.worker.dbos_tables import every_value, prefix
from tests.api.worker.pictures import photo

StartWorker = Callable[..., Worker]
ROOT = Path(__file__).parents[3]
TEST_SECRET = "a secret only for tests, long enough to be one"  # that of the fixture ``vault``


def pending(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        counted = f"SELECT count(*) FROM {prefix(session)}workflow_status WHERE status = 'PENDING'"
        return int(session.execute(text(counted)).scalar_one())


def test_a_worker_killed_while_sending_is_replaced_and_one_record_stands_there(
    desk: Desk, platform: Platform, start_worker: StartWorker, database_url: str, sessions: sessionmaker[Session]
) -> None:
    platform.failures.slow_seconds = 60.0
    platform.failures.next(Failure.ACCEPTS_SILENTLY)
    command = [sys.executable, "-m", "tests.api.worker.killed_worker", database_url, platform.url, TEST_SECRET]
    doomed = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert doomed.stdout is not None
        assert doomed.stdout.readline() == b"working\n"
        ticket_id = desk.file()
        wait_until(lambda: len(platform.filed()) == 1)  # it has arrived, and the answer is still on its way
    finally:
        doomed.kill()
        doomed.communicate()
    assert desk.ticket(ticket_id).forward_state == ForwardState.SENDING
    assert pending(sessions) == 1
    start_worker(platform.url)
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    assert [a.outcome for a in desk.attempts(ticket_id)] == ["found"]
    assert platform.filed() == [desk.ticket(ticket_id).reference]
    wait_until(lambda: pending(sessions) == 0)


def test_a_worker_that_only_pauses_is_not_robbed_before_its_time(
    desk: Desk, platform: Platform, start_worker: StartWorker, sessions: sessionmaker[Session]
) -> None:
    worker = start_worker(platform.url)
    with sessions.begin() as session:
        heartbeats.beat(session, executor="a slow neighbour", at=datetime.now(UTC))
    assert worker.take_over() == 0
    with sessions() as session:
        assert "a slow neighbour" in heartbeats.live_workers(
            session, seen_since=datetime.now(UTC) - timedelta(seconds=1)
        )


def test_stopping_leaves_no_thread_and_a_later_worker_goes_on(
    desk: Desk, platform: Platform, start_worker: StartWorker
) -> None:
    first = start_worker(platform.url)
    done = desk.file()
    desk.await_state(done, ForwardState.FORWARDED)
    first.stop()
    first.stop()  # once more does nothing
    left = [t.name for t in threading.enumerate() if "dbos" in t.name.lower() or t.name.startswith("worker-")]
    assert left == []
    waiting = desk.file(text="停机时提交的反馈")
    assert desk.ticket(waiting).forward_state == ForwardState.WAITING
    start_worker(platform.url)
    desk.await_state(waiting, ForwardState.FORWARDED)
    assert len(platform.filed()) == 2


def test_stopping_in_the_middle_of_a_send_loses_nothing(
    desk: Desk, platform: Platform, start_worker: StartWorker
) -> None:
    platform.failures.next(Failure.SLOW)
    first = start_worker(platform.url)
    ticket_id = desk.file()
    wait_until(lambda: desk.ticket(ticket_id).forward_state == ForwardState.SENDING)
    first.stop()
    start_worker(platform.url)
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    wait_until(lambda: len(platform.filed()) == 1)


def test_jobs_hold_ids_and_counts_and_nothing_a_citizen_wrote(
    desk: Desk, platform: Platform, start_worker: StartWorker, sessions: sessionmaker[Session], wechat: WeChat
) -> None:
    wechat.files = {"media": photo()}
    platform.failures.next(Failure.ERROR, Failure.HTML, Failure.REFUSES)
    start_worker(platform.url)
    ticket_id = desk.file(text="我叫张三丰，电话13812345678，住在幸福里", media=("media",))
    desk.await_state(ticket_id, ForwardState.REFUSED)
    with sessions() as session:
        kept = every_value(session)
        arguments = session.execute(text(f"SELECT inputs FROM {prefix(session)}workflow_input")).scalars().all()
    assert arguments
    assert not [value for value in kept for said in ("张三丰", "13812345678", "幸福里", "o-citizen") if said in value]
    for argument in arguments:
        assert len(argument) < 100
        assert '"namedArgs":{}' in argument


def test_what_ended_long_ago_is_deleted(desk: Desk, platform: Platform, start_worker: StartWorker) -> None:
    worker = start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    wait_until(lambda: len(DBOS.list_workflows(status="SUCCESS")) == 1)
    assert worker.prune() == 0
    worker.stop()
    eager = start_worker(platform.url, rhythm=Rhythm(polling=RHYTHM.polling, kept=timedelta(seconds=-5)))
    assert eager.prune() == 1
    assert DBOS.list_workflows() == []


def test_dbos_makes_its_tables_where_we_say_and_none_of_ours_has_such_a_name(empty_database_url: str) -> None:
    migrate_jobs(empty_database_url)
    migrate_jobs(empty_database_url)
    engine = make_engine(empty_database_url)
    if engine.dialect.name == "postgresql":
        assert set(inspect(engine).get_table_names(schema=SCHEMA)) >= DBOS_TABLES
        assert inspect(engine).get_table_names() == []
    else:
        assert set(inspect(engine).get_table_names()) == DBOS_TABLES
    engine.dispose()
    assert not DBOS_TABLES & set(Base.metadata.tables)


def test_a_ticket_that_no_key_opens_is_shown_to_staff_at_once(
    desk: Desk,
    platform: Platform,
    start_worker: StartWorker,
    sessions: sessionmaker[Session],
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticket_id = desk.file(text="秘密的正文")
    with sessions.begin() as session:
        session.execute(
            text("UPDATE feedback_tickets SET text_sealed = :damaged WHERE id = :id"),
            {"damaged": b"\x01damaged beyond repair, long enough to be opened", "id": ticket_id},
        )
    start_worker(platform.url)
    desk.await_state(ticket_id, ForwardState.REFUSED)
    [only] = desk.attempts(ticket_id)
    assert only.outcome == "refused"
    assert only.detail is not None
    assert "BST_SECRET_KEY" in only.detail
    assert platform.filed() == []
    assert "秘密" not in caplog.text

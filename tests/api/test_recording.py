"""Questions are recorded in batches, in the background, and none is lost on a clean stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session, sessionmaker
from structlog.testing import capture_logs

from api.recording import BatchRecorder
from knowledge.faq.questions import Question, QuestionRecord
from tests.conftest import NOON


def record(asked: str = "怎么年检") -> QuestionRecord:
    return QuestionRecord(
        account="default",
        region=None,
        asked_at=NOON,
        text=asked,
        decision="none",
        entry_id=None,
        confidence=0.0,
        base_version="1",
    )


def later() -> datetime:
    """12.6 ms after the question."""
    return NOON + timedelta(microseconds=12_600)


def written(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Question)) or 0


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def recorder(sessions: sessionmaker[Session]) -> Iterator[BatchRecorder]:
    made = BatchRecorder(sessions, clock=later, flush_seconds=0.05, retry_seconds=0.05)
    yield made
    made.stop(1)


def rename(engine: Engine, old: str, new: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_a_record_is_written_a_little_later_without_anybody_waiting(
    recorder: BatchRecorder, sessions: sessionmaker[Session]
) -> None:
    recorder.start()
    recorder.record(record())

    until(lambda: written(sessions) == 1)
    assert recorder.waiting == 0


@pytest.mark.parametrize(("took", "kept"), [(0.0004, 0), (0.0126, 13), (4.2, 4200), (-3.0, 0)])
def test_a_record_tells_how_long_its_answer_took(sessions: sessionmaker[Session], took: float, kept: int) -> None:
    recorder = BatchRecorder(sessions, clock=lambda: NOON + timedelta(seconds=took))
    recorder.record(record())
    recorder.start()
    recorder.stop()
    with sessions() as session:
        assert session.scalars(select(Question.milliseconds)).all() == [kept]


def test_many_records_go_in_few_transactions(
    engine: Engine, recorder: BatchRecorder, sessions: sessionmaker[Session]
) -> None:
    commits: list[int] = []
    event.listen(engine, "commit", lambda _: commits.append(1))
    for _ in range(1000):
        recorder.record(record())
    recorder.start()

    until(lambda: recorder.waiting == 0)
    assert len(commits) <= 6
    assert written(sessions) == 1000


def test_a_clean_stop_loses_nothing(sessions: sessionmaker[Session]) -> None:
    recorder = BatchRecorder(sessions, clock=later, flush_seconds=60)
    recorder.start()
    for _ in range(350):
        recorder.record(record())

    assert recorder.stop() == 0
    assert written(sessions) == 350


def test_a_database_that_fails_is_asked_again(
    engine: Engine, recorder: BatchRecorder, sessions: sessionmaker[Session]
) -> None:
    rename(engine, "questions", "elsewhere")
    recorder.start()
    for _ in range(3):
        recorder.record(record())
    time.sleep(0.2)
    assert recorder.waiting == 3

    rename(engine, "elsewhere", "questions")
    until(lambda: written(sessions) == 3)


def test_a_stop_with_the_database_away_ends_and_tells_how_many_are_lost(
    engine: Engine, sessions: sessionmaker[Session]
) -> None:
    rename(engine, "questions", "elsewhere")
    recorder = BatchRecorder(sessions, clock=later, flush_seconds=0.05, retry_seconds=0.05)
    recorder.start()
    recorder.record(record())

    assert recorder.stop(0.3) == 1
    rename(engine, "elsewhere", "questions")


def test_a_full_queue_drops_and_counts_instead_of_making_an_answer_wait(sessions: sessionmaker[Session]) -> None:
    recorder = BatchRecorder(sessions, clock=later, most_waiting=10)

    began = time.monotonic()
    for _ in range(25):
        recorder.record(record())

    assert time.monotonic() - began < 0.1
    assert (recorder.waiting, recorder.dropped) == (10, 15)


def test_a_record_that_the_database_refuses_is_not_in_the_way_of_the_others(
    recorder: BatchRecorder, sessions: sessionmaker[Session]
) -> None:
    for asked in ("一", "\x00", "二"):
        recorder.record(record(asked))
    recorder.start()

    until(lambda: recorder.waiting == 0)
    assert written(sessions) + recorder.dropped == 3
    assert written(sessions) >= 2


def test_each_answer_leaves_one_line_in_the_log_without_a_word_of_the_question(
    sessions: sessionmaker[Session],
) -> None:
    recorder = BatchRecorder(sessions, clock=later)

    with capture_logs() as lines:
        recorder.record(replace(record("怎么年检"), decision="answer", entry_id="NB01", confidence=0.98765))

    assert lines == [
        {
            "event": "answered",
            "log_level": "info",
            "account": "default",
            "decision": "answer",
            "entry": "NB01",
            "confidence": 0.988,
            "base": "1",
        }
    ]

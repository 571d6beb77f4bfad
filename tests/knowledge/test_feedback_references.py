"""Ticket numbers are unique however many workers file at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.feedback.references import next_reference, read_reference
from tests.conftest import NOON

WORKERS, EACH = 8, 15


def test_numbers_given_out_by_many_threads_at_once_are_all_different(sessions: sessionmaker[Session]) -> None:
    def take(_: int) -> list[str]:
        taken = []
        for _ in range(EACH):
            with sessions.begin() as session:
                taken.append(next_reference(session, now=NOON))
        return taken

    with ThreadPoolExecutor(WORKERS) as pool:
        numbers = [number for taken in pool.map(take, range(WORKERS)) for number in taken]
    assert sorted(numbers) == [f"F20261123-{n:03d}" for n in range(1, WORKERS * EACH + 1)]


def test_a_number_of_a_transaction_that_failed_leaves_no_double(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        assert next_reference(session, now=NOON) == "F20261123-001"
        session.rollback()
    with sessions.begin() as session:
        assert next_reference(session, now=NOON) == "F20261123-001"
    with sessions.begin() as session:
        assert next_reference(session, now=NOON) == "F20261123-002"


def test_the_day_is_shanghais(session: Session) -> None:
    assert next_reference(session, now=datetime(2026, 11, 23, 15, 59, tzinfo=UTC)).startswith("F20261123-")
    assert next_reference(session, now=datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == "F20261124-001"


def test_the_thousandth_number_has_four_digits_and_is_read_back(session: Session) -> None:
    numbers = [next_reference(session, now=NOON) for _ in range(1001)]
    assert numbers[-1] == "F20261123-1001"
    for number in (numbers[0], numbers[-1]):
        assert re.fullmatch(r"F[0-9]{8}-?[0-9]{3,}", number)
        assert read_reference(f"进度 {number}") == number
        assert read_reference(number.replace("-", "")) == number


@pytest.mark.parametrize("text", ["", "进度", "F1234", "20261123-001", "F2026112-1"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_reference(text) is None

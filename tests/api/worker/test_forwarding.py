"""A ticket reaches the platform once, whatever the platform does on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from api.platform.reference import Failure
from api.worker.jobs import DbosJobs
from api.worker.worker import Worker
from knowledge.feedback.kinds import ForwardState
from tests.api.live import LiveServer, free_port, wait_until
from tests.api.worker.conftest import SECRET, TOKEN, Desk, Platform

StartWorker = Callable[..., Worker]


def test_a_ticket_arrives_at_the_platform_and_says_so(
    desk: Desk, platform: Platform, start_worker: StartWorker
) -> None:
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    ticket = desk.ticket(ticket_id)
    assert platform.filed() == [ticket.reference]
    assert ticket.platform_id
    assert [(a.outcome, a.status) for a in desk.attempts(ticket_id)] == [("accepted", 201)]

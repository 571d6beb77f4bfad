"""What was added to a ticket follows it to the platform once and in order, whatever the platform does on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.platform.client import PlatformClient
from api.platform.reference import Failure, tables
from api.worker.attempts import ATTACHMENT_PAUSE
from api.worker.forwarding_entries import LONGEST_WAIT, ForwardEntry
from api.worker.turns import Again
from api.worker.worker import Worker
from bot.client.errors import Transient
from knowledge.feedback.draft_content import DraftMedia
from knowledge.feedback.entries import add_entry
from knowledge.feedback.kinds import AttachmentKind, ForwardState
from knowledge.feedback.models import Ticket, TicketEntry
from tests.api.live import wait_until
from tests.api.worker.conftest import Desk, Platform, WeChat
from tests.api.worker.pictures import photo

StartWorker = Callable[..., Worker]


@dataclass
class Additions:
    """Adds to tickets as the handlers do, and looks at what became of it."""

    desk: Desk
    platform: Platform

    def add(self, ticket_id: str, text: str | None, *media: str) -> str:
        files = [DraftMedia(AttachmentKind.IMAGE, one) for one in media]
        with self.desk.sessions.begin() as session:
            added = add_entry(
                session, ticket_id=ticket_id, text=text, media=files, at=datetime.now(UTC), vault=self.desk.vault
            )
            assert added.entry_id is not None
            for attachment_id in added.attachment_ids:
                self.desk.jobs.enqueue(session, "fetch_attachment", attachment_id)
            self.desk.jobs.enqueue(session, "forward_entry", added.entry_id)
        return added.entry_id

    def await_state(self, entry_id: str, state: ForwardState) -> None:
        def reached() -> bool:
            with self.desk.sessions() as session:
                return session.get_one(TicketEntry, entry_id).forward_state == state

        reached.__name__ = f"entry in state {state}"
        wait_until(reached)

    def received(self) -> list[dict[str, Any]]:
        ordered = select(tables.entry).order_by(tables.entry.c.received_at, tables.entry.c.id)
        with self.platform.engine.begin() as connection:
            return [dict(row) for row in connection.execute(ordered).mappings()]

    def outcomes(self, ticket_id: str, entry_id: str) -> list[tuple[str, int | None]]:
        return [(a.outcome, a.status) for a in self.desk.attempts(ticket_id) if a.entry_id == entry_id]


@pytest.fixture
def additions(desk: Desk, platform: Platform) -> Additions:
    return Additions(desk, platform)


@pytest.fixture
def forwarded(desk: Desk, platform: Platform, start_worker: StartWorker) -> str:
    """A ticket that is at the platform, and a worker that runs."""
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    return ticket_id


def test_a_picture_added_to_a_forwarded_ticket_reaches_the_platform(
    additions: Additions, platform: Platform, wechat: WeChat, forwarded: str
) -> None:
    wechat.files = {"late": Transient("稍后再试"), "lapsed-not": photo()}
    entry_id = additions.add(forwarded, None, "late", "lapsed", "lapsed-not")
    wait_until(lambda: wechat.asked >= 4)
    wechat.files["late"] = photo()
    additions.await_state(entry_id, ForwardState.FORWARDED)
    [received] = additions.received()
    assert (received["key"], received["kind"], received["text"]) == (entry_id, "message", "")
    late, lapsed, there = platform.attachments()
    assert late is not None
    assert lapsed is None
    assert there is not None


@pytest.mark.parametrize(
    ("failures", "seen"),
    [
        ([Failure.DOWN, Failure.ERROR], [("retry", 503), ("retry", 500), ("accepted", 201)]),
        ([Failure.BUSY], [("retry", 429), ("accepted", 201)]),
        ([Failure.HTML], [("unclear", 200), ("accepted", 201)]),
        ([Failure.HALF_BODY], [("unclear", None), ("accepted", 200)]),
        ([Failure.ACCEPTS_SILENTLY, Failure.ERROR], [("unclear", None), ("retry", 500), ("accepted", 200)]),
    ],
)
def test_whatever_the_platform_does_one_entry_stands_there(
    additions: Additions,
    platform: Platform,
    forwarded: str,
    failures: list[Failure],
    seen: list[tuple[str, int | None]],
) -> None:
    platform.failures.retry_after = "0"
    platform.failures.next(*failures)
    entry_id = additions.add(forwarded, "是三号窗口")
    additions.await_state(entry_id, ForwardState.FORWARDED)
    assert additions.outcomes(forwarded, entry_id) == seen
    assert [one["text"] for one in additions.received()] == ["是三号窗口"]


def test_what_is_added_before_the_feedback_arrived_follows_it_in_order(
    additions: Additions, desk: Desk, platform: Platform, start_worker: StartWorker
) -> None:
    ticket_id = desk.file()
    added = [additions.add(ticket_id, f"补充{number}") for number in range(3)]
    platform.failures.next(Failure.DOWN)
    start_worker(platform.url)
    for entry_id in added:
        additions.await_state(entry_id, ForwardState.FORWARDED)
    assert [one["text"] for one in additions.received()] == ["补充0", "补充1", "补充2"]


def test_a_refused_entry_shows_the_reason_and_staff_can_send_it_again(
    additions: Additions, desk: Desk, platform: Platform, sessions: sessionmaker[Session], forwarded: str
) -> None:
    platform.failures.next(Failure.REFUSES)
    entry_id = additions.add(forwarded, "是三号窗口")
    additions.await_state(entry_id, ForwardState.REFUSED)
    assert "平台不受理" in (desk.attempts(forwarded)[-1].detail or "")
    with sessions.begin() as session:
        assert desk.jobs.send_again(session, ticket_id=forwarded, at=datetime.now(UTC))
    additions.await_state(entry_id, ForwardState.FORWARDED)
    assert len(additions.received()) == 1
    with sessions.begin() as session:
        assert not desk.jobs.send_again(session, ticket_id=forwarded, at=datetime.now(UTC))
        assert session.get_one(Ticket, forwarded).entries_state == ForwardState.FORWARDED


def test_sending_a_refused_ticket_again_sends_what_was_added_too(
    additions: Additions, desk: Desk, platform: Platform, start_worker: StartWorker, sessions: sessionmaker[Session]
) -> None:
    platform.failures.next(Failure.REFUSES)
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.REFUSED)
    entry_id = additions.add(ticket_id, "是三号窗口")
    with sessions.begin() as session:
        assert desk.jobs.send_again(session, ticket_id=ticket_id, at=datetime.now(UTC))
    additions.await_state(entry_id, ForwardState.FORWARDED)
    assert len(platform.filed()) == 1


def test_after_the_last_try_it_stops_and_says_what_to_do(
    additions: Additions, desk: Desk, platform: Platform, forwarded: str
) -> None:
    platform.failures.lasting = Failure.ERROR
    entry_id = additions.add(forwarded, "是三号窗口")
    additions.await_state(entry_id, ForwardState.REFUSED)
    assert "再次发送" in (desk.attempts(forwarded)[-1].detail or "")


def test_without_a_platform_what_was_added_stays_at_the_desk(
    additions: Additions, desk: Desk, start_worker: StartWorker
) -> None:
    start_worker(None)
    ticket_id = desk.file()
    additions.await_state(additions.add(ticket_id, "是三号窗口"), ForwardState.DESK)
    assert desk.attempts(ticket_id) == []


def test_the_longer_it_has_waited_for_its_ticket_the_longer_it_waits(
    additions: Additions, desk: Desk, sessions: sessionmaker[Session]
) -> None:
    ticket_id = desk.file()
    entry_id = additions.add(ticket_id, "是三号窗口")
    with sessions() as session:
        added_at = session.get_one(TicketEntry, entry_id).added_at

    def waits(clock: datetime) -> Again | None:
        with httpx.Client() as http:
            platform = PlatformClient("http://127.0.0.1:9/v1", "t", http=http)
            job = ForwardEntry(sessions=sessions, vault=desk.vault, platform=platform, clock=lambda: clock)
            return job.run(entry_id)

    assert waits(added_at) == Again(counts=False, after=ATTACHMENT_PAUSE)
    assert waits(added_at + LONGEST_WAIT) == Again(counts=False, after=LONGEST_WAIT / 2)
    assert waits(added_at + 100 * LONGEST_WAIT) == Again(counts=False, after=LONGEST_WAIT)

"""A ticket reaches the platform once, whatever the platform does on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from api.platform.reference import Failure, reference_platform
from api.worker.turns import Growing
from api.worker.worker import Worker
from bot.client.errors import Transient
from knowledge.feedback.kinds import ForwardState
from knowledge.feedback.models import TicketBody
from tests.api.live import LiveServer, free_port, wait_until
from tests.api.worker.conftest import PAUSES, QUICK, SECRET, TOKEN, Desk, Platform, WeChat
from tests.api.worker.pictures import photo
from tests.api.worker.quick_jobs import Pauses

StartWorker = Callable[..., Worker]


def outcomes(desk: Desk, ticket_id: str) -> list[tuple[str, int | None]]:
    return [(a.outcome, a.status) for a in desk.attempts(ticket_id)]


def test_a_ticket_arrives_at_the_platform_and_says_so(
    desk: Desk, platform: Platform, start_worker: StartWorker
) -> None:
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    ticket = desk.ticket(ticket_id)
    assert platform.filed() == [ticket.reference]
    assert ticket.platform_id
    assert outcomes(desk, ticket_id) == [("accepted", 201)]


@pytest.mark.parametrize(
    ("failures", "seen"),
    [
        ([Failure.DOWN, Failure.ERROR], [("retry", 503), ("retry", 500), ("accepted", 201)]),
        ([Failure.BUSY], [("retry", 429), ("accepted", 201)]),
        ([Failure.HTML], [("unclear", 200), ("accepted", 201)]),
        ([Failure.HALF_BODY], [("unclear", None), ("found", 200)]),
        ([Failure.ACCEPTS_SILENTLY], [("unclear", None), ("found", 200)]),
        (
            [Failure.ACCEPTS_SILENTLY, Failure.ERROR, Failure.HTML],
            [("unclear", None), ("retry", 500), ("unclear", 200), ("found", 200)],
        ),
    ],
)
def test_whatever_the_platform_does_one_record_stands_there_and_the_ticket_is_right(
    desk: Desk,
    platform: Platform,
    start_worker: StartWorker,
    failures: list[Failure],
    seen: list[tuple[str, int | None]],
) -> None:
    platform.failures.retry_after = "0"
    platform.failures.next(*failures)
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    assert outcomes(desk, ticket_id) == seen
    assert platform.filed() == [desk.ticket(ticket_id).reference]


def test_a_slow_platform_that_files_it_late_after_we_gave_up_still_has_one_record(
    desk: Desk, platform: Platform, start_worker: StartWorker
) -> None:
    platform.failures.next(Failure.SLOW)
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    assert outcomes(desk, ticket_id)[0] == ("unclear", None)
    wait_until(lambda: platform.filed() == [desk.ticket(ticket_id).reference])


def test_a_platform_that_is_not_there_is_tried_until_it_is(
    desk: Desk, platform_engine: Engine, start_worker: StartWorker
) -> None:
    port = free_port()
    pauses = Pauses(forward=Growing(timedelta(0), timedelta(0), tries=10_000))
    start_worker(f"http://127.0.0.1:{port}/v1", pauses=pauses)
    ticket_id = desk.file()
    wait_until(lambda: len(desk.attempts(ticket_id)) >= 2)
    app = reference_platform(platform_engine, token=TOKEN, callback_url=None, callback_secret=SECRET)
    with LiveServer(app, port=port):
        desk.await_state(ticket_id, ForwardState.FORWARDED)
    assert outcomes(desk, ticket_id)[0] == ("retry", None)


def test_a_refusal_stops_and_shows_the_platforms_reason(
    desk: Desk, platform: Platform, start_worker: StartWorker
) -> None:
    platform.failures.next(Failure.REFUSES)
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.REFUSED)
    [only] = desk.attempts(ticket_id)
    assert (only.outcome, only.status) == ("refused", 422)
    assert only.detail is not None
    assert "平台不受理" in only.detail
    assert platform.filed() == []


def test_staff_can_send_a_refused_ticket_again_and_it_asks_first(
    desk: Desk, platform: Platform, start_worker: StartWorker, sessions: sessionmaker[Session]
) -> None:
    platform.failures.next(Failure.REFUSES)
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.REFUSED)
    with sessions.begin() as session:
        assert desk.jobs.send_again(session, ticket_id=ticket_id, at=datetime.now(UTC))
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    assert platform.filed() == [desk.ticket(ticket_id).reference]
    with sessions.begin() as session:
        assert not desk.jobs.send_again(session, ticket_id=ticket_id, at=datetime.now(UTC))
        assert not desk.jobs.send_again(session, ticket_id="no-such-ticket", at=datetime.now(UTC))


def test_sending_again_what_is_there_already_files_nothing_twice(
    desk: Desk, platform: Platform, start_worker: StartWorker, sessions: sessionmaker[Session]
) -> None:
    platform.failures.next(*[Failure.ACCEPTS_SILENTLY] + [Failure.ERROR] * 7)
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.REFUSED)  # given up after eight tries
    with sessions.begin() as session:
        assert desk.jobs.send_again(session, ticket_id=ticket_id, at=datetime.now(UTC))
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    assert outcomes(desk, ticket_id)[-1] == ("found", 200)
    assert len(platform.filed()) == 1


def test_after_the_last_try_it_stops_and_says_what_to_do(
    desk: Desk, platform: Platform, start_worker: StartWorker
) -> None:
    platform.failures.lasting = Failure.ERROR
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.REFUSED)
    seen = desk.attempts(ticket_id)
    assert [a.outcome for a in seen] == ["retry"] * QUICK.tries + ["refused"]
    assert seen[-1].detail is not None
    assert "再次发送" in seen[-1].detail


def test_the_platforms_wish_to_wait_is_honoured(desk: Desk, platform: Platform, start_worker: StartWorker) -> None:
    platform.failures.retry_after = "2"
    platform.failures.next(Failure.BUSY)
    start_worker(platform.url)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    first, second = desk.attempts(ticket_id)
    assert second.at - first.at >= timedelta(seconds=2)


def test_every_retry_sends_the_same_bytes_though_the_ticket_changed_meanwhile(
    desk: Desk, platform: Platform, start_worker: StartWorker, sessions: sessionmaker[Session]
) -> None:
    platform.failures.lasting = Failure.ERROR
    start_worker(platform.url, pauses=Pauses(forward=Growing(timedelta(0), timedelta(0), tries=10_000)))
    ticket_id = desk.file()
    wait_until(lambda: len(desk.attempts(ticket_id)) >= 1)
    with sessions.begin() as session:
        ticket = desk.ticket(ticket_id)
        ticket.region = "110101"
        session.merge(ticket)
        frozen = session.execute(select(TicketBody.sha256)).scalar_one()
    platform.failures.heal()
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    with platform.engine.begin() as connection:
        from api.platform.reference import tables

        assert connection.execute(select(tables.feedback.c.region)).scalar_one() == "110108"
    with sessions() as session:
        assert session.execute(select(TicketBody.sha256)).scalar_one() == frozen


def test_without_a_platform_feedback_stays_at_the_desk(desk: Desk, start_worker: StartWorker) -> None:
    start_worker(None)
    ticket_id = desk.file()
    desk.await_state(ticket_id, ForwardState.DESK)
    assert desk.attempts(ticket_id) == []


def test_it_waits_for_its_pictures_and_sends_what_could_be_had(
    desk: Desk, platform: Platform, start_worker: StartWorker, wechat: WeChat
) -> None:
    wechat.files = {"there": photo(), "late": Transient("稍后再试")}
    start_worker(platform.url)
    ticket_id = desk.file(media=("there", "lapsed", "late"))
    wait_until(lambda: wechat.asked >= 4)
    wechat.files["late"] = photo(60, 40)
    desk.await_state(ticket_id, ForwardState.FORWARDED)
    first, lapsed, late = platform.attachments()
    assert first is not None
    assert late is not None
    assert lapsed is None


def test_a_rolled_back_ticket_leaves_no_job(
    desk: Desk, platform: Platform, start_worker: StartWorker, sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        desk.jobs.enqueue(session, "forward_ticket", "a-ticket-that-never-was")
        session.rollback()
    assert jobs_in(sessions) == 0
    with sessions.begin() as session:
        desk.jobs.enqueue(session, "forward_ticket", "the-same-id")
        desk.jobs.enqueue(session, "forward_ticket", "the-same-id")
    assert jobs_in(sessions) == 1


def jobs_in(sessions: sessionmaker[Session]) -> int:
    from tests.api.worker.dbos_tables import workflow_status

    with sessions() as session:
        return session.execute(select(func.count()).select_from(workflow_status(session))).scalar_one()


def test_the_default_pauses_are_used_outside_tests() -> None:
    assert PAUSES.forward is QUICK
    assert Pauses().forward.pause(1) == timedelta(seconds=30)
    assert Pauses().forward.pause(10_000) == timedelta(hours=1)

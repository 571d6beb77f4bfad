"""News for a citizen is pushed at most once, and its end is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from api.worker.jobs import DbosJobs
from api.worker.telling import TellCitizen
from api.worker.worker import Worker
from bot.client.push import Outcome
from knowledge.feedback.kinds import NoticeState, TicketStatus
from knowledge.feedback.models import Notice, Ticket
from knowledge.feedback.notices import OpenNotice, add_notice
from knowledge.store.vault import Vault
from tests.api.live import wait_until
from tests.api.worker.conftest import WeChat, make_ticket


@pytest.fixture
def notice_id(sessions: sessionmaker[Session], vault: Vault, now: datetime) -> str:
    with sessions.begin() as session:
        ticket = session.get(Ticket, make_ticket(session, vault, text="何时答复？", now=now))
        assert ticket is not None
        words = {"status": TicketStatus.REPLIED, "department": "登记科", "text": "已答复"}
        return add_notice(session, ticket=ticket, now=now, vault=vault, **words)  # type: ignore[arg-type]


@pytest.fixture
def telling(sessions: sessionmaker[Session], vault: Vault, wechat: WeChat, now: datetime) -> TellCitizen:
    return TellCitizen(sessions=sessions, vault=vault, tell=wechat.tell, clock=lambda: now)


def state(sessions: sessionmaker[Session], notice_id: str) -> str:
    with sessions() as session:
        notice = session.get(Notice, notice_id)
        assert notice is not None
        return notice.state


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.DELIVERED, NoticeState.DELIVERED),
        (Outcome.UNCLEAR, NoticeState.MAYBE),
        (Outcome.REFUSED, NoticeState.WAITING),
        (Outcome.IMPOSSIBLE, NoticeState.IMPOSSIBLE),
    ],
)
def test_the_outcome_of_the_push_is_recorded(
    telling: TellCitizen,
    wechat: WeChat,
    notice_id: str,
    sessions: sessionmaker[Session],
    outcome: Outcome,
    expected: NoticeState,
) -> None:
    wechat.outcome = outcome
    assert telling.run(notice_id) is None
    assert state(sessions, notice_id) == expected
    [told] = wechat.told
    assert (told.openid, told.text) == ("o-citizen", "已答复")


def test_a_crash_in_the_middle_of_the_push_tells_nothing_twice(
    telling: TellCitizen, wechat: WeChat, notice_id: str, sessions: sessionmaker[Session]
) -> None:
    def cut_off(_: OpenNotice) -> Outcome:
        raise ConnectionError("killed here")

    with pytest.raises(ConnectionError):
        replace(telling, tell=cut_off).run(notice_id)
    assert state(sessions, notice_id) == NoticeState.MAYBE
    assert telling.run(notice_id) is None
    assert wechat.told == []


def test_a_notice_that_is_gone_is_no_error(telling: TellCitizen, wechat: WeChat) -> None:
    assert telling.run("gone") is None
    assert wechat.told == []


def test_the_worker_tells_what_was_enqueued(
    jobs: DbosJobs,
    start_worker: Callable[..., Worker],
    wechat: WeChat,
    notice_id: str,
    sessions: sessionmaker[Session],
) -> None:
    start_worker(None)
    with sessions.begin() as session:
        jobs.enqueue(session, "tell_citizen", notice_id)
        jobs.enqueue(session, "tell_citizen", notice_id)
    wait_until(lambda: state(sessions, notice_id) == NoticeState.DELIVERED)
    assert len(wechat.told) == 1

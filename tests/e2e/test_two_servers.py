"""Two server processes on one database and one Redis: what comes twice is handled once, with one answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from knowledge.feedback.models import Draft, Ticket
from tests.e2e.bureau import Bureau
from tests.e2e.citizen import NOT_YET, Citizen, at_once, reference_in
from tests.e2e.far_side import COUNTY, until
from tests.e2e.product import RunningProduct


@pytest.fixture(scope="module")
def second(bureau: Bureau) -> Iterator[RunningProduct]:
    server = RunningProduct(bureau.folder, dict(bureau.settings), demo=False)
    server.start()
    yield server
    server.stop()


@contextmanager
def form_held(bureau: Bureau, citizen: Citizen, *, seconds: float) -> Iterator[None]:
    """Somebody else's transaction holds the form for so long: the message that needs it is truly slow.

    On PostgreSQL it is the form's row; on SQLite it is the one lock that all writers share.
    """
    who = bureau.vault.pseudonym(citizen.account.name, citizen.openid)
    with bureau.session() as session:
        session.execute(select(Draft.id).where(Draft.citizen == who).with_for_update()).scalar_one()
        release = threading.Timer(seconds, session.rollback)
        release.start()
        try:
            yield
        finally:
            release.join()


def tickets(bureau: Bureau, citizen: Citizen) -> int:
    who = bureau.vault.pseudonym(citizen.account.name, citizen.openid)
    with bureau.session() as session:
        return session.scalar(select(func.count()).select_from(Ticket).where(Ticket.citizen == who)) or 0


def test_three_deliveries_of_a_slow_message_are_handled_once_with_one_answer(
    bureau: Bureau, second: RunningProduct
) -> None:
    citizen = bureau.citizen()
    citizen.fills_in("希望夜间也能取号")
    confirm = citizen.text("确认")

    with form_held(bureau, citizen, seconds=2.0):
        answers = at_once([(citizen, confirm, url) for url in (citizen.url, second.url, citizen.url)])

    assert reference_in(answers[0])
    assert len(set(answers)) == 1
    assert tickets(bureau, citizen) == 1
    assert citizen.deliver(confirm, url=second.url) == answers[0]


def test_a_message_slower_than_wechat_waits_is_answered_at_its_resend_where_the_account_may_not_push(
    bureau: Bureau, second: RunningProduct
) -> None:
    citizen = bureau.citizen()
    citizen.fills_in("希望周末也能取号")
    confirm = citizen.text("确认")

    with form_held(bureau, citizen, seconds=7.0):
        first = citizen.deliver(confirm)
        resend = citizen.deliver(confirm, url=second.url)
    third = citizen.deliver(confirm)

    assert first == NOT_YET  # after WeChat has hung up
    assert reference_in(resend)
    assert third == resend
    assert tickets(bureau, citizen) == 1


def test_a_message_slower_than_wechat_waits_is_pushed_once_where_the_account_may_push(
    bureau: Bureau, second: RunningProduct
) -> None:
    citizen = bureau.citizen(COUNTY)
    citizen.fills_in("希望节假日也能取号")
    confirm = citizen.text("确认")

    with form_held(bureau, citizen, seconds=6.0):
        assert citizen.deliver(confirm) == ""
    pushed = until(lambda: bureau.wechat.pushed(citizen.openid))

    assert citizen.deliver(confirm, url=second.url) == ""
    assert reference_in(pushed[0])
    assert len(bureau.wechat.pushed(citizen.openid)) == 1
    assert tickets(bureau, citizen) == 1


def test_a_confirmation_delivered_to_both_at_once_makes_one_ticket(bureau: Bureau, second: RunningProduct) -> None:
    for _ in range(5):
        citizen = bureau.citizen()
        citizen.fills_in("希望大厅增加充电的地方")
        confirm = citizen.text("确认")

        answers = at_once([(citizen, confirm, url) for url in (citizen.url, second.url)])

        assert answers[0] == answers[1]
        assert tickets(bureau, citizen) == 1


def test_two_confirmations_typed_one_after_the_other_make_one_ticket(bureau: Bureau, second: RunningProduct) -> None:
    """Two messages, not one sent twice: an impatient thumb."""
    citizen = bureau.citizen()
    citizen.fills_in("希望大厅增加饮水机")

    answers = at_once([(citizen, citizen.text("确认"), url) for url in (citizen.url, second.url)])

    assert reference_in(answers[0]) == reference_in(answers[1])
    assert tickets(bureau, citizen) == 1


def test_a_talk_goes_on_at_whichever_server_is_asked(bureau: Bureau, second: RunningProduct) -> None:
    here = bureau.citizen()
    there = Citizen(second.url, here.openid, here.account)

    here.says("反馈")
    there.says("咨询")
    here.says("跳过")
    there.says("法人证书补领要多久")
    here.says("跳过")
    assert "请核对后提交" in there.says("跳过")
    assert reference_in(here.says("确认"))

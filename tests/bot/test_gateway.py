"""One message, once down and once up: each promise of the gateway, on a real Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from bot.errors import BodyTooLarge, EnvelopeRefused
from bot.gateway import Gateway
from bot.parts import Limits, PushOutcome
from bot.redis_inbox import RedisInbox, connect
from tests.bot.gateways import CROWDED, QUICK, SORRY, VAULT, Answering, Desk, deliver, make_gateway, read, say
from tests.bot.wechat import post_sealed, xml

MakeGateway = Callable[..., Gateway]


@pytest.fixture
def answering() -> Answering:
    return Answering()


@pytest.fixture
async def gateways(redis_url: str, answering: Answering) -> AsyncIterator[MakeGateway]:
    """Each call is another process as far as the inbox can tell."""
    made: list[tuple[Gateway, RedisInbox]] = []

    def make(**options: Any) -> Gateway:
        inbox = RedisInbox(connect(redis_url), account="default", key=VAULT.key("inbox"), lease_seconds=QUICK.lease)
        made.append((make_gateway(inbox, options.pop("answer", answering), **options), inbox))
        return made[-1][0]

    yield make
    for gateway, inbox in made:
        await gateway.drain(5)
        await inbox.close()


async def settle(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        await asyncio.sleep(0.01)


async def test_a_message_is_answered(gateways: MakeGateway) -> None:
    assert await deliver(gateways(), say("你好")) == "答：你好"


async def test_a_resent_message_is_answered_again_but_handled_once(gateways: MakeGateway, answering: Answering) -> None:
    gateway, message = gateways(), say("你好")

    answers = [await deliver(gateway, message, after=timedelta(seconds=s)) for s in (0, 5, 10)]

    assert answers == ["答：你好"] * 3
    assert answering.handled == ["你好"]


async def test_a_resend_an_hour_later_to_another_process_gets_the_same_answer(
    gateways: MakeGateway, answering: Answering
) -> None:
    message = say("你好")
    await deliver(gateways(), message)

    assert await deliver(gateways(), message, after=timedelta(hours=1, minutes=5)) == "答：你好"
    assert answering.handled == ["你好"]


@pytest.mark.parametrize("processes", [1, 2])
async def test_three_deliveries_of_a_slow_message_get_the_same_answer_and_it_is_handled_once(
    gateways: MakeGateway, answering: Answering, processes: int
) -> None:
    answering.slow = {"慢": 0.3}
    one = gateways()
    other = gateways() if processes == 2 else one
    message = say("慢")

    answers = await asyncio.gather(*(deliver(gateway, message) for gateway in (one, other, one)))

    assert answers == ["答：慢"] * 3
    assert answering.handled == ["慢"]


async def test_a_waiting_delivery_takes_no_thread(gateways: MakeGateway, answering: Answering) -> None:
    answering.slow = {"慢": 0.2}
    gateway, message = gateways(threads=2), say("慢")

    waiting = [asyncio.create_task(deliver(gateway, message)) for _ in range(20)]
    await asyncio.sleep(0.05)
    assert await deliver(gateway, say("快", openid="o-another")) == "答：快"
    assert not any(task.done() for task in waiting)
    assert set(await asyncio.gather(*waiting)) == {"答：慢"}


async def test_a_second_question_waits_for_the_first_and_sees_its_talk(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.slow = {"第一": 0.2}
    one, other = gateways(), gateways()
    noon = datetime.now(UTC)

    first = asyncio.create_task(deliver(one, say("第一", sent_at=noon)))
    await settle(lambda: bool(answering.handled))
    second = await deliver(other, say("第二", sent_at=noon))

    assert (await first, second) == ("答：第一", "答：第二")
    assert answering.most_at_once == 1
    assert answering.handled == ["第一", "第二"]


async def test_thirty_messages_at_once_are_answered_in_order_or_kindly_refused(
    gateways: MakeGateway, answering: Answering
) -> None:
    one, other = gateways(verified=True), gateways(verified=True)
    noon = datetime.now(UTC)
    messages = [say(f"{n:02d}", sent_at=noon) for n in range(30)]
    answering.slow = {message.content: 0.005 for message in messages}

    answers = await asyncio.gather(
        *(deliver((one, other)[n % 2], message) for n, message in enumerate(messages)),
    )

    refused = [m.content for m, answer in zip(messages, answers, strict=True) if answer == CROWDED]
    assert answers == [CROWDED if m.content in refused else f"答：{m.content}" for m in messages]
    assert len(answering.handled) == 30 - len(refused) >= 11
    assert answering.handled[1:] == sorted(answering.handled[1:])  # the first came to an empty line
    assert answering.most_at_once == 1


async def test_a_refused_message_stays_refused_when_it_is_sent_again(
    gateways: MakeGateway, answering: Answering
) -> None:
    gateway, noon = gateways(), datetime.now(UTC)
    answering.slow = {str(n): 0.02 for n in range(12)}
    messages = [say(str(n), sent_at=noon) for n in range(12)]
    answers = await asyncio.gather(*(deliver(gateway, message) for message in messages))

    extra = messages[answers.index(CROWDED)]
    assert await deliver(gateway, extra) == CROWDED
    assert extra.content not in answering.handled


# -- past the budget, with the customer-service right ------------------------------------------------------------


async def test_past_the_budget_the_answer_is_pushed_once(gateways: MakeGateway, answering: Answering) -> None:
    answering.slow = {"慢": QUICK.budget + 0.2}
    desk = Desk()
    gateway, message = gateways(verified=True, desk=desk), say("慢")

    began = time.monotonic()
    assert await deliver(gateway, message) == "success"
    assert time.monotonic() - began < QUICK.budget + 0.1
    await settle(lambda: bool(desk.pushed))

    assert desk.pushed == ["答：慢"]
    assert desk.kept == []
    assert await deliver(gateway, message) == "success"
    assert answering.handled == ["慢"]


async def test_waiting_for_the_turn_counts_into_the_budget(gateways: MakeGateway, answering: Answering) -> None:
    answering.slow = {"一": 0.3, "二": 0.3}
    desk, noon = Desk(), datetime.now(UTC)
    gateway = gateways(verified=True, desk=desk)

    first = asyncio.create_task(deliver(gateway, say("一", sent_at=noon)))
    await settle(lambda: answering.handled == ["一"])
    second = asyncio.create_task(deliver(gateway, say("二", sent_at=noon)))

    assert [await first, await second] == ["答：一", "success"]
    await settle(lambda: desk.pushed == ["答：二"])


async def test_a_definitely_refused_push_is_kept_for_the_next_contact(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.slow = {"慢": QUICK.budget + 0.1}
    desk = Desk(outcome=PushOutcome.REFUSED)
    await deliver(gateways(verified=True, desk=desk), say("慢"))

    await settle(lambda: bool(desk.kept))
    assert desk.kept == [("答：慢", False)]


@pytest.mark.parametrize("outcome", [PushOutcome.UNCLEAR, RuntimeError("connection reset")])
async def test_an_unclear_push_is_never_repeated_and_kept_as_maybe_delivered(
    gateways: MakeGateway, answering: Answering, outcome: PushOutcome | Exception
) -> None:
    answering.slow = {"慢": QUICK.budget + 0.1}
    desk = Desk(outcome=outcome)
    gateway = gateways(verified=True, desk=desk)
    await deliver(gateway, say("慢"))

    await settle(lambda: bool(desk.kept))
    await gateway.drain(1)
    assert desk.pushed == ["答：慢"]
    assert desk.kept == [("答：慢", True)]


async def test_what_is_kept_makes_the_next_message_look(gateways: MakeGateway, answering: Answering) -> None:
    answering.slow = {"慢": QUICK.budget + 0.1}
    calm: list[bool] = []

    def answer(task: Any) -> Any:
        calm.append(task.calm)
        return answering(task)

    desk = Desk(outcome=PushOutcome.REFUSED)
    gateway = gateways(verified=True, desk=desk, answer=answer)
    for content in ("一", "二"):
        await deliver(gateway, say(content))
    await deliver(gateway, say("慢"))
    await settle(lambda: bool(desk.kept))
    await asyncio.sleep(0.05)
    await deliver(gateway, say("三"))

    assert calm == [False, True, True, False]


# -- past the budget, without it ---------------------------------------------------------------------------------


async def test_without_the_right_two_deliveries_stay_unanswered_and_the_third_gets_the_answer(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.slow = {"慢": 2.4 * QUICK.hold}
    desk = Desk()
    one, other, message = gateways(desk=desk), gateways(desk=desk), say("慢")

    began = time.monotonic()
    first = await deliver(one, message)
    assert time.monotonic() - began > 0.5 > QUICK.budget
    second = await deliver(other, message)
    third = await deliver(one, message)

    assert (first, second, third) == ("503", "503", "答：慢")
    await one.drain(2)
    assert (desk.pushed, desk.kept, answering.handled) == ([], [], ["慢"])


async def test_without_the_right_a_third_delivery_past_its_budget_leaves_it_to_the_next_contact(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.slow = {"慢": 4 * QUICK.hold}
    desk = Desk()
    one, other, message = gateways(desk=desk), gateways(desk=desk), say("慢")

    answers = [await deliver(gateway, message) for gateway in (one, other, other)]

    assert answers == ["503", "503", "success"]
    await settle(lambda: bool(desk.kept))
    assert desk.kept == [("答：慢", False)]
    assert desk.pushed == []
    assert await deliver(one, message) == "success"


async def test_an_answer_that_no_resend_fetches_is_kept_for_the_next_contact(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.slow = {"慢": QUICK.hold + 0.1}
    desk = Desk()

    assert await deliver(gateways(desk=desk), say("慢")) == "503"
    await settle(lambda: bool(desk.kept))
    assert desk.kept == [("答：慢", False)]


async def test_an_answer_fetched_by_a_resend_is_not_kept(gateways: MakeGateway, answering: Answering) -> None:
    answering.slow = {"慢": QUICK.hold + 0.1}
    desk = Desk()
    gateway, message = gateways(desk=desk), say("慢")

    assert await deliver(gateway, message) == "503"
    await asyncio.sleep(0.2)
    assert await deliver(gateway, message) == "答：慢"
    await gateway.drain(2)
    assert desk.kept == []


# -- faults ------------------------------------------------------------------------------------------------------


async def test_a_handler_that_fails_is_told_kindly_and_the_resend_tries_again(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.failing = {"坏"}
    gateway, message = gateways(), say("坏")

    with capture_logs() as logs:
        assert await deliver(gateway, message) == SORRY
    answering.failing = set()
    assert await deliver(gateway, message) == "答：坏"
    assert logs == [
        {"event": "message_failed", "log_level": "error", "account": "default", "error": "RuntimeError"},
    ]


async def test_a_handler_that_fails_past_the_budget_is_told_kindly_the_late_way(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.slow, answering.failing = {"坏": QUICK.budget + 0.1}, {"坏"}
    desk = Desk()

    assert await deliver(gateways(verified=True, desk=desk), say("坏")) == "success"
    await settle(lambda: desk.pushed == [SORRY])


async def test_a_failure_does_not_hold_up_the_citizens_next_message(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.failing, answering.slow = {"坏"}, {"坏": 0.1}
    gateway, noon = gateways(), datetime.now(UTC)

    answers = await asyncio.gather(deliver(gateway, say("坏", sent_at=noon)), deliver(gateway, say("好", sent_at=noon)))
    assert answers == [SORRY, "答：好"]


async def test_work_longer_than_the_lease_keeps_its_turn(gateways: MakeGateway, answering: Answering) -> None:
    answering.slow = {"慢": QUICK.lease * 2.5}
    desk = Desk()
    one, other, message = gateways(verified=True, desk=desk), gateways(verified=True, desk=desk), say("慢")

    assert await deliver(one, message) == "success"
    await asyncio.sleep(QUICK.lease)
    assert await deliver(other, message) == "success"
    await settle(lambda: bool(desk.pushed))
    assert answering.handled == ["慢"]


async def test_what_may_have_been_answered_before_is_doubted_and_a_plain_question_is_not(
    gateways: MakeGateway, answering: Answering
) -> None:
    gateway = gateways()
    await deliver(gateway, say("新"))
    await deliver(gateway, say("旧识"))
    await deliver(gateway, say("迟到", sent_at=datetime.now(UTC) - timedelta(seconds=6)))

    assert answering.doubts == [True, False, True]


async def test_a_clean_stop_waits_for_what_is_under_way(gateways: MakeGateway, answering: Answering) -> None:
    answering.slow = {"慢": QUICK.budget + 0.2}
    desk = Desk()
    gateway = gateways(verified=True, desk=desk)
    await deliver(gateway, say("慢"))

    assert await gateway.drain(5) == 0
    assert desk.pushed == ["答：慢"]


async def test_a_stop_that_runs_out_of_time_says_so_and_lets_wechat_send_again(
    gateways: MakeGateway, answering: Answering
) -> None:
    answering.slow = {"慢": 0.5}
    gateway = gateways(limits=Limits(lease=QUICK.lease))
    delivery = asyncio.create_task(deliver(gateway, say("慢")))
    await settle(lambda: bool(answering.handled))

    assert await gateway.drain(0.05) == 1
    assert await delivery == "503"


# -- what needs no handler ---------------------------------------------------------------------------------------


async def test_types_nobody_knows_get_success_and_are_counted_by_name_within_bounds(
    gateways: MakeGateway, answering: Answering
) -> None:
    registry = CollectorRegistry()
    gateway = gateways(registry=registry)
    now = datetime.now(UTC)
    for number in range(100):
        kind = "hologram" if number == 0 else f"type_{number}"
        fields = {"ToUserName": "gh", "FromUserName": "o", "CreateTime": int(now.timestamp()), "MsgType": kind}
        posted = post_sealed(xml(**fields, MsgId=number + 1), now)
        assert read(await gateway.receive(posted.query, posted.body, now=now)) == "success"

    names = {s.labels["type"] for m in registry.collect() for s in m.samples if s.name == "bst_messages_received_total"}
    assert "unknown:hologram" in names
    assert "other" in names
    assert len(names) <= 61
    assert answering.handled == []


async def test_a_bad_envelope_is_one_kind_of_error(gateways: MakeGateway) -> None:
    gateway, now = gateways(), datetime.now(UTC)
    posted = say("你好").post()

    with pytest.raises(EnvelopeRefused):
        await gateway.receive({**posted.query, "msg_signature": "0" * 40}, posted.body, now=now)
    with pytest.raises(BodyTooLarge):
        await gateway.receive(posted.query, b"x" * 2_000_000, now=now)

"""The inbox's promises, kept by Redis and by the database alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy.orm import Session, sessionmaker

from api.inbox import DatabaseInbox
from bot.fallback import FallbackInbox
from bot.inbox import Channel, Crowded, Done, Granted, Inbox, InboxAway, Joined, Mail, Outcome, Queued
from bot.redis_inbox import RedisInbox, connect
from knowledge.store.vault import Vault
from tests.servers import RedisServer, start_redis

KEY = bytes(32)
LEASE = 0.9  # a busy machine may sleep some tenths longer than asked
ANSWER = Outcome(b"answer", b"talk", looked=False, waited_for=True, late=Channel.PUSH)


def mail(number: int, citizen: str = "c" * 32) -> Mail:
    return Mail(key=f"{number:032x}", citizen=citizen, position=f"{1_700_000_000:012d}:{number:020d}")


def outcome(answer: bytes, **changes: Any) -> Outcome:
    fields: dict[str, Any] = {"talk": b"talk", "looked": False, "waited_for": True, "late": Channel.PUSH}
    return Outcome(answer, **(fields | changes))


@pytest.fixture(params=["redis", "sqlite", "postgresql"])
async def inbox(request: pytest.FixtureRequest, vault: Vault) -> AsyncIterator[Inbox]:
    if request.param == "redis":
        made: Inbox = RedisInbox(
            connect(request.getfixturevalue("redis_url")), account="a", key=KEY, lease_seconds=LEASE, most_waiting=3
        )
    else:
        made = DatabaseInbox(
            request.getfixturevalue(f"{request.param}_sessions"),
            account="a",
            vault=vault,
            clock=lambda: datetime.now(UTC),
            lease_seconds=LEASE,
            most_waiting=3,
        )
    yield made
    await made.close()


async def ask(inbox: Inbox, message: Mail, owner: str = "me", *, count: bool = True, take: bool = True) -> Any:
    return await inbox.claim(message, owner=owner, count=count, take=take)


async def test_first_delivery_is_granted_and_a_resend_in_flight_joins(inbox: Inbox) -> None:
    granted = await ask(inbox, mail(1))
    resend = await ask(inbox, mail(1), "other")

    assert isinstance(granted, Granted)
    assert not granted.retaken
    assert granted.talk is None
    assert resend == Joined(2)


async def test_every_later_resend_gets_the_first_answer(inbox: Inbox) -> None:
    granted = await ask(inbox, mail(1))
    assert await inbox.finish(mail(1), granted, ANSWER) is Channel.PASSIVE

    for number in (2, 3, 4):
        assert await ask(inbox, mail(1), f"resend {number}") == Done(number, b"answer", Channel.PASSIVE)


async def test_the_talk_comes_with_the_next_turn(inbox: Inbox) -> None:
    await inbox.finish(mail(1), await ask(inbox, mail(1)), ANSWER)

    assert (await ask(inbox, mail(2))).talk == b"talk"


async def test_messages_of_one_citizen_take_turns_in_the_order_they_were_sent(inbox: Inbox) -> None:
    first = await ask(inbox, mail(1), "one")
    assert isinstance(await ask(inbox, mail(3), "three"), Queued)
    assert isinstance(await ask(inbox, mail(2), "two"), Queued)

    await inbox.finish(mail(1), first, ANSWER)

    assert isinstance(await ask(inbox, mail(3), "three"), Queued)
    second = await ask(inbox, mail(2), "two")
    assert isinstance(second, Granted)
    assert second.fence > first.fence


async def test_message_ids_beyond_53_bits_keep_their_order(inbox: Inbox) -> None:
    """WeChat's ids have 64 bits; a float would confuse neighbours."""
    big = 23_000_000_000_000_000
    holder = await ask(inbox, mail(big), "holder")
    await ask(inbox, mail(big + 2), "later")
    await ask(inbox, mail(big + 1), "earlier")
    await inbox.abandon(mail(big), holder)

    assert isinstance(await ask(inbox, mail(big + 2), "later"), Queued)
    assert isinstance(await ask(inbox, mail(big + 1), "earlier"), Granted)


async def test_other_citizens_do_not_wait(inbox: Inbox) -> None:
    await ask(inbox, mail(1))

    assert isinstance(await ask(inbox, mail(2, "d" * 32)), Granted)


async def test_too_many_waiting_messages_are_refused_and_so_are_their_resends(inbox: Inbox) -> None:
    first = await ask(inbox, mail(1), "1")
    for number in (2, 3, 4):
        assert isinstance(await ask(inbox, mail(number), str(number)), Queued)

    assert await ask(inbox, mail(5), "5") == Crowded(1)
    await inbox.finish(mail(1), first, ANSWER)
    assert await ask(inbox, mail(5), "6") == Crowded(2)


async def test_a_crash_between_claim_and_answer_lets_the_resend_work(inbox: Inbox) -> None:
    await ask(inbox, mail(1), "crashed")
    await asyncio.sleep(LEASE * 1.2)

    again = await ask(inbox, mail(1), "resend")

    assert isinstance(again, Granted)
    assert again.retaken


async def test_a_crashed_waiter_does_not_block_the_line(inbox: Inbox) -> None:
    holder = await ask(inbox, mail(1), "holder")
    await ask(inbox, mail(2), "crashed waiter")
    await asyncio.sleep(LEASE * 0.7)
    assert await inbox.renew(mail(1), holder)
    await ask(inbox, mail(3), "alive")
    await asyncio.sleep(LEASE * 0.5)
    await inbox.finish(mail(1), holder, ANSWER)

    assert isinstance(await ask(inbox, mail(3), "alive"), Granted)


async def test_the_heartbeat_keeps_the_turn_and_tells_when_it_is_lost(inbox: Inbox) -> None:
    granted = await ask(inbox, mail(1), "me")
    for _ in range(3):
        await asyncio.sleep(LEASE * 0.6)
        assert await inbox.renew(mail(1), granted)
        assert granted.lease.held()
    assert isinstance(await ask(inbox, mail(1), "resend"), Joined)

    await asyncio.sleep(LEASE * 1.2)
    assert not granted.lease.held()
    await ask(inbox, mail(1), "resend")
    assert not await inbox.renew(mail(1), granted)


async def test_who_lost_the_turn_can_neither_answer_nor_change_the_talk(inbox: Inbox) -> None:
    frozen = await ask(inbox, mail(1), "frozen")
    await asyncio.sleep(LEASE * 1.2)
    fresh = await ask(inbox, mail(1), "fresh")

    assert await inbox.finish(mail(1), frozen, outcome(b"late", talk=b"old")) is None
    assert await inbox.finish(mail(1), fresh, outcome(b"right", talk=b"new")) is Channel.PASSIVE
    assert await inbox.finish(mail(1), frozen, outcome(b"late", talk=b"old")) is None

    assert (await ask(inbox, mail(1), "resend")).answer == b"right"
    assert (await ask(inbox, mail(2))).talk == b"new"


async def test_who_was_overtaken_by_another_message_keeps_its_answer_but_not_the_talk(inbox: Inbox) -> None:
    slow = await ask(inbox, mail(1), "slow")
    await asyncio.sleep(LEASE * 1.2)
    overtaking = await ask(inbox, mail(2), "overtaking")
    assert isinstance(overtaking, Granted)

    assert await inbox.finish(mail(1), slow, outcome(b"slow answer", talk=b"slow talk")) is Channel.PASSIVE
    await inbox.finish(mail(2), overtaking, outcome(b"second", talk=b"second talk"))

    assert (await ask(inbox, mail(3))).talk == b"second talk"


async def test_an_abandoned_message_begins_anew_and_keeps_its_count(inbox: Inbox) -> None:
    failed = await ask(inbox, mail(1), "failed")
    assert await inbox.abandon(mail(1), failed) is False

    again = await ask(inbox, mail(1), "resend")
    assert isinstance(again, Granted)
    assert again.number == 2


async def test_abandoning_tells_whether_a_delivery_was_given_success(inbox: Inbox) -> None:
    failed = await ask(inbox, mail(1), "failed")
    assert await inbox.give_up(mail(1)) is None

    assert await inbox.abandon(mail(1), failed) is True


async def test_after_success_the_answer_goes_another_way_and_no_delivery_gets_it(inbox: Inbox) -> None:
    granted = await ask(inbox, mail(1))
    await inbox.give_up(mail(1))

    assert await inbox.finish(mail(1), granted, ANSWER) is Channel.PUSH
    assert (await ask(inbox, mail(1), "resend")).channel is Channel.PUSH
    assert not await inbox.take(mail(1), Channel.KEPT)


async def test_the_first_channel_to_take_an_answer_has_it(inbox: Inbox) -> None:
    granted = await ask(inbox, mail(1))
    assert await inbox.finish(mail(1), granted, outcome(b"answer", waited_for=False)) is Channel.NOBODY

    took = await asyncio.gather(*(inbox.take(mail(1), channel) for channel in (Channel.KEPT, Channel.PUSH)))

    assert sorted(took) == [False, True]
    assert (await ask(inbox, mail(1), "resend")).channel is (Channel.KEPT if took[0] else Channel.PUSH)


async def test_a_look_without_a_waiting_delivery_takes_nothing(inbox: Inbox) -> None:
    granted = await ask(inbox, mail(1))
    await inbox.finish(mail(1), granted, outcome(b"answer", waited_for=False))

    assert (await ask(inbox, mail(1), "look", take=False)).channel is Channel.NOBODY
    assert await ask(inbox, mail(1), "resend") == Done(3, b"answer", Channel.PASSIVE)


async def test_giving_up_at_the_last_moment_finds_the_answer(inbox: Inbox) -> None:
    granted = await ask(inbox, mail(1))
    await inbox.finish(mail(1), granted, outcome(b"answer", waited_for=False))

    ready = await inbox.give_up(mail(1))

    assert ready is not None
    assert (ready.answer, ready.channel) == (b"answer", Channel.PASSIVE)


async def test_of_many_deliveries_at_once_one_is_granted(inbox: Inbox) -> None:
    claims = await asyncio.gather(*(ask(inbox, mail(1), str(n)) for n in range(8)))

    assert sorted(type(claim).__name__ for claim in claims) == ["Granted"] + ["Joined"] * 7
    assert sorted(claim.number for claim in claims) == list(range(1, 9))


# -- Redis alone ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def redis_inbox(redis_url: str) -> AsyncIterator[RedisInbox]:
    made = RedisInbox(connect(redis_url), account="a", key=KEY)
    yield made
    await made.close()


async def test_nobody_looks_for_kept_answers_for_a_while_after_somebody_looked(redis_inbox: RedisInbox) -> None:
    first = await ask(redis_inbox, mail(1))
    await redis_inbox.finish(mail(1), first, outcome(b"", looked=True))
    second = await ask(redis_inbox, mail(2))

    assert (first.calm, second.calm) == (False, True)


async def test_a_reminder_makes_the_next_message_look_even_one_that_comes_while_working(
    redis_inbox: RedisInbox,
) -> None:
    first = await ask(redis_inbox, mail(1))
    await redis_inbox.remind(mail(1).citizen)
    await redis_inbox.finish(mail(1), first, outcome(b"", looked=True))

    assert not (await ask(redis_inbox, mail(2))).calm


async def test_redis_holds_no_answer_and_no_talk_in_plain(redis_inbox: RedisInbox, redis_url: str) -> None:
    granted = await ask(redis_inbox, mail(1))
    await redis_inbox.finish(mail(1), granted, outcome("王小明的电话".encode(), talk="王小明".encode()))

    client = Redis.from_url(redis_url)
    dumped = b"".join([key + (await client.dump(key) or b"") for key in await client.keys("*")])
    ttls = [await client.pttl(key) for key in await client.keys("*")]
    await client.aclose()
    assert "王小明".encode() not in dumped
    assert dumped.count(b"bst:a:{cccc") >= 3
    assert all(0 < ttl <= 6 * 3600 * 1000 for ttl in ttls)


async def test_what_another_key_sealed_is_forgotten_and_not_an_error(redis_inbox: RedisInbox, redis_url: str) -> None:
    await redis_inbox.finish(mail(1), await ask(redis_inbox, mail(1)), ANSWER)

    other = RedisInbox(connect(redis_url), account="a", key=b"1" * 32)
    assert (await ask(other, mail(1))).answer == b""
    assert (await ask(other, mail(2))).talk is None
    await other.close()


async def test_a_redis_that_swallows_everything_is_away_within_its_time(redis_server: RedisServer) -> None:
    inbox = RedisInbox(connect(redis_server.url), account="a", key=KEY)
    await ask(inbox, mail(1))
    redis_server.pause()
    try:
        began = time.monotonic()
        with pytest.raises(InboxAway):
            await ask(inbox, mail(2))
        assert time.monotonic() - began < 1
    finally:
        redis_server.go_on()
        await inbox.close()


# -- Redis away -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def fallback(tmp_path: Any, sessions: sessionmaker[Session], vault: Vault) -> AsyncIterator[Any]:
    server = start_redis(tmp_path)
    second = DatabaseInbox(sessions, account="a", vault=vault, clock=lambda: datetime.now(UTC))
    first = RedisInbox(connect(server.url), account="a", key=KEY)
    made = FallbackInbox(first, second, account="a", probe_seconds=0.05)
    yield made, server
    server.go_on()
    server.stop()
    await made.close()


async def until(condition: Any, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_without_redis_the_database_takes_over_and_says_degraded(fallback: Any) -> None:
    inbox, server = fallback
    server.stop()

    granted = await ask(inbox, mail(1))
    assert inbox.degraded
    assert isinstance(granted, Granted)
    assert isinstance(await ask(inbox, mail(1), "resend"), Joined)
    assert await inbox.finish(mail(1), granted, ANSWER) is Channel.PASSIVE
    assert (await ask(inbox, mail(1), "resend")).answer == b"answer"


async def test_messages_after_the_first_do_not_pay_the_time_out(fallback: Any) -> None:
    inbox, server = fallback
    server.pause()
    await ask(inbox, mail(1))

    began = time.monotonic()
    for number in range(2, 12):
        await ask(inbox, mail(number, f"{number:032x}"))
    assert time.monotonic() - began < 1


async def test_an_answer_begun_with_redis_is_remembered_when_redis_goes_away_meanwhile(fallback: Any) -> None:
    inbox, server = fallback
    granted = await ask(inbox, mail(1))
    server.pause()

    assert await inbox.finish(mail(1), granted, ANSWER) is Channel.PASSIVE
    assert (await ask(inbox, mail(1), "resend")).answer == b"answer"


async def test_redis_is_used_again_once_it_is_back_without_the_talk_that_went_on_elsewhere(fallback: Any) -> None:
    inbox, server = fallback
    await inbox.finish(mail(1), await ask(inbox, mail(1)), outcome(b"1", talk=b"before", looked=True))
    await inbox.finish(mail(2, "d" * 32), await ask(inbox, mail(2, "d" * 32)), outcome(b"2", talk=b"untouched"))
    server.pause()
    await inbox.finish(mail(3), await ask(inbox, mail(3)), outcome(b"3", talk=b"meanwhile"))
    server.go_on()
    await until(lambda: not inbox.degraded)

    after = await ask(inbox, mail(4))
    assert (after.store, after.talk, after.calm) == ("redis", None, False)
    assert (await ask(inbox, mail(5, "d" * 32))).talk == b"untouched"

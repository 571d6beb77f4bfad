"""Any interleaving of deliveries, crashes and answers: never two holders, and every resend gets the first answer."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from bot.inbox import Channel, Crowded, Done, Granted, Joined, Mail, Outcome, Queued
from bot.redis_inbox import RedisInbox, connect

LEASE_SECONDS = 30.0  # nothing lapses by itself; a crash is made by taking the lease away
MOST_WAITING = 1
CITIZENS = ("a" * 32, "b" * 32)


@dataclass
class Delivery:
    """One delivery as its process knows it."""

    mail: Mail
    owner: str
    granted: Granted | None = None


@dataclass
class Known:
    """What must be true of one message from now on."""

    answers: list[bytes] = field(default_factory=list)
    crowded: bool = False
    deliveries: int = 0
    channels: set[Channel] = field(default_factory=set)


class InboxMachine(RuleBasedStateMachine):
    redis_url = ""
    deliveries: Bundle[Delivery] = Bundle("deliveries")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.link = connect(self.redis_url)
        self.inbox = RedisInbox(
            self.link, account="m", key=bytes(32), lease_seconds=LEASE_SECONDS, most_waiting=MOST_WAITING
        )
        self.known: dict[str, Known] = {}
        self.holders: dict[str, Delivery] = {}
        self.working: list[Delivery] = []  # granted once, and neither finished nor failed yet
        self.owners = itertools.count()
        self.answers = itertools.count()

    @initialize()
    def empty(self) -> None:
        self.loop.run_until_complete(self.link.run("FLUSHDB"))

    def teardown(self) -> None:
        self.loop.run_until_complete(self.inbox.close())
        self.loop.close()

    @rule(target=deliveries, number=st.integers(0, 2), citizen=st.sampled_from(CITIZENS))
    def arrive(self, number: int, citizen: str) -> object:
        """A first delivery or a resend, at some process."""
        mail = Mail(f"{citizen[0]}{number:031x}", citizen, f"{1:012d}:{number:020d}")
        known = self.known.setdefault(mail.key, Known())
        known.deliveries += 1
        return self.ask(Delivery(mail, f"owner {next(self.owners)}"), count=True)

    @rule(target=deliveries, delivery=consumes(deliveries))
    def look_again(self, delivery: Delivery) -> object:
        if delivery.granted is not None:
            return delivery
        return self.ask(delivery, count=False)

    @precondition(lambda self: self.working)
    @rule(data=st.data(), waited_for=st.booleans())
    def finish(self, data: st.DataObject, waited_for: bool) -> None:
        """Also by one that crashed in the eyes of the others and lost its turn."""
        delivery = self.working.pop(data.draw(st.integers(0, len(self.working) - 1)))
        assert delivery.granted is not None
        answer = f"answer {next(self.answers)}".encode()
        outcome = Outcome(answer, b"talk", looked=False, waited_for=waited_for, late=Channel.PUSH)
        channel = self.loop.run_until_complete(self.inbox.finish(delivery.mail, delivery.granted, outcome))
        known = self.known[delivery.mail.key]
        if channel is None:
            assert known.answers or self.holders.get(delivery.mail.citizen) is not delivery
        else:
            known.answers.append(answer)
            known.channels |= {channel} - {Channel.NOBODY}
        self.let_go(delivery)

    @precondition(lambda self: self.working)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        delivery = self.working.pop(data.draw(st.integers(0, len(self.working) - 1)))
        assert delivery.granted is not None
        self.loop.run_until_complete(self.inbox.abandon(delivery.mail, delivery.granted))
        self.let_go(delivery)

    @rule(delivery=deliveries)
    def crash(self, delivery: Delivery) -> None:
        """Its lease runs out; the process may be dead, or only frozen and finish later."""
        leases = f"bst:m:{{{delivery.mail.citizen}}}:leases"
        self.loop.run_until_complete(self.link.run("ZADD", leases, "XX", 1, delivery.mail.member))
        self.holders.pop(delivery.mail.citizen, None) if self.holds(delivery) else None

    @rule(delivery=deliveries)
    def give_up(self, delivery: Delivery) -> None:
        ready = self.loop.run_until_complete(self.inbox.give_up(delivery.mail))
        if ready is not None:
            self.check_done(delivery, ready)

    @rule(delivery=deliveries, channel=st.sampled_from([Channel.KEPT, Channel.PUSH]))
    def take(self, delivery: Delivery, channel: Channel) -> None:
        if self.loop.run_until_complete(self.inbox.take(delivery.mail, channel)):
            self.known[delivery.mail.key].channels.add(channel)

    @invariant()
    def one_answer_and_one_channel_a_message(self) -> None:
        for known in self.known.values():
            assert len(known.answers) <= 1
            assert len(known.channels) <= 1

    def ask(self, delivery: Delivery, *, count: bool) -> object:
        claim = self.loop.run_until_complete(
            self.inbox.claim(delivery.mail, owner=delivery.owner, count=count, take=True)
        )
        known = self.known[delivery.mail.key]
        assert claim.number == known.deliveries
        match claim:
            case Granted():
                assert not known.answers
                assert not known.crowded
                assert delivery.mail.citizen not in self.holders, "two holders"
                delivery.granted = claim
                self.working.append(delivery)
                self.holders[delivery.mail.citizen] = delivery
            case Done():
                self.check_done(delivery, claim)
                return multiple()
            case Crowded():
                assert not known.answers
                known.crowded = True
                return multiple()
            case Queued() | Joined():
                assert not known.answers
                assert not known.crowded
        return delivery

    def check_done(self, delivery: Delivery, done: Done) -> None:
        known = self.known[delivery.mail.key]
        assert known.answers == [done.answer]
        known.channels.add(done.channel)

    def holds(self, delivery: Delivery) -> bool:
        """Whether the living holder is this message, by this delivery or by another of it."""
        holder = self.holders.get(delivery.mail.citizen)
        return holder is not None and holder.mail == delivery.mail

    def let_go(self, delivery: Delivery) -> None:
        if self.holders.get(delivery.mail.citizen) is delivery:
            del self.holders[delivery.mail.citizen]


def test_any_interleaving_keeps_one_holder_and_one_answer(redis_url: str) -> None:
    class OnThisServer(InboxMachine):
        pass

    OnThisServer.redis_url = redis_url
    case = OnThisServer.TestCase
    case.settings = settings(
        max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case().runTest()


async def test_many_processes_polling_never_hold_one_citizens_turn_together(redis_url: str) -> None:
    """Real time, real expiry: holders freeze for longer than their lease and come back."""
    seconds = 0.1
    inboxes = [RedisInbox(connect(redis_url), account="m", key=bytes(32), lease_seconds=seconds) for _ in range(3)]
    holding: dict[str, float] = {}
    answers: dict[str, set[bytes]] = {}

    async def process(number: int) -> None:
        inbox, mail = inboxes[number % 3], Mail(f"{number % 7:032x}", "c" * 32, f"{1:012d}:{number % 7:020d}")
        for _ in range(200):
            claim = await inbox.claim(mail, owner=str(number), count=False, take=True)
            if isinstance(claim, Done):
                answers.setdefault(mail.key, set()).add(claim.answer)
                return
            if isinstance(claim, Granted):
                assert all(until < time.monotonic() for until in holding.values())
                holding[str(number)] = claim.lease.good_until
                await asyncio.sleep(seconds * (1.5 if number % 5 == 0 else 0.1))
                holding.pop(str(number), None)  # from here on another may be granted, and hear of it before we do
                if claim.lease.held():
                    await inbox.finish(mail, claim, Outcome(str(number).encode(), b"", False, True, Channel.PUSH))
            await asyncio.sleep(0.005)

    await asyncio.gather(*(process(number) for number in range(21)))
    assert all(len(given) == 1 for given in answers.values())
    assert len(answers) == 7
    for inbox in inboxes:
        await inbox.close()

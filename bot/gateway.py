"""One message, once down and once up: open the envelope, claim, await turn and answer, seal, respond.

A delivery waits here for a work (``bot.work``); a waiting delivery costs no thread. Past the budget the account's
rights decide: with the customer-service right ``success`` and a push; without it the first two deliveries stay
unanswered until WeChat has closed them, and the third gets the answer, or ``success`` and the next contact has it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot import remembered
from bot.envelope import Opened, SealedReply
from bot.inbox import Channel, Crowded, Done, Mail, mail_for
from bot.messages import Event, Incoming, OtherEvent, UnknownMessage
from bot.parts import Limits, Parts, Sentences
from bot.replies import Reply, Silence, Text
from bot.work import Work, Workers

__all__ = ["SUCCESS", "Gateway", "Limits", "Parts", "Response", "Sentences"]

LAST_DELIVERY = 3  # WeChat sends a message three times in all (official)


@dataclass(frozen=True, slots=True)
class Response:
    """What to tell WeChat; anything but a 200 makes it send the message again."""

    status: int
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"


SUCCESS = Response(200, b"success")
NOT_YET = Response(503)


class Wrapping(Protocol):
    """``bot.envelope.Envelope``, as far as the gateway needs it."""

    def verify_url(self, query: Mapping[str, str], *, now: datetime) -> str: ...

    def open(self, query: Mapping[str, str], body: bytes, *, now: datetime) -> Opened: ...

    def seal(self, reply: Reply, opened: Opened, *, now: datetime) -> SealedReply: ...


class Gateway:
    """One account's. ``pseudonym(account, openid)`` gives the only name that leaves this process."""

    def __init__(self, parts: Parts, envelope: Wrapping, *, pseudonym: Callable[[str, str], str]) -> None:
        self._parts = parts
        self._envelope = envelope
        self._pseudonym = pseudonym
        self._workers = Workers(parts)
        self._account = parts.account.name
        self._owner_prefix = os.urandom(8).hex()
        self._owner_numbers = itertools.count()

    @property
    def degraded(self) -> bool:
        """Redis is away; the database keeps claims and locks."""
        return self._parts.inbox.degraded

    def verify_url(self, query: Mapping[str, str], *, now: datetime) -> str:
        """The echo for WeChat's GET. Errors: ``EnvelopeRefused``."""
        return self._envelope.verify_url(query, now=now)

    async def receive(self, query: Mapping[str, str], body: bytes, *, now: datetime) -> Response:
        """Errors: ``EnvelopeRefused``, ``BodyTooLarge``; ``InboxAway`` when no store answers at all."""
        arrived = time.monotonic()
        opened = self._envelope.open(query, body, now=now)
        message = opened.message
        self._parts.metrics.received(self._account, type_name(message))
        if isinstance(message, UnknownMessage | OtherEvent):
            return SUCCESS
        reply = await self._deliver(message, now, arrived)
        self._parts.metrics.answered(self._account, time.monotonic() - arrived, opened.skew.total_seconds())
        if reply is None:
            return NOT_YET
        if isinstance(reply, Silence):
            return SUCCESS
        sealed = self._envelope.seal(reply, opened, now=now)
        return Response(200, sealed.body, sealed.media_type)

    def sorry(self, query: Mapping[str, str], body: bytes, *, now: datetime) -> Response:
        """The kind sentence for what went wrong before a work could say it."""
        opened = self._envelope.open(query, body, now=now)
        sealed = self._envelope.seal(Text(self._parts.sentences.sorry), opened, now=now)
        return Response(200, sealed.body, sealed.media_type)

    async def drain(self, seconds: float) -> int:
        """End what is under way; how many works did not end in time. A resend finds them again."""
        return await self._workers.drain(seconds)

    async def close(self) -> None:
        """After ``drain``: let go of Redis."""
        await self._parts.inbox.close()

    async def _deliver(self, message: Incoming, now: datetime, arrived: float) -> Reply | None:
        """The reply for this delivery; ``None``: leave it unanswered, so that WeChat sends it again."""
        mail = mail_for(message, account=self._account, pseudonym=self._pseudonym)
        owner = f"{self._owner_prefix}{next(self._owner_numbers)}"
        claim = await self._parts.inbox.claim(mail, owner=owner, count=True, take=True)
        if claim.number > 1:
            self._parts.metrics.repeated(self._account)
        if isinstance(claim, Done):
            return _given(claim)
        if isinstance(claim, Crowded):
            self._parts.metrics.crowded(self._account)
            return Text(self._parts.sentences.crowded)
        work = self._workers.work_on(message, mail, claim, owner, now)
        return await self._await(work, claim.number, arrived)

    async def _await(self, work: Work, number: int, arrived: float) -> Reply | None:
        limits = self._parts.limits
        patient = not self._parts.account.may_push and number < LAST_DELIVERY
        allowed = (limits.hold if patient else limits.budget) - (time.monotonic() - arrived)
        work.waiting += 1
        try:
            await _wait_for(work.reply, max(allowed, 0))
        finally:
            work.waiting -= 1
        if work.reply.done():
            return None if work.reply.cancelled() else work.reply.result()
        return None if patient else await self._give_up(work, work.mail)

    async def _give_up(self, work: Work, mail: Mail) -> Reply:
        """``success``, unless the answer came in the last moment."""
        work.gave_up = True
        ready = await self._parts.inbox.give_up(mail)
        return Silence() if ready is None else _given(ready)


async def _wait_for(reply: asyncio.Future[Reply], seconds: float) -> None:
    """Until it is there or the time is up, and never its end: ``asyncio.wait`` of one, 6 µs and not 10."""
    if reply.done():
        return
    waiter = reply.get_loop().create_future()

    def release(*_: object) -> None:
        if not waiter.done():
            waiter.set_result(None)

    timer = reply.get_loop().call_later(seconds, release)
    reply.add_done_callback(release)
    try:
        await waiter
    finally:
        timer.cancel()
        reply.remove_done_callback(release)


def _given(done: Done) -> Reply:
    """The same answer again, unless it went another way."""
    return remembered.from_bytes(done.answer) if done.channel is Channel.PASSIVE else Silence()


def type_name(message: Incoming) -> str:
    """For the counter: our name of a type, or WeChat's of one that we do not know."""
    match message:
        case UnknownMessage():
            return f"unknown:{message.type}"
        case Event():
            return f"event:{message.event.lower()}"
        case _:
            return type(message).__name__.removesuffix("Message").lower()

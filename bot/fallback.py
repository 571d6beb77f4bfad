"""Redis first, the database while Redis is away: one inbox made of two, with a circuit breaker.

The first step that fails opens the breaker, so that the messages after it do not pay the time-out; a background
task asks Redis every second and closes it again. Talks that went on in the database meanwhile are dropped from
Redis before it is used again, for what stands there is old.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import structlog

from bot.inbox import Channel, Claim, Done, Granted, Inbox, InboxAway, Mail, Outcome

PROBE_SECONDS = 1.0
MOST_TOUCHED = 100_000  # citizens remembered while degraded, 3 MB; past it all their talks would be asked for anyway

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Probed(Inbox, Protocol):
    async def ping(self) -> None:
        """Raises ``InboxAway``."""


class FallbackInbox:
    """Implements ``bot.inbox.Inbox``. A turn is finished where it was granted."""

    def __init__(self, first: Probed, second: Inbox, *, account: str, probe_seconds: float = PROBE_SECONDS) -> None:
        self._first = first
        self._second = second
        self._account = account
        self._probe_seconds = probe_seconds
        self._open = False
        self._touched: set[str] = set()
        self._probe: asyncio.Task[None] | None = None

    @property
    def degraded(self) -> bool:
        return self._open

    async def claim(self, mail: Mail, *, owner: str, count: bool, take: bool) -> Claim:
        self._touch(mail.citizen)
        return await self._either(lambda inbox: inbox.claim(mail, owner=owner, count=count, take=take), mail.citizen)

    async def finish(self, mail: Mail, granted: Granted, outcome: Outcome) -> Channel | None:
        if granted.store != "redis":
            return await self._second.finish(mail, granted, outcome)
        if not self._open:
            try:
                return await self._first.finish(mail, granted, outcome)
            except InboxAway as error:
                self._trip(error)
        return await self._finish_elsewhere(mail, granted, outcome)

    async def abandon(self, mail: Mail, owner: str) -> bool:
        return await self._either(lambda inbox: inbox.abandon(mail, owner), mail.citizen)

    async def give_up(self, mail: Mail) -> Done | None:
        return await self._either(lambda inbox: inbox.give_up(mail), mail.citizen)

    async def take(self, mail: Mail, channel: Channel) -> bool:
        return await self._either(lambda inbox: inbox.take(mail, channel), mail.citizen)

    async def renew(self, mail: Mail, granted: Granted) -> bool:
        """What was granted by a Redis that is gone has only its lease left."""
        if granted.store != "redis":
            return await self._second.renew(mail, granted)
        if self._open:
            return False
        try:
            return await self._first.renew(mail, granted)
        except InboxAway as error:
            self._trip(error)
            return False

    async def remind(self, citizen: str) -> None:
        await self._either(lambda inbox: inbox.remind(citizen), citizen)

    async def forget(self, citizens: list[str]) -> None:
        await self._first.forget(citizens)

    async def close(self) -> None:
        if self._probe is not None:
            self._probe.cancel()
            await asyncio.gather(self._probe, return_exceptions=True)
        await self._first.close()
        await self._second.close()

    async def _either(self, step: Callable[[Inbox], Awaitable[T]], citizen: str) -> T:
        if not self._open:
            try:
                return await step(self._first)
            except InboxAway as error:
                self._trip(error)
                self._touch(citizen)
        return await step(self._second)

    async def _finish_elsewhere(self, mail: Mail, granted: Granted, outcome: Outcome) -> Channel | None:
        """Redis went away while we worked: the database remembers, unless somebody was quicker there."""
        self._touch(mail.citizen)
        claim = await self._second.claim(mail, owner=granted.owner, count=False, take=outcome.waited_for)
        if isinstance(claim, Granted):
            return await self._second.finish(mail, claim, outcome)
        if isinstance(claim, Done):
            return None
        await self._second.abandon(mail, granted.owner)
        return Channel.PASSIVE if outcome.waited_for else outcome.late

    def _touch(self, citizen: str) -> None:
        if self._open and len(self._touched) < MOST_TOUCHED:
            self._touched.add(citizen)

    def _trip(self, error: InboxAway) -> None:
        if self._open:
            return
        self._open = True
        log.warning("inbox_degraded", account=self._account, error=str(error))
        self._probe = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        """Close the breaker once Redis answers and has forgotten what went on without it."""
        while True:
            await asyncio.sleep(self._probe_seconds)
            try:
                await self._first.ping()
                while self._touched:
                    gone, self._touched = list(self._touched), set()
                    await self._first.forget(gone)
            except InboxAway:
                continue
            self._open = False
            log.info("inbox_restored", account=self._account)
            return

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

    async def leave(self, mail: Mail, owner: str) -> None:
        """Undo a claim whose outcome never came back: a store that froze may carry it out when it wakes."""


class FallbackInbox:
    """Implements ``bot.inbox.Inbox``. A turn ends in the store that granted it."""

    def __init__(self, first: Probed, second: Inbox, *, account: str, probe_seconds: float = PROBE_SECONDS) -> None:
        self._first = first
        self._second = second
        self._account = account
        self._probe_seconds = probe_seconds
        self._open = False
        self._second_used = False
        self._touched: set[str] = set()
        self._ghosts: dict[Mail, str] = {}
        self._probe: asyncio.Task[None] | None = None

    @property
    def degraded(self) -> bool:
        return self._open

    async def claim(self, mail: Mail, *, owner: str, count: bool, take: bool) -> Claim:
        if not self._open:
            try:
                return await self._first.claim(mail, owner=owner, count=count, take=take)
            except InboxAway as error:
                self._trip(error)
                self._ghosts[mail] = owner
        self._touch(mail.citizen)
        return await self._second.claim(mail, owner=owner, count=count, take=take)

    async def finish(self, mail: Mail, granted: Granted, outcome: Outcome) -> Channel | None:
        if granted.store != "redis":
            channel = await self._second.finish(mail, granted, outcome)
            if not self._open:
                await self.forget([mail.citizen])  # Redis came back meanwhile
            return channel
        if not self._open:
            try:
                return await self._first.finish(mail, granted, outcome)
            except InboxAway as error:
                self._trip(error)
        self._ghosts[mail] = granted.owner
        return await self._finish_elsewhere(mail, granted, outcome)

    async def abandon(self, mail: Mail, granted: Granted) -> bool:
        store = self._second if granted.store != "redis" else self._first
        return await store.abandon(mail, granted)

    async def give_up(self, mail: Mail) -> Done | None:
        """Asked of both where both may know the message."""
        ready = None
        if not self._open:
            ready = await self._try(lambda: self._first.give_up(mail))
        return await self._second.give_up(mail) if ready is None and self._second_used else ready

    async def take(self, mail: Mail, channel: Channel) -> bool:
        """Where both stores were used the message is in one of them; the other knows nothing to take."""
        took: bool | None = False
        if not self._open:
            took = await self._try(lambda: self._first.take(mail, channel))
        return await self._second.take(mail, channel) if not took and self._second_used else bool(took)

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
        """While Redis is away every message looks anyway, and the first one after as well."""
        if not self._open:
            await self._try(lambda: self._first.remind(citizen))
        self._touch(citizen)

    async def forget(self, citizens: list[str]) -> None:
        await self._try(lambda: self._first.forget(citizens))

    async def close(self) -> None:
        if self._probe is not None:
            self._probe.cancel()
            await asyncio.gather(self._probe, return_exceptions=True)
        await self._first.close()
        await self._second.close()

    async def _try(self, step: Callable[[], Awaitable[T]]) -> T | None:
        """A step on Redis; one that fails opens the breaker and gives ``None``."""
        try:
            return await step()
        except InboxAway as error:
            self._trip(error)
            return None

    async def _finish_elsewhere(self, mail: Mail, granted: Granted, outcome: Outcome) -> Channel | None:
        """Redis went away while we worked: the database remembers, unless somebody was quicker there."""
        self._touch(mail.citizen)
        claim = await self._second.claim(mail, owner=granted.owner, count=False, take=outcome.waited_for)
        if isinstance(claim, Granted):
            return await self._second.finish(mail, claim, outcome)
        if isinstance(claim, Done):
            return None
        return Channel.PASSIVE if outcome.waited_for else outcome.late

    def _touch(self, citizen: str) -> None:
        if self._open and len(self._touched) < MOST_TOUCHED:
            self._touched.add(citizen)

    def _trip(self, error: InboxAway) -> None:
        if self._open:
            return
        self._open = self._second_used = True
        log.warning("inbox_degraded", account=self._account, error=str(error))
        self._probe = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        """Close the breaker once Redis answers and has dropped what went on without it."""
        while True:
            await asyncio.sleep(self._probe_seconds)
            try:
                await self._first.ping()
                await self._reconcile()
            except InboxAway:
                continue
            self._open = False
            log.info("inbox_restored", account=self._account)
            return

    async def _reconcile(self) -> None:
        while self._ghosts:
            mail, owner = next(iter(self._ghosts.items()))
            await self._first.leave(mail, owner)
            self._ghosts.pop(mail, None)
        while self._touched:
            gone = list(self._touched)
            await self._first.forget(gone)
            self._touched.difference_update(gone)

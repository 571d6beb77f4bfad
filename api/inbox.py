"""The database as an inbox: each step one short transaction in a thread. Slower than Redis, and always there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from bot.inbox import (
    LEASE_SECONDS,
    MOST_WAITING,
    Channel,
    Claim,
    Crowded,
    Done,
    Granted,
    InboxAway,
    Joined,
    Lease,
    Mail,
    Outcome,
    Queued,
)
from knowledge.messages import inbox as steps
from knowledge.store.vault import Vault

T = TypeVar("T")


class DatabaseInbox:
    """Implements ``bot.inbox.Inbox`` for one account."""

    degraded = True

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        account: str,
        vault: Vault,
        clock: Callable[[], datetime],
        lease_seconds: float = LEASE_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._sessions = sessions
        self._account = account
        self._vault = vault
        self._clock = clock
        self._lease = timedelta(seconds=lease_seconds)
        self._most_waiting = most_waiting

    async def claim(self, mail: Mail, *, owner: str, count: bool, take: bool) -> Claim:
        asked = time.monotonic()
        standing = await self._step(
            lambda session: steps.claim(
                session,
                place=self._place(mail),
                owner=owner,
                count=count,
                take=take,
                lease=self._lease,
                most_waiting=self._most_waiting,
                now=self._clock(),
                vault=self._vault,
            )
        )
        return self._as_claim(standing, owner, asked)

    async def finish(self, mail: Mail, granted: Granted, outcome: Outcome) -> Channel | None:
        told = await self._step(
            lambda session: steps.finish(
                session,
                place=self._place(mail),
                fence=granted.fence,
                answer=outcome.answer,
                talk=outcome.talk,
                waited_for=outcome.waited_for,
                late=outcome.late,
                now=self._clock(),
                vault=self._vault,
            )
        )
        return None if told is None else Channel(told)

    async def abandon(self, mail: Mail, granted: Granted) -> bool:
        place, now = self._place(mail), self._clock()
        return await self._step(lambda session: steps.abandon(session, place=place, owner=granted.owner, now=now))

    async def give_up(self, mail: Mail) -> Done | None:
        place, now = self._place(mail), self._clock()
        told = await self._step(lambda session: steps.give_up(session, place=place, now=now, vault=self._vault))
        return None if told is None else Done(told.number, told.answer, Channel(told.channel))

    async def take(self, mail: Mail, channel: Channel) -> bool:
        place, now = self._place(mail), self._clock()
        return await self._step(lambda session: steps.take(session, place=place, channel=channel, now=now))

    async def renew(self, mail: Mail, granted: Granted) -> bool:
        place, now, asked = self._place(mail), self._clock(), time.monotonic()
        kept = await self._step(
            lambda session: steps.renew(session, place=place, fence=granted.fence, lease=self._lease, now=now)
        )
        granted.lease.good_until = asked + self._lease.total_seconds() if kept else 0.0
        return kept

    async def remind(self, citizen: str) -> None:
        """Nothing to do: in the database every message looks for kept answers."""

    async def forget(self, citizens: list[str]) -> None:
        for citizen in citizens:
            await self._step(
                lambda session, who=citizen: steps.forget_talk(session, account=self._account, citizen=who)  # type: ignore[misc]
            )

    async def close(self) -> None:
        """The engine belongs to who made it."""

    async def _step(self, step: Callable[[Session], T]) -> T:
        return await asyncio.to_thread(self._commit, step)

    def _commit(self, step: Callable[[Session], T]) -> T:
        try:
            with self._sessions.begin() as session:
                return step(session)
        except SQLAlchemyError as error:
            raise InboxAway(type(error).__name__) from error

    def _place(self, mail: Mail) -> steps.Place:
        return steps.Place(account=self._account, citizen=mail.citizen, key=mail.key, position=mail.position)

    def _as_claim(self, told: steps.Standing, owner: str, asked: float) -> Claim:
        match told.state:
            case "granted":
                lease = Lease(asked + self._lease.total_seconds())
                return Granted(told.number, told.fence, told.retaken, False, told.talk, owner, lease, "database")
            case "done":
                return Done(told.number, told.answer, Channel(told.channel))
            case "queued":
                return Queued(told.number)
            case "joined":
                return Joined(told.number)
            case "crowded":
                return Crowded(told.number)

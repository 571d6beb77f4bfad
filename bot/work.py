"""The work on one message in this process: await the turn, answer in a thread, remember, or send it the late way.

Deliveries only watch a work and may leave it at any time; the work goes on. Deliveries of the same message in other
processes are *joined* through the inbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot import remembered
from bot.inbox import Channel, Claim, Crowded, Done, Granted, InboxAway, Joined, Mail, Outcome, Queued, TurnLost
from bot.messages import Incoming
from bot.parts import Answered, Parts, PushOutcome, Task
from bot.replies import Reply, Silence, Text

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Work:
    """``waiting``: open deliveries in this process that will take the answer."""

    message: Incoming
    mail: Mail
    owner: str
    now: datetime
    waiting: int = 0
    gave_up: bool = False  # a delivery here was given ``success``
    granted: Granted | None = None
    reply: asyncio.Future[Reply] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Workers:
    """Runs the works of one account and everything they leave to be done."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._works: dict[str, Work] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._bells: dict[str, asyncio.Event] = {}
        self._heart: asyncio.Task[None] | None = None

    def work_on(self, message: Incoming, mail: Mail, claim: Claim, owner: str, now: datetime) -> Work:
        """The work that is under way here, or a new one. A new claim of our own ends no old one: its lease is gone."""
        work = self._works.get(mail.key)
        if work is None or work.reply.done() or isinstance(claim, Granted | Queued):
            work = self._works[mail.key] = Work(message, mail, owner, now)
            self._begin(self._run(work, claim))
        return work

    async def drain(self, seconds: float) -> int:
        """Let everything under way end; how many did not."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self._tasks and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)
        unfinished = set(self._tasks)
        for task in unfinished | ({self._heart} if self._heart else set()):
            task.cancel()
        await asyncio.gather(*unfinished, *([self._heart] if self._heart else []), return_exceptions=True)
        self._heart = None
        return len(unfinished)

    async def _run(self, work: Work, claim: Claim) -> None:
        try:
            reply = await self._reply(work, claim)
        except Exception as error:  # noqa: BLE001 - the gateway's edge: nothing of ours reaches WeChat
            self._report(error)
            reply = Text(self._parts.sentences.sorry)
        except asyncio.CancelledError:
            work.reply.cancel()
            raise
        finally:
            if self._works.get(work.mail.key) is work:
                del self._works[work.mail.key]
            self._ring(work.mail.citizen)
        work.reply.set_result(reply)

    async def _reply(self, work: Work, claim: Claim) -> Reply:
        """What the open deliveries of this process answer."""
        pause = self._parts.limits.first_pause
        while True:
            match claim:
                case Granted():
                    if (reply := await self._handle(work, claim)) is not None:
                        return reply
                case Done(answer=answer, channel=channel):
                    return remembered.from_bytes(answer) if channel is Channel.PASSIVE else Silence()
                case Crowded():
                    return Text(self._parts.sentences.crowded)
                case Joined() if not work.waiting:
                    return Silence()  # nobody here is left to tell
                case Queued() | Joined():
                    await self._pause(work.mail.citizen, pause)
                    pause = min(pause * 1.5, self._parts.limits.longest_pause)
            claim = await self._claim_again(work)

    async def _claim_again(self, work: Work) -> Claim:
        return await self._parts.inbox.claim(work.mail, owner=work.owner, count=False, take=work.waiting > 0)

    async def _handle(self, work: Work, granted: Granted) -> Reply | None:
        """``None``: the turn was lost on the way, claim again."""
        work.granted = granted
        self._start_heart()
        try:
            answered = await self._answer(work, granted)
        except TurnLost:
            return None
        except Exception as error:  # noqa: BLE001 - the gateway's edge: a handler's fault is told kindly
            return await self._failed(work, granted, error)
        finally:
            work.granted = None
        waited_for = work.waiting > 0 and not answered.given
        stored = remembered.to_bytes(answered.reply)
        outcome = Outcome(stored, answered.talk, answered.looked, waited_for, self._late)
        channel = await self._finish(work, granted, outcome)
        if channel is None:
            return None
        return Silence() if answered.given else await self._deliver(work, answered.reply, channel)

    async def _finish(self, work: Work, granted: Granted, outcome: Outcome) -> Channel | None:
        """With no store left to remember it the answer is still given: what was written is committed."""
        try:
            return await self._parts.inbox.finish(work.mail, granted, outcome)
        except InboxAway as error:
            self._report(error)
            return Channel.PASSIVE if work.waiting and not work.gave_up else outcome.late

    async def _answer(self, work: Work, granted: Granted) -> Answered:
        task = Task(
            message=work.message,
            mail=work.mail,
            now=work.now,
            talk=granted.talk,
            calm=granted.calm,
            doubtful=self._doubtful(work, granted),
            lease=granted.lease,
        )
        return await self._parts.threads.run(self._parts.answer, task)

    def _doubtful(self, work: Work, granted: Granted) -> bool:
        age = (work.now - work.message.sent_at).total_seconds()
        young = age < self._parts.limits.maybe_resend and granted.number <= 1
        return granted.retaken or granted.talk is None or self._parts.inbox.degraded or not young

    async def _failed(self, work: Work, granted: Granted, error: Exception) -> Reply:
        self._report(error)
        sorry = Text(self._parts.sentences.sorry)
        try:
            gave_up = await self._parts.inbox.abandon(work.mail, granted) or work.gave_up
        except InboxAway:
            gave_up = work.gave_up
        if not gave_up:
            return sorry
        self._begin(self._send_late(work, sorry, self._late))
        return Silence()

    async def _deliver(self, work: Work, reply: Reply, channel: Channel) -> Reply:
        if channel is Channel.NOBODY and (work.waiting or work.gave_up):
            wanted = self._late if work.gave_up else Channel.PASSIVE  # a delivery came or left while we were writing
            channel = wanted if await self._parts.inbox.take(work.mail, wanted) else channel
        if channel is Channel.NOBODY:
            self._begin(self._linger(work, reply))
        elif channel is not Channel.PASSIVE:
            self._begin(self._send_late(work, reply, channel))
        return reply if channel is Channel.PASSIVE else Silence()

    @property
    def _late(self) -> Channel:
        return Channel.PUSH if self._parts.account.may_push else Channel.KEPT

    async def _linger(self, work: Work, reply: Reply) -> None:
        """No delivery waits and none was given ``success``: a resend will come; if not, the next contact gets it."""
        await asyncio.sleep(self._parts.limits.linger)
        if await self._parts.inbox.take(work.mail, Channel.KEPT):
            await self._send_late(work, reply, Channel.KEPT)

    async def _send_late(self, work: Work, reply: Reply, channel: Channel) -> None:
        """The answer is ours to give: as a customer-service message, or at the next contact."""
        if isinstance(reply, Silence):
            return
        if not await asyncio.to_thread(self._parts.late.take, work.mail, channel, now=self._parts.clock()):
            return
        outcome = PushOutcome.REFUSED
        if channel is Channel.PUSH:
            outcome = await self._push(work, reply)
        self._parts.metrics.late(self._parts.account.name, channel if outcome != PushOutcome.REFUSED else Channel.KEPT)
        if outcome is PushOutcome.DELIVERED:
            return
        unclear = outcome is PushOutcome.UNCLEAR
        now = self._parts.clock()
        await asyncio.to_thread(self._parts.late.keep, work.mail, reply, maybe_delivered=unclear, now=now)
        await self._parts.inbox.remind(work.mail.citizen)

    async def _push(self, work: Work, reply: Reply) -> PushOutcome:
        """What is not definitely refused may have arrived: an exception is unclear."""
        try:
            return await asyncio.to_thread(self._parts.push, self._parts.account, work.message.openid, reply)
        except Exception as error:  # noqa: BLE001 - the gateway's edge
            self._report(error)
            return PushOutcome.UNCLEAR

    async def _pause(self, citizen: str, seconds: float) -> None:
        """Until a message of this citizen ends in this process, or it is time to look at the other processes."""
        bell = self._bells.setdefault(citizen, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            pass

    def _ring(self, citizen: str) -> None:
        if bell := self._bells.pop(citizen, None):
            bell.set()

    def _begin(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._report(error)

    def _report(self, error: Exception) -> None:
        self._parts.metrics.failed(self._parts.account.name, error)
        log.error("message_failed", account=self._parts.account.name, error=type(error).__name__)

    def _start_heart(self) -> None:
        if self._heart is None or self._heart.done():
            self._heart = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        """Renew what is being worked on, three times within a lease."""
        while True:
            await asyncio.sleep(self._parts.limits.lease / 3)
            for work in [work for work in self._works.values() if work.granted is not None]:
                granted = work.granted
                try:
                    if granted is not None:
                        await self._parts.inbox.renew(work.mail, granted)
                except InboxAway:
                    continue  # the lease simply runs on; at its end the commit is refused

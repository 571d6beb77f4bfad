"""The inbox: one handling a message across processes, one message of a citizen at a time, in order.

A delivery claims its message. It is *granted* the citizen's turn, stands *queued* behind earlier messages of the
same citizen, has *joined* a delivery that is already being worked on, finds the answer *done*, or finds the line
too long (*crowded*). Values and the protocol are here; ``bot.redis_inbox`` keeps it in Redis.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.errors import BotError
from bot.messages import Incoming

# The lease outlives the budget of 4 s, so that a healthy worker never loses it between two heartbeats.
LEASE_SECONDS = 15.0
# More than 10 waiting messages of one citizen get a kind sentence (DESIGN.md).
MOST_WAITING = 10
# A resend an hour later still gets its answer; six hours leave room for WeChat's own delays.
KEEP_SECONDS = 6 * 3600
# How long nobody needs to look in the database for kept answers after somebody looked.
QUIET_SECONDS = 5 * 60


class Channel(StrEnum):
    """Who has the answer. The first to take it keeps it; ``PASSIVE`` may repeat it to a resend."""

    NOBODY = ""
    PASSIVE = "passive"
    PUSH = "push"  # a customer-service message
    KEPT = "kept"  # waits for the citizen's next message


class InboxAway(BotError):
    """The store behind the inbox does not answer."""


class TurnLost(BotError):
    """The lease ran out while working: another worker may have begun, so nothing may be written any more."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as the inbox knows it: no openid, no content.

    ``key`` is a keyed hash of the message's identity; ``position`` sorts as text by (CreateTime, MsgId).
    """

    key: str
    citizen: str
    position: str

    @property
    def member(self) -> str:
        return f"{self.position}:{self.key}"


def mail_for(message: Incoming, *, account: str, pseudonym: Callable[[str, str], str]) -> Mail:
    seconds, number = message.order
    return Mail(
        key=pseudonym(account, message.identity),
        citizen=pseudonym(account, message.openid),
        position=f"{int(seconds):012d}:{number:020d}",
    )


@dataclass(slots=True)
class Lease:
    """``good_until`` is this process's monotonic clock, measured from before the store was asked: never too late."""

    good_until: float

    def held(self) -> bool:
        return time.monotonic() < self.good_until


@dataclass(frozen=True, slots=True)
class Granted:
    """The citizen's turn. ``retaken``: an earlier worker died on this message and may have committed.

    ``calm``: somebody looked for kept answers a short while ago. ``talk`` is ``None`` when there is none.
    ``number`` counts the deliveries of this message so far.
    """

    number: int
    fence: int
    retaken: bool
    calm: bool
    talk: bytes | None
    owner: str
    lease: Lease
    store: str = field(default="redis")


@dataclass(frozen=True, slots=True)
class Queued:
    number: int


@dataclass(frozen=True, slots=True)
class Joined:
    number: int


@dataclass(frozen=True, slots=True)
class Done:
    number: int
    answer: bytes
    channel: Channel


@dataclass(frozen=True, slots=True)
class Crowded:
    number: int


Claim = Granted | Queued | Joined | Done | Crowded


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to remember. ``looked``: the database was asked for kept answers. ``waited_for``: a delivery is open."""

    answer: bytes
    talk: bytes
    looked: bool
    waited_for: bool
    late: Channel


class Inbox(Protocol):
    """One account's inbox. Every method may raise ``InboxAway``; none blocks the event loop."""

    @property
    def degraded(self) -> bool: ...

    async def claim(self, mail: Mail, *, owner: str, count: bool, take: bool) -> Claim:
        """``count`` this delivery; ``take`` a ready answer that nobody has taken, for the passive reply.

        Repeating it with the same ``owner`` renews the place in the line.
        """

    async def finish(self, mail: Mail, granted: Granted, outcome: Outcome) -> Channel | None:
        """Remember answer and talk and leave the line. ``None``: the turn was lost, claim again."""

    async def abandon(self, mail: Mail, granted: Granted) -> bool:
        """Leave the line without an answer, so that a resend begins anew. True: a delivery was given ``success``."""

    async def give_up(self, mail: Mail) -> Done | None:
        """This delivery will get ``success``: the answer must go another way, unless it is ready and here it is."""

    async def take(self, mail: Mail, channel: Channel) -> bool:
        """Take a ready answer that nobody has; false when somebody has."""

    async def renew(self, mail: Mail, granted: Granted) -> bool:
        """The heartbeat while working; false when the turn was lost."""

    async def remind(self, citizen: str) -> None:
        """Something was kept for this citizen: the next message looks in the database."""

    async def forget(self, citizens: list[str]) -> None:
        """Drop these talks: they went on elsewhere meanwhile."""

    async def close(self) -> None: ...

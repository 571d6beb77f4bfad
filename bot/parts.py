"""What the gateway is built from, and what passes between it and the thread that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.account import Account
from bot.inbox import LEASE_SECONDS, Channel, Inbox, Lease, Mail
from bot.messages import Incoming
from bot.metrics import GatewayMetrics
from bot.replies import Reply
from bot.threads import Threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds. ``budget``: DESIGN.md; WeChat closes at 5, so ``hold`` is past that; resends come 5 s apart."""

    budget: float = 4.0
    hold: float = 5.2
    lease: float = LEASE_SECONDS
    linger: float = 15.0  # an answer that no resend fetched by then is kept for the next contact
    first_pause: float = 0.02  # between two looks at a turn or an answer in another process
    longest_pause: float = 0.2
    maybe_resend: float = 4.0  # WeChat's first resend comes 5 s after the message: an older one may be one


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """Wording for what no handler can say."""

    sorry: str  # something of ours failed
    crowded: str  # too many messages of this citizen wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the answering thread is given. ``doubtful``: this message may have been answered and committed before.

    ``calm``: nobody needs to look for kept answers. ``lease`` must be held at the commit, else ``TurnLost``.
    """

    message: Incoming
    mail: Mail
    now: datetime
    talk: bytes | None
    calm: bool
    doubtful: bool
    lease: Lease


@dataclass(frozen=True, slots=True)
class Answered:
    """``looked``: the database was asked for kept answers. ``given``: another channel already gave this answer."""

    reply: Reply
    talk: bytes
    looked: bool = False
    given: bool = False


class PushOutcome(StrEnum):
    DELIVERED = "delivered"
    REFUSED = "refused"  # definitely not delivered: another channel may have it
    UNCLEAR = "unclear"  # 可能已送达: never sent again, offered at the next contact


Answer = Callable[[Task], Answered]
Push = Callable[[Account, str, Reply], PushOutcome]


class LateAnswers(Protocol):
    """The durable side of an answer that missed its connection. Called in a thread; each commits by itself."""

    def take(self, mail: Mail, channel: Channel, *, now: datetime) -> bool:
        """Mark a stored answer as taken; false when another channel already has it."""

    def keep(self, mail: Mail, reply: Reply, *, maybe_delivered: bool, now: datetime) -> None:
        """Give it at the citizen's next message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the works of one account share."""

    account: Account
    inbox: Inbox
    answer: Answer
    push: Push
    late: LateAnswers
    threads: Threads
    sentences: Sentences
    metrics: GatewayMetrics
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)

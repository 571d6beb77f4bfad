"""A gateway of short patience on a real inbox, and the citizens who write to it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from prometheus_client import CollectorRegistry

from bot.account import Account, Mode
from bot.envelope import Envelope
from bot.gateway import Gateway, Response
from bot.inbox import Channel, Inbox, Mail
from bot.messages import TextMessage
from bot.metrics import GatewayMetrics
from bot.parts import Answered, Limits, Parts, PushOutcome, Sentences, Task
from bot.replies import Reply, Text
from bot.threads import Threads
from knowledge.store.vault import Vault
from tests.bot.wechat import Posted, account, post_sealed, read_sealed, text_xml

QUICK = Limits(budget=0.4, hold=0.52, lease=0.6, linger=0.3, first_pause=0.005, longest_pause=0.02)
SORRY, CROWDED = "抱歉，请稍后再试。", "太快了，请稍候。"
VAULT = Vault("a secret only for tests, long enough to be one")


@dataclass
class Answering:
    """Answers a text with what was asked; ``slow`` says how long each takes, ``failing`` what raises."""

    handled: list[str] = field(default_factory=list)
    slow: dict[str, float] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    doubts: list[bool] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    _lock: Any = field(default_factory=threading.Lock)

    def __call__(self, task: Task) -> Answered:
        assert isinstance(task.message, TextMessage)
        asked = task.message.content
        with self._lock:
            self.handled.append(asked)
            self.doubts.append(task.doubtful)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.slow.get(asked, 0))
        with self._lock:
            self.at_once -= 1
        if asked in self.failing:
            raise RuntimeError("secret words of a citizen")
        return Answered(Text(f"答：{asked}"), (task.talk or b"") + asked.encode(), looked=True)


@dataclass
class Desk:
    """The far side of late answers: what was pushed and what was kept."""

    outcome: PushOutcome | Exception = PushOutcome.DELIVERED
    pushed: list[str] = field(default_factory=list)
    kept: list[tuple[str, bool]] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)

    def push(self, _: Account, openid: str, reply: Reply) -> PushOutcome:
        assert isinstance(reply, Text)
        self.pushed.append(reply.content)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def take(self, mail: Mail, channel: Channel, *, now: datetime) -> bool:
        return self.taken.setdefault(mail.key, channel) == channel

    def keep(self, mail: Mail, reply: Reply, *, maybe_delivered: bool, now: datetime) -> None:
        assert isinstance(reply, Text)
        self.kept.append((reply.content, maybe_delivered))


def make_gateway(
    inbox: Inbox,
    answer: Callable[[Task], Answered],
    *,
    desk: Desk | None = None,
    verified: bool = False,
    limits: Limits = QUICK,
    threads: int = 8,
    registry: CollectorRegistry | None = None,
) -> Gateway:
    desk = desk or Desk()
    parts = Parts(
        account=replace(account(Mode.SAFE), verified=verified),
        inbox=inbox,
        answer=answer,
        push=desk.push,
        late=desk,
        threads=Threads(threads, "answer"),
        sentences=Sentences(sorry=SORRY, crowded=CROWDED),
        metrics=GatewayMetrics(registry or CollectorRegistry()),
        clock=lambda: datetime.now(UTC),
        limits=limits,
    )
    return Gateway(parts, Envelope(parts.account), pseudonym=VAULT.pseudonym)


_ids = itertools.count(24_000_000_000_000_000)


@dataclass(frozen=True)
class Sent:
    """One message as WeChat holds it; ``post`` is one delivery of it."""

    content: str
    sent_at: datetime
    message_id: int = field(default_factory=lambda: next(_ids))
    openid: str = "o-citizen"
    body: bytes = b""

    def post(self, now: datetime | None = None) -> Posted:
        fields = {"MsgId": self.message_id, "FromUserName": self.openid}
        return post_sealed(self.body or text_xml(self.content, self.sent_at, **fields), now or datetime.now(UTC))


def say(content: str, **more: Any) -> Sent:
    return Sent(content, more.pop("sent_at", datetime.now(UTC)), **more)


async def deliver(gateway: Gateway, sent: Sent, *, after: timedelta = timedelta()) -> str:
    """What WeChat reads: the text, ``success``, or the status of an answer that is none."""
    now = datetime.now(UTC) + after
    posted = sent.post(now)
    return read(await gateway.receive(posted.query, posted.body, now=now))


def read(response: Response) -> str:
    if response.status != 200:
        return str(response.status)
    if response.body == b"success":
        return "success"
    content = etree.fromstring(read_sealed(response.body)).findtext("Content")
    assert content is not None
    return str(content)

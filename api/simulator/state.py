"""All that the simulator remembers, in memory: citizens, their phones, media, tokens, the menu, what was sent."""

from __future__ import annotations

import base64
import hashlib
import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from api.simulator.outgoing import Outgoing
from api.simulator.pictures import Shelf
from api.simulator.rights import AccountRights
from api.simulator.tokens import Tokens
from api.simulator.window import Window
from bot.account import Account

HISTORY_LIMIT = 300  # bubbles kept per citizen
EXCHANGE_LIMIT = 200  # raw exchanges kept in all
CALL_LIMIT = 200  # calls of the API kept in all
# Nobody real: nicknames as people give themselves, and who they might be.
CITIZENS = (
    ("小满", "市民", "green"),
    ("青禾", "事业单位经办人", "blue"),
    ("老周", "退休教师", "orange"),
    ("阿岚", "办事群众", "purple"),
)

Side = Literal["citizen", "account", "notice"]


@dataclass(slots=True)
class Bubble:
    """One thing in the chat. ``content`` is JSON for the page, by ``kind``; ``exchange`` names its raw exchange."""

    id: int
    side: Side
    kind: str
    content: dict[str, Any]
    at: datetime
    exchange: int | None = None
    state: str = ""


@dataclass(slots=True)
class Attempt:
    """One delivery of a message: what went out, what came back. ``outcome`` is for the reader of the panel."""

    number: int
    address: str
    query: dict[str, str]
    request_body: str
    started_at: datetime
    milliseconds: int = 0
    status: int | None = None
    response_body: str = ""
    decrypted: str = ""
    outcome: str = ""


@dataclass(slots=True)
class Exchange:
    """One message with all its deliveries. ``pace_seconds``: how long the request takes to go out."""

    id: int
    openid: str
    outgoing: Outgoing
    plain: str
    pace_seconds: float = 0.0
    attempts: list[Attempt] = field(default_factory=list)
    done: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API side: never its token, secret or body."""

    at: datetime
    path: str
    openid: str
    code: int


@dataclass(frozen=True, slots=True)
class SceneCode:
    scene: str
    ticket: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the sample county. Degrees, GCJ-02."""

    name: str
    latitude: float
    longitude: float


@dataclass(slots=True)
class Phone:
    """One citizen: ``subscriptions`` counts the notices still granted by template id."""

    openid: str
    nickname: str
    role: str
    colour: str
    following: bool
    followed_at: datetime
    scene: str = ""
    window: Window = field(default_factory=Window)
    subscriptions: dict[str, int] = field(default_factory=dict)
    bubbles: deque[Bubble] = field(default_factory=lambda: deque(maxlen=HISTORY_LIMIT))
    last_exchange: int | None = None


def utc_now() -> datetime:
    return datetime.now(UTC)


class SimulatorState:
    """``version`` grows with every change that the page should show. ``clock`` gives aware UTC.

    ``tell`` sends an event to the account's webhook; whoever delivers messages sets it.
    """

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], datetime] = utc_now,
        menu: Mapping[str, Any] | None = None,
        places: Sequence[Place] = (),
    ) -> None:
        self.account = account
        self.clock = clock
        self.rights = AccountRights.of(account)
        self.original_id = "gh_" + hashlib.sha256(account.app_id.encode()).hexdigest()[:12]
        self.menu = menu
        self.menu_pushed = False
        self.places = tuple(places)
        self.shelf = Shelf()
        self.tokens = Tokens()
        self.codes: deque[SceneCode] = deque(maxlen=20)
        self.calls: deque[Call] = deque(maxlen=CALL_LIMIT)
        self.exchanges: dict[int, Exchange] = {}
        self.tell: Callable[[Phone, Outgoing], None] | None = None
        self.version = 1
        self._started = secrets.token_hex(4)
        self._refusals: dict[str, deque[int]] = {}
        self._numbers = itertools.count(1)
        # Unique over restarts too: the account remembers ids it has seen.
        self._message_ids = itertools.count(int(time.time() * 1000) * 1000 + secrets.randbelow(1000))
        self.phones = {p.openid: p for p in self._invented_phones()}

    @property
    def version_name(self) -> str:
        """Differs after every change, and after a restart."""
        return f"{self._started}.{self.version}"

    def changed(self) -> None:
        self.version += 1

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def show(
        self,
        phone: Phone,
        side: Side,
        kind: str,
        content: dict[str, Any],
        *,
        exchange: int | None = None,
        state: str = "",
    ) -> Bubble:
        bubble = Bubble(next(self._numbers), side, kind, content, self.clock(), exchange, state)
        phone.bubbles.append(bubble)
        self.changed()
        return bubble

    def open_exchange(self, phone: Phone, outgoing: Outgoing, plain: str, *, pace_seconds: float) -> Exchange:
        exchange = Exchange(next(self._numbers), phone.openid, outgoing, plain, pace_seconds)
        self.exchanges[exchange.id] = exchange
        while len(self.exchanges) > EXCHANGE_LIMIT:
            del self.exchanges[next(iter(self.exchanges))]
        return exchange

    def add_code(self, scene: str, until: datetime | None) -> SceneCode:
        code = SceneCode(scene, "gQ" + secrets.token_urlsafe(60), until)
        self.codes.appendleft(code)
        self.changed()
        return code

    def refuse_next(self, path: str, code: int) -> None:
        """The next call of ``path`` (such as ``cgi-bin/message/custom/send``) is answered with ``code``."""
        self._refusals.setdefault(path, deque()).append(code)

    def refusal(self, path: str) -> int | None:
        waiting = self._refusals.get(path)
        return waiting.popleft() if waiting else None

    def note_call(self, path: str, openid: str, code: int) -> None:
        self.calls.appendleft(Call(self.clock(), path, openid, code))
        self.changed()

    def _invented_phones(self) -> list[Phone]:
        """The same openids for the same app id, so that a restart finds its own tickets again."""
        now = self.clock()
        return [
            Phone(_openid(self.account.app_id, name), name, role, colour, index < len(CITIZENS) - 1, now)
            for index, (name, role, colour) in enumerate(CITIZENS)
        ]


def _openid(app_id: str, nickname: str) -> str:
    """28 characters beginning with ``o``, as WeChat's are."""
    digest = hashlib.sha256(f"simulator\0{app_id}\0{nickname}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]

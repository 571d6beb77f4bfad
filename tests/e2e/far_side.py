"""Everything that the product talks to over HTTP, inside the test: the platform, and WeChat's API."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import Connection, Engine, create_engine, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.platform.reference import Failures, reference_platform, tables
from api.platform.reference.deliveries import Callbacks, change_status, deliver, signed_headers
from api.simulator import SimulatorState, fake_api
from api.simulator.state import Phone
from api.simulator.window import Occasion
from bot.account import Account, AccountKind, Credentials
from tests.api.live import LiveServer

T = TypeVar("T")

TOKEN = "a platform token only for tests"
CALLBACK_SECRET = "whsec_" + base64.b64encode(b"only for end-to-end tests, truly").decode()
SLOW_SECONDS = 4.0  # longer than the quick worker waits for the platform

COUNTY = Account(
    name="county",
    app_id="wx00000000000000c1",
    kind=AccountKind.SERVICE,
    verified=True,
    region="990101",
    credentials=Credentials(app_secret="s" * 32, token="countytoken", aes_key="abcdefghijk" * 3 + "lmnopqrstu"),
)
# May not push: an answer waits for the next contact.
TOWN = Account(
    name="town",
    app_id="wx00000000000000c2",
    region="990102",
    credentials=Credentials(token="towntoken", aes_key="tuvwxyzABCD" * 3 + "EFGHIJKLMN"),
)
ACCOUNTS_FILE = """
[accounts.county]
app_id = "wx00000000000000c1"
app_secret_env = "COUNTY_SECRET"
token_env = "COUNTY_TOKEN"
aes_key_env = "COUNTY_KEY"
type = "service"
verified = true
region = "990101"

[accounts.town]
app_id = "wx00000000000000c2"
token_env = "TOWN_TOKEN"
aes_key_env = "TOWN_KEY"
region = "990102"
"""


def bureau_settings(folder: Path) -> dict[str, str]:
    """The settings of an installation that is no demo: two accounts, their secrets in the environment."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "accounts.toml"
    path.write_text(ACCOUNTS_FILE, encoding="utf-8")
    county, town = COUNTY.credentials, TOWN.credentials
    return {
        "BST_ACCOUNTS_FILE": str(path),
        "COUNTY_SECRET": county.app_secret or "",
        "COUNTY_TOKEN": county.token,
        "COUNTY_KEY": county.aes_key or "",
        "TOWN_TOKEN": town.token,
        "TOWN_KEY": town.aes_key or "",
    }


@dataclass
class Platform:
    """The reference platform on a port of its own; ``product`` is where its callbacks go.

    ``heard`` is every request as it came: its first line, its headers and its body.
    """

    server: LiveServer
    engine: Engine
    failures: Failures
    heard: list[bytes]
    product: str = ""

    @property
    def settings(self) -> dict[str, str]:
        return {
            "BST_PLATFORM_URL": f"{self.server.url}/v1",
            "BST_PLATFORM_TOKEN": TOKEN,
            "BST_PLATFORM_CALLBACK_SECRET": CALLBACK_SECRET,
        }

    def received(self, reference: str) -> list[dict[str, Any]]:
        """The records under this number: one at most, if all is well."""
        return received(self.engine, reference)

    def entries(self, reference: str) -> list[dict[str, Any]]:
        """What was added to the record later, each with the ``attachments`` it came with."""
        with self.engine.begin() as connection:
            mine = select(tables.entry).join(tables.feedback).where(tables.feedback.c.reference == reference)
            added = [dict(row) for row in connection.execute(mine.order_by(tables.entry.c.received_at)).mappings()]
            for entry in added:
                entry["attachments"] = _attachments(connection, entry["id"])
        return added

    def awaits(self, reference: str) -> dict[str, Any]:
        """The one record under this number, once it is there."""
        [record] = until(lambda: self.received(reference))
        return record

    def answers(self, reference: str, status: str, reply: str) -> int | None:
        """Its desk changes the record, and its signed callback says so; what the product answered."""
        return answer_at(self.engine, reference, status, reply, f"{self.product}/callbacks/platform", CALLBACK_SECRET)

    def calls_back(self, body: str, *, secret: str = CALLBACK_SECRET, at: datetime | None = None) -> httpx.Response:
        """Any callback at all."""
        now = at or datetime.now(UTC)
        headers = signed_headers(secret, f"msg_{time.time_ns()}", body, now=now)
        address = f"{self.product}/callbacks/platform"
        return httpx.post(address, content=body.encode(), headers=headers, timeout=30.0, trust_env=False)


def received(engine: Engine, reference: str) -> list[dict[str, Any]]:
    """The platform's records under this number, each with the ``attachments`` it came with."""
    with engine.begin() as connection:
        mine = select(tables.feedback).where(tables.feedback.c.reference == reference)
        records = [dict(row) for row in connection.execute(mine).mappings()]
        for record in records:
            record["attachments"] = _attachments(connection, record["id"])
    return records


def _attachments(connection: Connection, owner: str) -> list[dict[str, Any]]:
    owned = select(tables.attachment).where(tables.attachment.c.owner_id == owner)
    return [dict(row) for row in connection.execute(owned.order_by(tables.attachment.c.position)).mappings()]


def answer_at(engine: Engine, reference: str, status: str, reply: str, url: str, secret: str) -> int | None:
    [record] = received(engine, reference)
    now = datetime.now(UTC)
    webhook_id = change_status(engine, record["id"], status=status, reply=reply, department="示例科", now=now)
    return deliver(engine, Callbacks(url, secret), webhook_id, now=now)


@contextmanager
def running_platform(folder: Path) -> Iterator[Platform]:
    folder.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{folder / 'platform.db'}")
    app = reference_platform(engine, token=TOKEN, callback_url=None, callback_secret=CALLBACK_SECRET)
    failures: Failures = app.state.failures
    failures.slow_seconds = SLOW_SECONDS
    failures.retry_after = "1"
    heard: list[bytes] = []
    with LiveServer(_listening(app, heard)) as server:
        yield Platform(server, engine, failures, heard)
    engine.dispose()


def _listening(app: ASGIApp, heard: list[bytes]) -> ASGIApp:
    async def listen(scope: Scope, receive: Receive, send: Send) -> None:
        lines = [scope["path"].encode(), scope["query_string"], *(b": ".join(header) for header in scope["headers"])]
        heard.append(b"\n".join(lines))
        mine = len(heard) - 1

        async def receive_and_note() -> Message:
            message = await receive()
            heard[mine] += message.get("body", b"")
            return message

        await app(scope, receive_and_note, send)

    return listen


@dataclass
class WeChat:
    """WeChat's API for the account ``county``: what was pushed, and the pictures that citizens sent."""

    server: LiveServer
    state: SimulatorState
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def settings(self) -> dict[str, str]:
        return {"BST_WECHAT_API_URL": self.server.url}

    def new_follower(self) -> str:
        """The openid of somebody new who follows the account and whose customer-service window is open."""
        now = datetime.now(UTC)
        number = next(self._numbers)
        phone = Phone(f"o-citizen-of-the-county-{number:04d}", f"网友{number}", "市民", "#5b8def", True, now)
        phone.window.open(Occasion.MESSAGE, now=now)
        self.state.phones[phone.openid] = phone
        return phone.openid

    def pushed(self, openid: str) -> list[str]:
        bubbles = [bubble for bubble in self.state.phones[openid].bubbles if bubble.state == "pushed"]
        return ["".join(part["text"] for part in bubble.content["parts"]) for bubble in bubbles]

    def take_picture(self, content: bytes, media_type: str = "image/jpeg") -> str:
        """A citizen's picture as WeChat keeps it; its media id."""
        return self.state.shelf.put("image", content, media_type, now=datetime.now(UTC)).media_id


@contextmanager
def running_wechat() -> Iterator[WeChat]:
    state = SimulatorState(COUNTY)
    with LiveServer(fake_api(state)) as server:
        yield WeChat(server, state)


def until(found: Callable[[], T], seconds: float = 60.0) -> T:
    """What ``found`` gives as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.2)
    return value

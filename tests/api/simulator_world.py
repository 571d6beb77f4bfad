"""A real server on loopback with the simulator and a small official account that answers as a test tells it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response

from api.simulator import SimulatorState, simulator_router
from bot.account import Account, AccountKind, Credentials, Mode
from bot.envelope import Envelope
from bot.messages import Incoming
from bot.replies import Reply, Text

START_SECONDS = 10.0
TEMPLATE = "0000000000000000000000000000000000000000001"


def sample_account(mode: Mode = Mode.SAFE, *, verified: bool = True) -> Account:
    return Account(
        name="simulator",
        app_id="wx00000000000000aa",
        mode=mode,
        kind=AccountKind.SERVICE,
        verified=verified,
        template_ids={"办理进度": TEMPLATE},
        credentials=Credentials(
            app_secret="secret-of-a-test", token="token-of-a-test", aes_key="abcdefghijk" * 3 + "lmnopqrstu"
        ),
    )


@dataclass
class World:
    """``answer``: what the account says; a ``Response`` goes out as it is. ``seconds``: spent on each message."""

    account: Account
    answer: Callable[[Incoming], Reply | Response] = lambda message: Text("收到")
    seconds: list[float] = field(default_factory=list)
    received: list[Incoming] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    base: str = ""
    state: SimulatorState = field(init=False)

    @property
    def webhook_url(self) -> str:
        return f"{self.base}/wechat/simulator"

    def page(self) -> httpx.Client:
        return httpx.Client(base_url=f"{self.base}/simulator/api/", headers={"X-Simulator": "1"}, trust_env=False)

    def app(self) -> FastAPI:
        app = FastAPI()
        envelope = Envelope(self.account)

        @app.get("/wechat/simulator")
        async def verify(request: Request) -> Response:
            return Response(envelope.verify_url(dict(request.query_params), now=datetime.now(UTC)))

        @app.post("/wechat/simulator")
        async def receive(request: Request) -> Response:
            now = datetime.now(UTC)
            query = dict(request.query_params)
            opened = envelope.open(query, await request.body(), now=now)
            self.received.append(opened.message)
            self.queries.append(query)
            await asyncio.sleep(self.seconds.pop(0) if self.seconds else 0)
            reply = self.answer(opened.message)
            if isinstance(reply, Response):
                return reply
            sealed = envelope.seal(reply, opened, now=now)
            return Response(sealed.body, media_type=sealed.media_type)

        return app


@contextmanager
def running(world: World) -> Iterator[World]:
    """The world on a port of its own, until the end of the block."""
    app = world.app()
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", lifespan="off"))
    socket = server.config.bind_socket()
    world.base = f"http://127.0.0.1:{socket.getsockname()[1]}"
    world.state = SimulatorState(world.account, menu=MENU)
    app.include_router(simulator_router(account=world.account, webhook_url=world.webhook_url, state=world.state))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield world
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        socket.close()


MENU = {
    "button": [
        {"name": "问一问", "sub_button": [{"type": "click", "name": "常见问题", "key": "ask"}]},
        {"name": "说一说", "type": "click", "key": "speak"},
    ]
}

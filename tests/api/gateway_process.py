"""A server process for tests: the webhook with a real gateway, on the database and Redis that it is given.

``serve`` runs in a process of its own and sends its port. With ``may_die`` it dies where a message tells it to.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from api.answering import Answerer
from api.inbox import DatabaseInbox
from api.kept import KeptAnswers
from api.webhook import Webhook
from bot.envelope import Envelope
from bot.fallback import FallbackInbox
from bot.gateway import Gateway
from bot.metrics import GatewayMetrics
from bot.parts import Answered, Limits, Parts, PushOutcome, Sentences, Task
from bot.redis_inbox import RedisInbox, connect
from bot.replies import Reply
from bot.router import Asked, Router
from bot.threads import Threads
from handlers.answering import say
from handlers.context import Context
from knowledge.messages.queries import keep_message
from knowledge.store.sessions import make_engine, make_sessions
from tests.bot.gateways import CROWDED, SORRY
from tests.bot.wechat import account
from tests.handlers.build import make_services

LEASE_SECONDS = 1.0
LIMITS = Limits(budget=4.0, hold=5.2, lease=LEASE_SECONDS)
SLOW_SECONDS = 0.8

router: Router[Context] = Router("test")


def die_if_mortal() -> None:
    if os.environ.get("MAY_DIE"):
        os.kill(os.getpid(), signal.SIGKILL)


@router.text(r"(?P<how>慢|死前|死后|快)(?P<what>.*)")
def file_one(asked: Asked, context: Context) -> Reply:
    """Leaves one row, as filing a ticket would, and answers with its number."""
    row = keep_message(
        context.session,
        account="default",
        citizen="filed",
        text=asked["what"],
        maybe_delivered=False,
        now=context.now,
        vault=context.services.vault,
    )
    if asked["how"] == "死前":
        die_if_mortal()
    if asked["how"] == "慢":
        time.sleep(SLOW_SECONDS)
    return say(context, f"已登记 {row}")


def dying(answerer: Answerer, task: Task) -> Answered:
    """Between the commit and the remembering."""
    answered = answerer(task)
    if getattr(task.message, "content", "").startswith("死后"):
        die_if_mortal()
    return answered


def make_gateway(database_url: str, redis_url: str) -> Gateway:
    engine, services = make_engine(database_url), make_services()
    vault = services.vault
    sessions = make_sessions(engine)
    ours = account()
    answerer = Answerer(engine, account=ours, services=services, routers=[router])

    def clock() -> datetime:
        return datetime.now(UTC)

    parts = Parts(
        account=ours,
        inbox=FallbackInbox(
            RedisInbox(connect(redis_url), account="default", key=vault.key("inbox"), lease_seconds=LEASE_SECONDS),
            DatabaseInbox(sessions, account="default", vault=vault, clock=clock, lease_seconds=LEASE_SECONDS),
            account="default",
            probe_seconds=0.1,
        ),
        answer=lambda task: dying(answerer, task),
        push=lambda *_: PushOutcome.REFUSED,
        late=KeptAnswers(sessions, account="default", vault=vault),
        threads=Threads(8, "answer"),
        sentences=Sentences(sorry=SORRY, crowded=CROWDED),
        metrics=GatewayMetrics(CollectorRegistry()),
        clock=clock,
        limits=LIMITS,
    )
    return Gateway(parts, Envelope(ours), pseudonym=vault.pseudonym)


def serve(database_url: str, redis_url: str, may_die: bool, ready: Connection) -> None:
    os.environ["MAY_DIE"] = "1" if may_die else ""
    asyncio.run(_serve(database_url, redis_url, ready))


async def _serve(database_url: str, redis_url: str, ready: Connection) -> None:
    gateway = make_gateway(database_url, redis_url)
    app = FastAPI()
    metrics = GatewayMetrics(CollectorRegistry())
    app.add_middleware(Webhook, gateways={"default": gateway}, metrics=metrics, clock=lambda: datetime.now(UTC))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # before anybody is told the port
    ready.send(listening.getsockname()[1])
    await uvicorn.Server(uvicorn.Config(app, log_level="critical")).serve(sockets=[listening])

"""Several server processes on one database and one Redis: what they promise together, also when one is killed."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from bot.gateway import Response
from knowledge.messages.models import KeptMessage
from tests.api.gateway_process import LEASE_SECONDS, serve
from tests.bot.gateways import Sent, read, say
from tests.servers import RedisServer, start_redis

Start = Callable[..., "Server"]


# Forked from a server that has imported everything once: a process starts in milliseconds.
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["tests.api.gateway_process"])


@dataclass
class Server:
    process: ForkServerProcess
    ready: Connection

    @cached_property
    def port(self) -> int:
        return int(self.ready.recv())


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = start_redis(tmp_path)
    yield server
    if server.process is not None:
        server.go_on()
    server.stop()


@pytest.fixture
def start(database_url: str, own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))  # Python 3.11's fork server forgets our path
    started: list[Server] = []

    def launch(*, may_die: bool = False) -> Server:
        ready, tell = forks.Pipe(duplex=False)
        process = forks.Process(target=serve, args=(database_url, own_redis.url, may_die, tell), daemon=True)
        process.start()
        tell.close()
        started.append(Server(process, ready))
        return started[-1]

    yield launch
    for server in started:
        server.process.kill()
        server.process.join()
        server.ready.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
        yield client


async def deliver(http: httpx.AsyncClient, server: Server, sent: Sent) -> str:
    posted = sent.post(datetime.now(UTC))
    url = f"http://127.0.0.1:{server.port}/wechat/default"
    response = await http.post(url, params=dict(posted.query), content=posted.body)
    return read(Response(response.status_code, response.content))


def filed(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(KeptMessage)) or 0


async def test_three_deliveries_of_a_slow_message_at_two_processes_are_handled_once_with_one_answer(
    start: Start, http: httpx.AsyncClient, sessions: sessionmaker[Session]
) -> None:
    one, other = start(), start()
    message = say("慢")

    answers = await asyncio.gather(*(deliver(http, server, message) for server in (one, other, one)))

    assert answers[0].startswith("已登记 ")
    assert len(set(answers)) == 1
    assert filed(sessions) == 1
    assert await deliver(http, other, message) == answers[0]


@pytest.mark.parametrize("moment", ["死前", "死后"])
async def test_a_process_killed_in_the_middle_leaves_one_record_and_the_resend_gets_its_answer(
    start: Start, http: httpx.AsyncClient, sessions: sessionmaker[Session], moment: str
) -> None:
    """Killed before the commit, and between the commit and the remembering."""
    mortal, other = start(may_die=True), start()
    message = say(moment)

    with pytest.raises(httpx.TransportError):
        await deliver(http, mortal, message)
    mortal.process.join(5)
    assert mortal.process.exitcode == -9
    assert filed(sessions) == (1 if moment == "死后" else 0)

    first = await deliver(http, other, message)
    again = await deliver(http, other, message)

    assert first.startswith("已登记 ")
    assert again == first
    assert filed(sessions) == 1


async def test_a_killed_process_does_not_block_the_citizens_other_messages(
    start: Start, http: httpx.AsyncClient, sessions: sessionmaker[Session]
) -> None:
    mortal, other = start(may_die=True), start()
    with pytest.raises(httpx.TransportError):
        await deliver(http, mortal, say("死前"))

    async with asyncio.timeout(LEASE_SECONDS + 2):
        assert (await deliver(http, other, say("快"))).startswith("已登记 ")


async def test_redis_frozen_while_a_message_is_in_work_leaves_one_record_and_one_answer(
    start: Start, http: httpx.AsyncClient, own_redis: RedisServer, sessions: sessionmaker[Session]
) -> None:
    one, other = start(), start()
    message = say("慢")

    first = asyncio.create_task(deliver(http, one, message))
    await asyncio.sleep(0.3)
    own_redis.pause()
    second = asyncio.create_task(deliver(http, other, message))
    answers = [await first, await second]

    assert answers[0].startswith("已登记 ")
    assert answers[1] == answers[0]
    assert filed(sessions) == 1

    own_redis.go_on()
    await asyncio.sleep(0.5)
    assert await deliver(http, other, message) == answers[0]
    assert filed(sessions) == 1


async def test_without_redis_from_the_start_two_processes_still_handle_a_message_once(
    start: Start, http: httpx.AsyncClient, own_redis: RedisServer, sessions: sessionmaker[Session]
) -> None:
    own_redis.stop()
    one, other = start(), start()
    message = say("慢")

    answers = await asyncio.gather(*(deliver(http, server, message) for server in (one, other, one)))

    assert answers[0].startswith("已登记 ")
    assert len(set(answers)) == 1
    assert filed(sessions) == 1


async def test_thirty_messages_at_once_at_two_processes_are_all_answered_or_kindly_refused(
    start: Start, http: httpx.AsyncClient, sessions: sessionmaker[Session]
) -> None:
    servers, noon = (start(), start()), datetime.now(UTC)

    answers = await asyncio.gather(
        *(deliver(http, servers[n % 2], say(f"快{n}", sent_at=noon)) for n in range(30)),
    )

    kinds = {answer.split()[0] for answer in answers}
    assert kinds <= {"已登记", "太快了，请稍候。"}
    assert filed(sessions) == sum(answer.startswith("已登记 ") for answer in answers) >= 11

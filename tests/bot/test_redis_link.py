"""One connection for all: answers reach who asked, a silent or dead server fails everybody at once, and only once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.exceptions import NoScriptError, RedisError, ResponseError

from bot.redis_link import RedisLink
from tests.servers import RedisServer, start_redis

SECONDS = 1.5  # far above what a busy machine needs to connect


def link_to(url: str) -> RedisLink:
    return RedisLink(url, connect_seconds=SECONDS, answer_seconds=SECONDS)


@pytest.fixture
async def link(redis_url: str) -> AsyncIterator[RedisLink]:
    made = link_to(redis_url)
    yield made
    await made.close()


async def test_each_of_many_commands_under_way_gets_its_own_answer(link: RedisLink) -> None:
    answers = await asyncio.gather(*(link.run("ECHO", f"第{n}个") for n in range(500)))
    assert [answer.decode() for answer in answers] == [f"第{n}个" for n in range(500)]


async def test_an_error_that_redis_answers_belongs_to_its_command_alone(link: RedisLink) -> None:
    told = await asyncio.gather(
        link.run("ECHO", "before"), link.run("NO SUCH"), link.run("EVALSHA", "0" * 40, 0), link.run("ECHO", "after"),
        return_exceptions=True,
    )  # fmt: skip
    assert (told[0], told[3]) == (b"before", b"after")
    assert isinstance(told[1], ResponseError)
    assert isinstance(told[2], NoScriptError)


async def test_who_leaves_does_not_move_the_answers_of_the_others(link: RedisLink) -> None:
    asked = [asyncio.create_task(link.run("ECHO", str(n))) for n in range(20)]
    await asyncio.sleep(0)
    for task in asked[::3]:
        task.cancel()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [answer for answer in told if isinstance(answer, bytes)] == [str(n).encode() for n in range(20) if n % 3]


async def test_a_server_that_froze_is_away_in_time_and_used_again_when_it_wakes(tmp_path: Path) -> None:
    server = start_redis(tmp_path)
    if server.process is None:
        pytest.skip("the given Redis cannot be frozen")
    link = link_to(server.url)
    try:
        await link.run("SET", "counter", 0)
        server.pause()
        began = asyncio.get_running_loop().time()
        told = await asyncio.gather(*(link.run("INCR", "counter") for _ in range(5)), return_exceptions=True)
        assert all(isinstance(one, RedisError) for one in told)
        assert asyncio.get_running_loop().time() - began < 4 * SECONDS
        with pytest.raises(RedisError):
            await link.run("PING")
        server.go_on()
        assert int(await link.run("GET", "counter")) <= 5  # never sent twice
    finally:
        server.go_on()
        await link.close()
        server.stop()


async def test_a_server_that_died_fails_those_who_wait_and_a_new_one_is_found(tmp_path: Path) -> None:
    server = start_redis(tmp_path)
    if server.process is None:
        pytest.skip("the given Redis cannot be stopped")
    link = link_to(server.url)
    await link.run("PING")
    server.stop()
    with pytest.raises((RedisError, OSError)):
        await link.run("PING")
    again: RedisServer = start_redis(tmp_path)
    try:
        assert await link.run("PING") == b"PONG"
    finally:
        await link.close()
        again.stop()


async def test_a_server_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    link = link_to(f"unix://{tmp_path}/nothing.sock")
    with pytest.raises((RedisError, OSError)):
        await link.run("PING")
    await link.close()


async def test_many_who_wait_for_a_silent_server_wait_together(tmp_path: Path) -> None:
    """It accepts and never answers: the password that is sent first gets no reply."""
    kept = []

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer)

    listening = await asyncio.start_unix_server(swallow, tmp_path / "silent.sock")
    link = link_to(f"unix://:secret@{tmp_path}/silent.sock")
    began = asyncio.get_running_loop().time()
    told = await asyncio.gather(*(link.run("PING") for _ in range(50)), return_exceptions=True)
    assert all(isinstance(one, RedisError) for one in told)
    assert asyncio.get_running_loop().time() - began < 4 * SECONDS
    await link.close()
    for writer in kept:
        writer.close()
    listening.close()

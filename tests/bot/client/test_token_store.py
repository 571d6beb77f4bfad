"""Where the token lies: sealed in Redis, locked for one fetch at a time, and in the process alone with Redis away."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import redis

from bot.client.token_store import TokenStore
from bot.client.tokens import TokenHolder
from tests.bot.client.outgoing import account
from tests.servers import start_redis
from tests.wechat_server import APP_ID, APP_SECRET, WeChatServer


def test_the_token_lies_sealed_in_redis_and_ends_before_wechat_ends_it(
    holder: TokenHolder, wechat: WeChatServer, client: redis.Redis
) -> None:
    token = holder.current()
    (key,) = [key for key in client.keys("*") if not key.endswith(b":lock")]
    assert token.encode()[:30] not in client.get(key)
    assert APP_SECRET.encode() not in client.get(key)
    assert 6000 < client.ttl(key) <= 7200 - 300


def test_a_lock_whose_holder_died_is_waited_for_and_then_passed_by(client: redis.Redis) -> None:
    client.set(f"bst:token:{APP_ID}:lock", "somebody who was killed", ex=30)
    store = TokenStore(APP_ID, APP_SECRET, client=client, wait_seconds=0.2)
    started = time.monotonic()
    with store.lock():
        assert 0.1 < time.monotonic() - started < 2
    assert client.exists(f"bst:token:{APP_ID}:lock"), "it is not ours to release"


def test_a_lock_that_ran_out_while_held_is_left_to_its_next_holder(client: redis.Redis) -> None:
    store = TokenStore(APP_ID, APP_SECRET, client=client)
    with store.lock():
        client.set(f"bst:token:{APP_ID}:lock", "the next one", ex=30)
    assert client.get(f"bst:token:{APP_ID}:lock") == b"the next one"


def test_redis_that_is_away_from_the_start_costs_one_try_and_no_token(
    wechat: WeChatServer, http: httpx.Client, tmp_path: Path
) -> None:
    with redis.Redis.from_url(f"unix://{tmp_path}/nobody.sock") as client:
        holder = TokenHolder(account(), api_url=wechat.url, http=http, client=client)
        assert [holder.current() for _ in range(3)] == [wechat.token] * 3
    assert wechat.fetches == 1


def test_redis_that_goes_away_in_the_middle_loses_no_token(
    wechat: WeChatServer, http: httpx.Client, tmp_path: Path
) -> None:
    server = start_redis(tmp_path)
    with redis.Redis.from_url(server.url, socket_timeout=0.2) as client:
        holder = TokenHolder(account(), api_url=wechat.url, http=http, client=client)
        token = holder.current()
        server.pause()
        try:
            assert holder.current() == token
            wechat.revoke()
            holder.expire(token)
            assert holder.current() == wechat.token
        finally:
            server.go_on()
            server.stop()
    assert wechat.fetches == 2

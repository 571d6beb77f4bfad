"""The outgoing API against a server of our own over real HTTP; no log record may hold a secret."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import redis

from bot.client.api import WeChatApi
from bot.client.tokens import TokenHolder
from tests.bot.client.outgoing import account, make_api
from tests.secret_watch import no_secret_in_logs
from tests.wechat_server import WeChatServer, running

__all__ = ["no_secret_in_logs"]


@pytest.fixture
def wechat() -> Iterator[WeChatServer]:
    with running(WeChatServer()) as server:
        yield server


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def api(wechat: WeChatServer, http: httpx.Client) -> WeChatApi:
    return make_api(wechat.url, http)


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def holder(wechat: WeChatServer, http: httpx.Client, client: redis.Redis) -> TokenHolder:
    return TokenHolder(account(), api_url=wechat.url, http=http, client=client)

"""The outgoing API against a server of our own over real HTTP; no log record may hold a secret."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from bot.client.api import WeChatApi
from tests.bot.client.outgoing import make_api
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

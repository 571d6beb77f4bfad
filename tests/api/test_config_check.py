"""``config check`` of the machine, and of everything in one go."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from api.config_check import check, clock_result, database_result, platform_result, redis_result
from tests.api.checked import SERVICE, site
from tests.secret_watch import no_secret_in_logs  # noqa: F401
from tests.servers import PostgresServer
from tests.wechat_server import WeChatServer, running


@pytest.fixture
def wechat() -> Iterator[WeChatServer]:
    with running(WeChatServer()) as server:
        yield server


def test_a_clock_that_is_right_passes_and_one_that_is_off_is_told(wechat: WeChatServer) -> None:
    with httpx.Client() as http:
        assert clock_result(api_url=wechat.url, http=http, now=datetime.now(UTC)).ok
        wechat.clock_ahead = 700
        found = clock_result(api_url=wechat.url, http=http, now=datetime.now(UTC))
        assert not found.ok
        assert "NTP" in found.what_to_do
        assert not clock_result(api_url="http://127.0.0.1:9", http=http, now=datetime.now(UTC)).ok


def test_both_databases_and_redis_are_reached(postgres: PostgresServer, redis_url: str, tmp_path: Path) -> None:
    assert database_result(postgres.url).ok
    assert database_result(f"sqlite:///{tmp_path}/new/folder/bianshitong.db").ok
    assert not (tmp_path / "new").exists()
    assert redis_result(redis_url).ok
    assert redis_result(None).ok


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody:hidden@127.0.0.1:9/none",
        "postgresql+psycopg://nobody:hidden@127.0.0.1:port/none",
        "sqlite:////proc/none/bianshitong.db",
    ],
)
def test_a_database_that_cannot_be_had_is_told_without_its_password(url: str) -> None:
    found = database_result(url)
    assert not found.ok
    assert "hidden" not in found.what_to_do


@pytest.mark.parametrize("url", ["redis://:hidden@127.0.0.1:9/0", "redis://127.0.0.1:port"])
def test_a_redis_that_cannot_be_had_is_told_without_its_password(url: str) -> None:
    found = redis_result(url)
    assert not found.ok
    assert "hidden" not in found.what_to_do


def test_a_server_that_is_no_redis_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.listen()

        def greet() -> None:
            connection, _ = deaf.accept()
            connection.sendall(b"-NOAUTH Authentication required.\r\n" * 3)
            connection.close()

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        assert not redis_result(f"redis://127.0.0.1:{deaf.getsockname()[1]}").ok
        thread.join(5)


@pytest.mark.parametrize(
    ("status", "body", "ok", "said"),
    [
        (200, json.dumps({"items": [], "next_cursor": None}).encode(), True, "令牌有效"),
        (401, b"", False, "BST_PLATFORM_TOKEN"),
        (403, b"", False, "BST_PLATFORM_TOKEN"),
        (404, b"<html>", False, "路径"),
        (500, b"", False, "BST_PLATFORM_URL"),
        (200, b"<html>", False, "BST_PLATFORM_URL"),
    ],
)
def test_the_platform_is_asked_and_its_answer_explained(status: int, body: bytes, ok: bool, said: str) -> None:
    with site(lambda path, query: (status, body)) as http:
        found = platform_result("https://platform.example.org/v1", "t", http=http)
    assert found.ok is ok
    assert said in found.what_to_do


def test_no_platform_is_right_and_a_platform_without_a_token_is_not() -> None:
    with httpx.Client() as http:
        assert platform_result(None, None, http=http).ok
        assert not platform_result("https://platform.example.org", None, http=http).ok


def test_everything_is_checked_in_one_go(wechat: WeChatServer, redis_url: str, tmp_path: Path) -> None:
    with httpx.Client() as http:
        found = check(
            {"sample": SERVICE},
            database_url=f"sqlite:///{tmp_path}/bianshitong.db",
            redis_url=redis_url,
            api_url=wechat.url,
            public_url=None,
            platform_url=None,
            platform_token=None,
            http=http,
            now=datetime.now(UTC) + timedelta(seconds=1),
        )
    assert {one.name for one in found if not one.ok} == {"公众号 sample：AppSecret", "公众号 sample：回调地址"}
    assert [one.name for one in found[:4]] == ["微信接口与时间", "数据库", "Redis", "共享平台"]
    guide = (Path(__file__).parents[2] / "docs" / "connect.md").read_text(encoding="utf-8")
    assert not [one.name for one in found if f"*{one.name.rpartition('：')[2]}*" not in guide]


def test_without_any_account_the_check_says_so(wechat: WeChatServer, tmp_path: Path) -> None:
    with httpx.Client() as http:
        found = check(
            {},
            database_url=f"sqlite:///{tmp_path}/bianshitong.db",
            redis_url=None,
            api_url=wechat.url,
            public_url=None,
            platform_url=None,
            platform_token=None,
            http=http,
            now=datetime.now(UTC),
        )
    assert "还没有公众号" in found[-1].what_to_do

"""``config check`` tries each thing for real; here each thing is broken in turn and the advice is read."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from api.account_check import CheckResult, account_results
from api.callback_check import callback_result
from api.config_check import check, clock_result, database_result, platform_result, redis_result
from bot.account import Account, AccountKind, Credentials, Mode
from bot.envelope import Envelope
from bot.errors import EnvelopeRefused
from tests.secret_watch import no_secret_in_logs  # noqa: F401
from tests.servers import PostgresServer
from tests.wechat_server import APP_ID, APP_SECRET, Errcode, Json, Status, WeChatServer, running

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CREDENTIALS = Credentials(app_secret=APP_SECRET, token="sampletoken", aes_key=AES_KEY)
SERVICE = Account(
    name="sample",
    app_id=APP_ID,
    kind=AccountKind.SERVICE,
    verified=True,
    customer_service_transfer=True,
    template_ids={"progress": "notice-1"},
    credentials=CREDENTIALS,
)
TOKEN = "/cgi-bin/stable_token"
MENU = "/cgi-bin/menu/get"
TEMPLATES = "/cgi-bin/template/get_all_private_template"
AGENTS = "/cgi-bin/customservice/getkflist"

Answering = Callable[[str, dict[str, str]], tuple[int, bytes]]


@pytest.fixture
def wechat() -> Iterator[WeChatServer]:
    with running(WeChatServer()) as server:
        yield server


@contextmanager
def site(answering: Answering) -> Iterator[httpx.Client]:
    """A client for which every name leads to one server of ours on a loopback port, as DNS would have it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body = answering(parts.path, dict(parse_qsl(parts.query)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()

    class Towards(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=listening.server_address[1])
            return super().handle_request(request)

    with httpx.Client(transport=Towards()) as http:
        yield http
    listening.shutdown()
    listening.server_close()
    thread.join()


def results(account: Account, wechat: WeChatServer) -> dict[str, CheckResult]:
    with httpx.Client() as http:
        found = list(account_results(account, api_url=wechat.url, http=http))
    assert not [one for one in found if APP_SECRET in one.what_to_do or AES_KEY in one.what_to_do]
    return {one.name.partition("：")[2]: one for one in found}


# One account


def test_a_right_account_passes_everything(wechat: WeChatServer) -> None:
    found = results(replace(SERVICE, credentials=replace(CREDENTIALS, previous_aes_key=AES_KEY)), wechat)
    wrong = {name for name, one in found.items() if not one.ok}
    assert wrong == {"AppSecret"}  # the test's own secret is no hexadecimal number, so that logs can be searched for it
    assert list(found) == [
        "AppID",
        "AppSecret",
        "Token",
        "旧 EncodingAESKey",
        "EncodingAESKey",
        "访问令牌",
        "微信认证与菜单",
        "后台自动回复",
        "账号类型与模板",
        "人工客服",
    ]
    assert wechat.fetches == 1


@pytest.mark.parametrize(
    ("account", "name", "said"),
    [
        (replace(SERVICE, app_id="gh_0123456789ab"), "AppID", "wx 开头的 18 位"),
        (replace(SERVICE, credentials=replace(CREDENTIALS, token="ab")), "Token", "现在是 2 个字符"),
        (replace(SERVICE, credentials=replace(CREDENTIALS, token="有 token")), "Token", "3 到 32 个字母或数字"),
        (
            replace(SERVICE, credentials=replace(CREDENTIALS, aes_key=AES_KEY[:42])),
            "EncodingAESKey",
            "现在是 42 个字符",
        ),
        (replace(SERVICE, credentials=replace(CREDENTIALS, aes_key=None)), "EncodingAESKey", "现在是 0 个字符"),
        (replace(SERVICE, credentials=replace(CREDENTIALS, previous_aes_key="x")), "旧 EncodingAESKey", "43"),
        (replace(SERVICE, credentials=replace(CREDENTIALS, app_secret=None)), "访问令牌", "请补上 AppSecret"),
    ],
)
def test_a_wrong_form_is_told(wechat: WeChatServer, account: Account, name: str, said: str) -> None:
    found = results(account, wechat)[name]
    assert not found.ok
    assert said in found.what_to_do


def test_plain_mode_asks_for_no_key(wechat: WeChatServer) -> None:
    plain = replace(SERVICE, mode=Mode.PLAIN, credentials=replace(CREDENTIALS, aes_key=None))
    assert "EncodingAESKey" not in results(plain, wechat)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Errcode(40013), "核对 AppID"),
        (Errcode(40125), "重置 AppSecret"),
        (Errcode(40164, "invalid ip 203.0.113.5 ipv6 ::ffff:203.0.113.5, not in whitelist"), "IP 是 203.0.113.5"),
        (Errcode(40243), "解冻"),
        (Errcode(89503), "管理员"),
        (Errcode(45009), "明天"),
        (Status(302), "BST_WECHAT_API_URL"),
    ],
)
def test_what_keeps_the_token_away_is_told_and_nothing_more_is_asked(
    wechat: WeChatServer, answer: Errcode | Status, said: str
) -> None:
    wechat.script(TOKEN, answer)
    found = results(SERVICE, wechat)
    assert not found["访问令牌"].ok
    assert said in found["访问令牌"].what_to_do
    assert "微信认证与菜单" not in found
    assert {call.path for call in wechat.calls} == {TOKEN}


def test_an_unverified_account_that_says_so_is_right(wechat: WeChatServer) -> None:
    wechat.script(MENU, Errcode(48001))
    unverified = replace(SERVICE, verified=False, customer_service_transfer=False)
    found = results(unverified, wechat)["微信认证与菜单"]
    assert found.ok
    assert "只能被动回复" in found.what_to_do


def test_an_unverified_account_without_a_secret_is_right(wechat: WeChatServer) -> None:
    unverified = replace(SERVICE, verified=False, credentials=replace(CREDENTIALS, app_secret=None))
    assert all(one.ok for one in results(unverified, wechat).values())
    assert wechat.calls == []


@pytest.mark.parametrize(
    ("account", "path", "answer", "name", "said"),
    [
        (SERVICE, MENU, Errcode(48001), "微信认证与菜单", "请改为 false"),
        (replace(SERVICE, verified=False), "", None, "微信认证与菜单", "请改为 true"),
        (SERVICE, TEMPLATES, Errcode(48001), "账号类型与模板", "请改为 subscription"),
        (replace(SERVICE, kind=AccountKind.SUBSCRIPTION), "", None, "账号类型与模板", "请改为 service"),
        (replace(SERVICE, template_ids={"progress": "no"}), "", None, "账号类型与模板", "没有选用模板 progress"),
        (SERVICE, AGENTS, Json({"kf_list": []}), "人工客服", "没有客服人员"),
        (SERVICE, AGENTS, Errcode(65400), "人工客服", "没有客服人员"),
        (SERVICE, MENU, Errcode(48004), "微信认证与菜单", "站内信"),
    ],
)
def test_rights_that_differ_from_the_configuration_are_told(
    wechat: WeChatServer, account: Account, path: str, answer: Any, name: str, said: str
) -> None:
    if path:
        wechat.script(path, answer)
    found = results(account, wechat)[name]
    assert not found.ok
    assert said in found.what_to_do


def test_a_missing_menu_and_open_auto_replies_are_mentioned(wechat: WeChatServer) -> None:
    wechat.script(MENU, Errcode(46003))
    wechat.script("/cgi-bin/get_current_autoreply_info", Json({"is_autoreply_open": 1}))
    found = results(SERVICE, wechat)
    assert "bianshitong menu push" in found["微信认证与菜单"].what_to_do
    assert "启用服务器配置后不再生效" in found["后台自动回复"].what_to_do


# The callback address


def product(account: Account, now: datetime) -> Answering:
    def answering(path: str, query: dict[str, str]) -> tuple[int, bytes]:
        if path != f"/wechat/{account.name}":
            return 404, b""
        try:
            return 200, Envelope(account).verify_url(query, now=now).encode()
        except EnvelopeRefused:
            return 403, b""

    return answering


def callback(answering: Answering, now: datetime, url: str = "https://bot.example.org") -> CheckResult:
    with site(answering) as http:
        return callback_result(SERVICE, public_url=url, http=http, now=now)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_product_answers_its_own_verification(now: datetime, mode: Mode) -> None:
    found = callback(product(replace(SERVICE, mode=mode), now), now)
    assert found.ok
    assert "https://bot.example.org/wechat/sample" in found.what_to_do


@pytest.mark.parametrize(
    ("answering", "said"),
    [
        (lambda path, query: (200, b"<html>hello</html>"), "不是微信要的原文"),
        (lambda path, query: (200, b"x" * 1_000_000), "不是微信要的原文"),
        (lambda path, query: (200, query["echostr"].encode()), "签名不对也原样应答"),
        (lambda path, query: (403, b""), "Token 与这里不同"),
        (lambda path, query: (404, b""), "没有这个地址"),
        (lambda path, query: (301, b""), "重定向"),
        (lambda path, query: (502, b""), "HTTP 502"),
    ],
)
def test_what_answers_wrongly_is_told(now: datetime, answering: Answering, said: str) -> None:
    found = callback(answering, now)
    assert not found.ok
    assert said in found.what_to_do


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://bot.example.org:8443", "80 和 443"),
        ("https://127.0.0.1", "微信访问不到"),
        ("http://10.1.2.3", "微信访问不到"),
        ("https://server", "微信访问不到"),
        ("https://bot.example.org:port", "不是正确的地址"),
        ("https://[", "不是正确的地址"),
        ("ftp://bot.example.org", "不是正确的地址"),
    ],
)
def test_an_address_that_wechat_cannot_reach_is_told(now: datetime, url: str, said: str) -> None:
    found = callback(product(SERVICE, now), now, url)
    assert not found.ok
    assert said in found.what_to_do


def test_nobody_at_the_address_is_told(now: datetime) -> None:
    with httpx.Client() as http:
        found = callback_result(SERVICE, public_url="http://127.0.0.1:9", http=http, now=now)
    assert "连不上" in found.what_to_do


# The machine


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

"""The callback address: the product must answer itself as it would answer WeChat."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import httpx
import pytest

from api.account_check import CheckResult
from api.callback_check import callback_result
from bot.account import Account, Mode
from bot.envelope import Envelope
from bot.errors import EnvelopeRefused
from tests.api.checked import SERVICE, Answering, site
from tests.secret_watch import no_secret_in_logs  # noqa: F401


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

"""Does the public address answer as WeChat will ask? The product sends itself a URL verification, from outside."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from api.account_check import CheckResult
from bot.account import Account

ANSWER_SECONDS = 5.0  # WeChat waits no longer
WECHAT_PORTS = frozenset({None, 80, 443})  # the only ports WeChat calls (official)
ANSWER_LIMIT_BYTES = 64 * 1024
ECHO_BYTES = 12


def callback_result(
    account: Account, *, public_url: str, http: httpx.Client, now: datetime, from_outside: bool = True
) -> CheckResult:
    """A rightly signed verification must come back word for word, a wrongly signed one must be refused.

    ``from_outside``: WeChat itself has to reach it; the demo's simulator lives on this machine.
    """
    name = f"公众号 {account.name}：回调地址"
    address = f"{public_url.rstrip('/')}/wechat/{account.name}"
    problem = (
        _form_problem(public_url)
        or _verification_problem(address, account.credentials.token, http=http, now=now)
        or _forgery_problem(address, http=http, now=now)
        or (_reach_problem(public_url) if from_outside else None)
    )
    onward = "；请把它填进后台“服务器配置”" if from_outside else ""
    return CheckResult(name, problem is None, problem or f"{address} 应答正确{onward}")


def _form_problem(public_url: str) -> str | None:
    try:
        parts = urlsplit(public_url)
        well_formed = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        well_formed = False
    return None if well_formed else "BST_PUBLIC_URL 不是正确的地址；请写成 https://域名"


def _reach_problem(public_url: str) -> str | None:
    """It answers here; whether WeChat could get there is another question."""
    parts = urlsplit(public_url)
    port, host = parts.port, parts.hostname or ""
    if port not in WECHAT_PORTS:
        return f"微信只访问 80 和 443 端口，BST_PUBLIC_URL 用的是 {port}；请用反向代理转到 443"
    if _is_private(host):
        return f"微信访问不到 {host}；请把 BST_PUBLIC_URL 设为公网域名"
    return None


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


def _verification_problem(address: str, token: str, *, http: httpx.Client, now: datetime) -> str | None:
    echo = secrets.token_hex(ECHO_BYTES)
    try:
        status, body = _ask(address, token, echo, http=http, now=now)
    except httpx.TimeoutException:
        return f"{ANSWER_SECONDS:g} 秒内没有应答；请检查防火墙和反向代理"
    except httpx.HTTPError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return "https 证书不受信任；请更换证书，并带上中间证书"
        return "连不上这个地址；请检查域名解析、防火墙、反向代理，以及本产品是否已启动"
    if status == httpx.codes.OK:
        if hmac.compare_digest(body, echo.encode()):
            return None
        return "应答的内容不是微信要的原文；请检查是否被防火墙、CDN 或别的网站拦下"
    if status == httpx.codes.FORBIDDEN:
        return "签名被拒绝：运行中的服务用的 Token 与这里不同，或两边时间不一致；请核对后重启服务"
    if status == httpx.codes.NOT_FOUND:
        return (
            f"没有这个地址：请让反向代理把 /wechat/ 原样转给本产品，并确认服务已载入公众号 {address.rpartition('/')[2]}"
        )
    if httpx.codes.is_redirect(status):
        return "应答了重定向，而微信不会跟随；请直接填最终的 https 地址"
    return f"应答了 HTTP {status}；请查看服务和反向代理的日志"


def _forgery_problem(address: str, *, http: httpx.Client, now: datetime) -> str | None:
    """Something that echoes whatever it is sent would look right to WeChat and then lose every message."""
    echo, wrong_token = secrets.token_hex(ECHO_BYTES), secrets.token_hex(8)
    try:
        echoed = _ask(address, wrong_token, echo, http=http, now=now) == (httpx.codes.OK, echo.encode())
    except httpx.HTTPError:
        return "时通时不通；请检查反向代理"
    return "签名不对也原样应答，说明应答的不是本产品；请检查反向代理" if echoed else None


def _ask(address: str, token: str, echo: str, *, http: httpx.Client, now: datetime) -> tuple[int, bytes]:
    """The GET that WeChat sends once; it uses the plain signature in every mode."""
    timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(5)
    signature = hashlib.sha1("".join(sorted((token, timestamp, nonce))).encode()).hexdigest()  # noqa: S324 (WeChat's)
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    with http.stream("GET", address, params=query, timeout=ANSWER_SECONDS, follow_redirects=False) as response:
        body = b""
        for part in response.iter_bytes():
            body += part
            if len(body) > ANSWER_LIMIT_BYTES:
                break
        return response.status_code, body

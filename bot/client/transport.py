"""One HTTP exchange with WeChat: bounded in time and size, and silent about addresses, for they carry tokens."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from bot.client.errors import ApiError, Misconfigured, RateLimited, Rejected, Transient, UnclearOutcome, error_for

T = TypeVar("T")

CONNECT_SECONDS = 3.0
SILENCE_SECONDS = 5.0  # between two pieces of an answer; WeChat answers within one second as a rule
CALL_SECONDS = 8.0  # a whole call, however slowly it drips
MEDIA_SECONDS = 30.0  # a picture of 10 MB over a slow line
ANSWER_LIMIT_BYTES = 12 * 1024 * 1024  # a picture may have 10 MB (official), with room for its frame
# Reads and token calls are tried this often again, after these pauses (seconds).
PAUSES = (0.2, 0.6)


@dataclass(frozen=True, slots=True)
class Request:
    """``repeatable`` says that doing it twice does no harm; it is false for messages to citizens."""

    method: str
    url: str = field(repr=False)
    repeatable: bool
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    files: Mapping[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    seconds: float = CALL_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


class WithoutQuery(logging.Filter):
    """httpx logs each address at INFO, query and all; here the query, where tokens ride, is cut off."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(a.copy_with(query=None) if isinstance(a, httpx.URL) else a for a in record.args)
        return True


logging.getLogger("httpx").addFilter(WithoutQuery())


def exchange(http: httpx.Client, request: Request) -> Answer:
    """Send once and read the whole answer. Raises ``ApiError`` by what may have happened, never naming the address."""
    timeout = httpx.Timeout(min(SILENCE_SECONDS, request.seconds), connect=CONNECT_SECONDS)
    deadline = time.monotonic() + request.seconds
    headers = {"Content-Type": "application/json; charset=utf-8"} if request.content is not None else {}
    try:
        with http.stream(
            request.method,
            request.url,
            params=request.params,
            content=request.content,
            files=request.files,
            headers=headers,
            timeout=timeout,
            follow_redirects=False,
        ) as response:
            _check_status(response.status_code, request)
            return Answer(response.headers, _read(response, request, deadline))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        raise Transient("连不上微信接口；请检查服务器的外网与 BST_WECHAT_API_URL") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise Misconfigured("微信接口的地址不正确；请检查 BST_WECHAT_API_URL") from None
    except httpx.HTTPError:
        raise _unanswered(request, "微信接口没有答完") from None


def decoded(answer: Answer, request: Request) -> dict[str, Any]:
    """The JSON object of an answer whose ``errcode`` is absent or 0; any other code is raised as its error."""
    try:
        # Not strict: WeChat lets control characters through in what people typed.
        value = json.loads(answer.content.decode("utf-8", "replace"), strict=False)
        code = int(value.get("errcode", 0))
    except (AttributeError, TypeError, ValueError, OverflowError, RecursionError):
        raise _unanswered(request, "微信接口的答复无法识别") from None
    if code != 0:
        raise error_for(code, repeatable=request.repeatable, address=_address_in(value.get("errmsg")))
    if not request.repeatable and "errcode" not in value:
        raise _unanswered(request, "微信接口的答复不完整")
    return dict(value)


def patiently(attempt: Callable[[], T]) -> T:
    """Try again after ``Transient``, twice at most; anything else is final."""
    for pause in PAUSES:
        try:
            return attempt()
        except Transient:
            time.sleep(pause)
    return attempt()


def _read(response: httpx.Response, request: Request, deadline: float) -> bytes:
    parts = bytearray()
    for part in response.iter_bytes():
        parts += part
        if len(parts) > ANSWER_LIMIT_BYTES:
            raise Rejected("微信返回的文件太大；请让对方发小一些的图片")
        if time.monotonic() > deadline:
            raise _unanswered(request, "微信接口答复太慢")
    return bytes(parts)


def _check_status(status: int, request: Request) -> None:
    """WeChat answers 200 even to a wrong request; anything else comes from a proxy or a machine in trouble."""
    if status == httpx.codes.OK:
        return
    if status == httpx.codes.REQUEST_TIMEOUT or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _unanswered(request, f"微信接口返回了 HTTP {status}")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise RateLimited("调用太频繁；请一分钟后再试")
    if status < httpx.codes.BAD_REQUEST:
        raise Misconfigured(f"微信接口返回了 HTTP {status}；请检查 BST_WECHAT_API_URL")
    raise Rejected(f"微信接口返回了 HTTP {status}；请检查 BST_WECHAT_API_URL 与代理")


def _unanswered(request: Request, what: str) -> ApiError:
    return (
        Transient(f"{what}；请稍后再试") if request.repeatable else UnclearOutcome(f"{what}，消息可能已送达；请勿重发")
    )


def _address_in(message: object) -> str | None:
    """Our own IP out of ``invalid ip 203.0.113.5 ipv6 ::ffff:…, not in whitelist`` (40164)."""
    words = message.split() if isinstance(message, str) else []
    if words[:2] == ["invalid", "ip"] and len(words) > 2:
        return words[2].strip(",")
    return None

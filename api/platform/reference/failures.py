"""Switches that make the reference platform fail in every way a real one does: for the demo and for tests."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.platform.reference.problems import problem_response


class Failure(StrEnum):
    DOWN = "down"  # 503: the service behind the gateway is away
    SLOW = "slow"  # answers rightly, but late
    ERROR = "500"
    BUSY = "429"
    REFUSES = "422"
    HTML = "html"  # 200 with a page of some gateway
    HALF_BODY = "half"  # filed, and the answer breaks off
    ACCEPTS_SILENTLY = "silent"  # filed, and the answer comes after the caller has given up


@dataclass(slots=True)
class Failures:
    """What the next calls meet, in order; ``lasting`` is met once the list is empty. ``slow_seconds`` is the delay."""

    slow_seconds: float = 30.0
    retry_after: str = "5"
    lasting: Failure | None = None
    _next: deque[Failure] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, *failures: Failure) -> None:
        """Each of the coming calls takes one."""
        with self._lock:
            self._next.extend(failures)

    def heal(self) -> None:
        with self._lock:
            self._next.clear()
            self.lasting = None

    def take(self) -> Failure | None:
        with self._lock:
            return self._next.popleft() if self._next else self.lasting


class FailingDoor:
    """Stands before the API (``/v1``) and lets the failures happen; the demo page stays reachable."""

    def __init__(self, app: ASGIApp, failures: Failures) -> None:
        self._app = app
        self._failures = failures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        failure = self._failures.take() if scope["type"] == "http" and path.startswith("/v1/") else None
        match failure:
            case None:
                await self._app(scope, receive, send)
            case Failure.SLOW:
                await asyncio.sleep(self._failures.slow_seconds)
                await self._app(scope, receive, send)
            case Failure.ACCEPTS_SILENTLY:
                await self._app(scope, receive, _late(send, self._failures.slow_seconds))
            case Failure.HALF_BODY:
                await self._app(scope, receive, _halved(send))
            case _:
                await self._plain(failure, scope, receive, send)

    async def _plain(self, failure: Failure, scope: Scope, receive: Receive, send: Send) -> None:
        match failure:
            case Failure.DOWN:
                response = problem_response(503, "平台暂停服务")
            case Failure.BUSY:
                response = problem_response(429, "请求过于频繁", headers={"Retry-After": self._failures.retry_after})
            case Failure.REFUSES:
                response = problem_response(422, "内容不符合要求", "演示：平台不受理这件反馈")
            case Failure.HTML:
                response = problem_response(200, "")
                response.body = "<!doctype html><title>网关</title><p>欢迎使用</p>".encode()
                response.headers["content-length"] = str(len(response.body))
                response.headers["content-type"] = "text/html; charset=utf-8"
            case _:
                response = problem_response(500, "平台内部错误")
        await response(scope, receive, send)


def _late(send: Send, seconds: float) -> Send:
    async def wait_then_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        await send(message)

    return wait_then_send


def _halved(send: Send) -> Send:
    """The head promises more bytes than follow: the body is never ended, so the server cuts the connection.

    Ending it too short would be an error of the server's own, with a traceback in the log of whoever runs the demo.
    """

    async def send_half(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            message = {**message, "body": body[: len(body) // 2], "more_body": True}
        await send(message)

    return send_half

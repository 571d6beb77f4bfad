"""How much may be sent to the console. Asked first of all: the check of a form's token reads all of its body."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 1_000_000  # bytes; the longest form is an entry of some thousand characters
UPLOAD_LIMIT = 25_000_000  # a base of 10,000 entries is 10 MB
UPLOADS = "/imports"  # to this very address; what is done with a file afterwards is a form like any other
MOST_DIGITS = 20  # more than any length has; a number of thousands of digits is refused by Python itself

Refuse = Callable[[Request], Response]
Admit = Callable[[Request], Awaitable[Response | None]]


class TooLarge(Exception):
    """More came than was announced, or than may."""


class BodyLimit:
    """ASGI middleware. ``refuse`` makes the page of a refusal; whoever sends a form is not signed in yet.

    ``admit`` is asked before a file is taken, for the check of a form's token would read all of it first: its answer
    goes out instead, without a look at the body. ``None``: let it come; the gate and the token are asked as ever.
    """

    def __init__(self, app: ASGIApp, *, refuse: Refuse, admit: Admit) -> None:
        self._app, self._refuse, self._admit = app, refuse, admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        counted, begun = _Counted(receive, limit_of(scope)), False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            counted.take(_announced(scope))
            if uploads(scope) and (turned_away := await self._admit(Request(scope))) is not None:
                await turned_away(scope, receive, noted)
                return
            await self._app(scope, counted.receive, noted)
        except Exception:
            if begun or not counted.exceeded:  # what waits for the body in several tasks raises a group of errors
                raise
            await self._refuse(Request(scope))(scope, receive, send)


class _Counted:
    """The body on its way in."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit, self._taken, self.exceeded = receive, limit, 0, False

    async def receive(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        self.take(self._taken)
        return message

    def take(self, length: int) -> None:
        if length > self._limit:
            self.exceeded = True
            raise TooLarge


def limit_of(scope: Scope) -> int:
    """By the address: files are taken in one place only."""
    return UPLOAD_LIMIT if uploads(scope) else LIMIT


def uploads(scope: Scope) -> bool:
    """Whether a file is sent."""
    sent = scope.get("method", "GET") not in ("GET", "HEAD")
    return sent and bool(scope["path"].removeprefix(scope.get("root_path", "")) == UPLOADS)


def _announced(scope: Scope) -> int:
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said[:MOST_DIGITS]) if said.isdigit() else 0

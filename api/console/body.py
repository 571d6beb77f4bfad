"""How much may be sent to the console. Asked first of all: the check of a form's token reads all of its body."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 1_000_000  # bytes; the longest form is an entry of some thousand characters
UPLOAD_LIMIT = 25_000_000  # a base of 10,000 entries is 10 MB
UPLOADS = "/imports"
MOST_DIGITS = 20  # more than any length has; a number of thousands of digits is refused by Python itself

Refuse = Callable[[Request], Response]


class TooLarge(Exception):
    """More came than was announced, or than may."""


class BodyLimit:
    """ASGI middleware. ``refuse`` makes the page of a refusal; whoever sends is not signed in yet."""

    def __init__(self, app: ASGIApp, *, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, begun = limit_of(scope), False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if _announced(scope) > limit:
                raise TooLarge
            await self._app(scope, _counted(receive, limit), noted)
        except TooLarge:
            if begun:
                raise
            await self._refuse(Request(scope))(scope, receive, send)


def limit_of(scope: Scope) -> int:
    """By the address: files are taken in one place only."""
    inside = scope["path"].removeprefix(scope.get("root_path", ""))
    return UPLOAD_LIMIT if inside == UPLOADS or inside.startswith(f"{UPLOADS}/") else LIMIT


def _announced(scope: Scope) -> int:
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said[:MOST_DIGITS]) if said.isdigit() else 0


def _counted(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def receive_within() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge
        return message

    return receive_within

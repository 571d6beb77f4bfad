"""No request body is read beyond a limit, whatever it says of its length."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.rest.problems import Refused, problem_response
from api.rest.texts import PROBLEMS

TOO_LARGE = 413
LIMIT_BYTES = 128 * 1024  # ten times the longest entry


class BodyLimit:
    """ASGI middleware: 413 before the application has read more than ``LIMIT_BYTES``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LIMIT_BYTES:
                raise HTTPException(TOO_LARGE)  # what else is raised here, FastAPI takes for a broken body
            return message

        if _declared(Request(scope)) > LIMIT_BYTES:
            await problem_response(Refused(PROBLEMS["too-large"]))(scope, receive, send)
            return
        await self._app(scope, counted, send)


def _declared(request: Request) -> int:
    """What the header says; what is no number is counted as it comes."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0

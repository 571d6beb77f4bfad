"""Answers a request that does not fit with one sentence.

FastAPI's own answer repeats the input, and fails with 500 where that is NaN or half a surrogate pair.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

DOES_NOT_FIT = "填写的内容不符合要求，请检查后再试"


class PlainRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_plainly(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                raise HTTPException(422, DOES_NOT_FIT) from None

        return handle_plainly

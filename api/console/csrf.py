"""The check of a form's token, with a sentence for whoever fails it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.status import HTTP_403_FORBIDDEN
from starlette.types import ASGIApp
from starlette_admin.security.csrf import CSRFMiddleware

from api.console.refusal import Refusal
from api.console.texts import frame as texts


class FormToken(CSRFMiddleware):
    """The library's double-submit cookie; its English refusal gives way to a page of ours."""

    def __init__(self, app: ASGIApp, secret_key: str, *, refusal: Refusal) -> None:
        super().__init__(app, secret_key)
        self._refusal = refusal

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        try:
            answer = await super().dispatch(request, call_next)
        except HTTPException as broken:  # a form that cannot be read; what the pages raise never comes up to here
            return self._refusal.page(request, broken.status_code)
        if isinstance(answer, PlainTextResponse):  # its own; every other answer comes as a stream
            return self._refusal.page(request, HTTP_403_FORBIDDEN, texts.PAGE_OUTWORN)
        return answer

    async def _get_submitted_token(self, request: Request) -> str | None:
        """The page reads the form anew; what was unpacked here of a file is not left open."""
        try:
            return await super()._get_submitted_token(request)
        finally:
            await request.close()

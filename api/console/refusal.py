"""What is refused gets a page with a Chinese sentence, or that sentence for the script of a list."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.status import HTTP_500_INTERNAL_SERVER_ERROR
from starlette.templating import Jinja2Templates

from api.console.texts import frame as texts

_CHINESE = re.compile(r"[一-鿿]")


class Refusal:
    """Makes the pages; needs no session of the database and nobody signed in."""

    def __init__(self, templates: Jinja2Templates) -> None:
        self._templates = templates

    def page(self, request: Request, status: int, said: str = "") -> Response:
        """``said``: a sentence of ours; anything else gives way to the one for ``status``."""
        sentence = said if _CHINESE.search(said) else texts.REFUSED.get(status, texts.REFUSED_ALTOGETHER)
        inside = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        if inside.startswith("/_api/"):
            return JSONResponse({"msg": sentence}, status_code=status)
        shown = {"title": texts.REFUSED_TITLE, "status": status, "sentence": sentence}
        return self._templates.TemplateResponse(request, "error.html", shown, status_code=status)

    async def of_http(self, request: Request, error: Exception) -> Response:
        """Instead of the library's own error page."""
        assert isinstance(error, HTTPException)
        return self.page(request, error.status_code, str(error.detail))

    async def of_failure(self, request: Request, _: Exception) -> Response:
        """The traceback is for the log; whoever sits in front of the page gets a sentence."""
        return self.page(request, HTTP_500_INTERNAL_SERVER_ERROR)

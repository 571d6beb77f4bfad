"""A page of the console with a template of our own."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_200_OK, HTTP_303_SEE_OTHER
from starlette_admin import CustomView
from starlette_admin.flash import flash, get_flashed_messages

from api.console.gate import Guarded


class Page(Guarded, CustomView):
    """``show`` renders inside the console's layout; every path below the view's own counts as this page."""

    def show(self, request: Request, template: str, *, status: int = HTTP_200_OK, **shown: Any) -> Response:
        if self.templates is None:
            raise RuntimeError("the page was not added to the console")
        context = {"title": self.title(request), "flashed_messages": get_flashed_messages(request), **shown}
        return self.templates.TemplateResponse(request, template, context, status_code=status)

    def fragment(self, request: Request, template: str, **shown: Any) -> Response:
        """Part of a page, asked for by its script: what waits to be said once is left for the next whole page."""
        if self.templates is None:
            raise RuntimeError("the page was not added to the console")
        return self.templates.TemplateResponse(request, template, shown)

    def redirect_with(
        self,
        request: Request,
        route_name: str,
        *,
        said: str = "",
        category: str = "success",
        query: dict[str, str] | None = None,
        **path: Any,
    ) -> Response:
        """After a form: to the console's ``route_name``, where ``said`` stands above the page once."""
        if said:
            flash(request, said, category)
        where = request.url_for(f"console:{route_name}", **path)
        return RedirectResponse(where.include_query_params(**query) if query else where, HTTP_303_SEE_OTHER)

    def is_active(self, request: Request) -> bool:
        inside = request.scope["path"].removeprefix(request.scope["root_path"])
        return bool(inside == self.path or inside.startswith(f"{self.path}/"))

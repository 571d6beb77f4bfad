"""A new institution, entered by hand in the same form in which one is changed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.institutions.form import as_typed, beside_fields, warn
from api.console.page import Page
from api.console.request import actor, now, require
from api.console.texts import institutions as texts
from knowledge.institutions.adding import Doubted, add
from knowledge.institutions.editing import RowRefused
from knowledge.staff.rights import Right


class AddingPage(Page):
    rights = MappingProxyType(
        {"institution-new": Right.INSTITUTIONS_WRITE, "institution-add": Right.INSTITUTIONS_WRITE}
    )

    def __init__(self) -> None:
        super().__init__(menu_label=texts.NEW, path="/institution/new", route_name="institution-new", add_to_menu=False)

    @route("")
    async def index(self, request: Request) -> Response:
        return self._form(request, {})

    @route("", methods=["POST"], name="institution-add")
    async def add(self, request: Request) -> Response:
        """``then=sure``: what was doubted has been looked at."""
        return await anyio.to_thread.run_sync(self._add, request, await request.form())

    def _form(self, request: Request, typed: Mapping[str, str], refused: RowRefused | None = None) -> Response:
        return self.show(
            request,
            "institutions/new.html",
            status=HTTP_422_UNPROCESSABLE_CONTENT if refused else HTTP_200_OK,
            form={column: typed.get(column, "") for column in texts.COLUMN},
            errors=beside_fields(refused),
            clash=refused.clash if refused else None,
            doubted=isinstance(refused, Doubted),
            theirs={},
        )

    def _add(self, request: Request, sent: Mapping[str, Any]) -> Response:
        typed = as_typed(sent)
        try:
            saved = add(
                request.state.session,
                values=typed,
                by=actor(request),
                now=now(request),
                sure=sent.get("then") == "sure",
            )
        except RowRefused as refused:
            return self._form(request, typed, refused)
        require(request, Right.INSTITUTIONS_WRITE, region=saved.institution.region)  # 404 takes all of it back
        warn(request, saved)
        return self.redirect_with(request, "institution", said=texts.ADDED, query={"id": saved.institution.id})

"""The golden set: what must not be answered worse. One page to look and add, one for each question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy import ColumnElement, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_404_NOT_FOUND, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.page import Page
from api.console.publishing.golden_form import GoldenForm, add_golden, change_golden, form_of, golden_form
from api.console.request import actor, now, require, scope
from api.console.texts import publishing as texts
from knowledge.curation import golden
from knowledge.curation.golden import GoldenRefused
from knowledge.curation.models import GoldenQuestion
from knowledge.staff.rights import Right

LISTED = 100  # on one page; the rest is found by searching
LONGEST_SOUGHT = 40
_ID = re.compile(r"[0-9a-f-]{36}")


class GoldenView(Page):
    menu_label = "金标准"
    icon = "fa fa-star"
    path = "/golden"
    route_name = "golden"
    rights = MappingProxyType(
        {
            "golden": Right.ENTRIES_READ,
            "golden-one": Right.ENTRIES_READ,
            "golden-add": Right.GOLDEN_WRITE,
            "golden-change": Right.GOLDEN_WRITE,
            "golden-drop": Right.GOLDEN_WRITE,
        }
    )

    @route("")
    async def index(self, request: Request) -> Response:
        return await self._list(request, GoldenForm())

    @route("", methods=["POST"], name="golden-add")
    async def add(self, request: Request) -> Response:
        form = golden_form(await request.form())
        try:
            await anyio.to_thread.run_sync(add_golden, request, form)
        except GoldenRefused as refused:
            await anyio.to_thread.run_sync(request.state.session.rollback)
            return await self._list(request, form, mistake=str(refused), status=HTTP_422_UNPROCESSABLE_CONTENT)
        return self.redirect_with(request, "golden", said=texts.GOLDEN_ADDED)

    @route("/{id}", name="golden-one")
    async def one(self, request: Request) -> Response:
        row = await anyio.to_thread.run_sync(_seen, request, Right.ENTRIES_READ)
        return self._one(request, form_of(row), row.id)

    @route("/{id}", methods=["POST"], name="golden-change")
    async def change(self, request: Request) -> Response:
        row = await anyio.to_thread.run_sync(_seen, request, Right.GOLDEN_WRITE)
        golden_id, form = row.id, golden_form(await request.form(), of=form_of(row))
        try:
            await anyio.to_thread.run_sync(change_golden, request, golden_id, form)
        except GoldenRefused as refused:
            await anyio.to_thread.run_sync(request.state.session.rollback)
            status = HTTP_422_UNPROCESSABLE_CONTENT
            return self._one(request, form, golden_id, status=status, mistake=str(refused))
        return self.redirect_with(request, "golden", said=texts.GOLDEN_CHANGED)

    @route("/{id}/drop", methods=["POST"], name="golden-drop")
    async def drop(self, request: Request) -> Response:
        row = await anyio.to_thread.run_sync(_seen, request, Right.GOLDEN_WRITE)
        session, by, at = request.state.session, actor(request), now(request)
        await anyio.to_thread.run_sync(lambda: golden.drop(session, golden_id=row.id, by=by, now=at))
        return self.redirect_with(request, "golden", said=texts.GOLDEN_DROPPED)

    async def _list(self, request: Request, form: GoldenForm, *, status: int = 200, mistake: str = "") -> Response:
        sought = request.query_params.get("q", "").replace("\0", "").strip()[:LONGEST_SOUGHT]
        rows = await anyio.to_thread.run_sync(_listed, request, sought)
        shown: dict[str, Any] = {"rows": rows[:LISTED], "more": len(rows) > LISTED, "listed": LISTED, "q": sought}
        return self.show(request, "publishing/golden.html", status=status, form=form, mistake=mistake, **shown)

    def _one(
        self, request: Request, form: GoldenForm, golden_id: str, *, status: int = 200, mistake: str = ""
    ) -> Response:
        shown = {"form": form, "golden_id": golden_id, "mistake": mistake}
        return self.show(request, "publishing/golden_one.html", status=status, **shown)


def _listed(request: Request, sought: str) -> Sequence[GoldenQuestion]:
    """Newest first, one more than a page shows."""
    region: ColumnElement[str | None] = GoldenQuestion.__table__.c.region
    here = scope(request, Right.ENTRIES_READ).condition(region)
    query = select(GoldenQuestion).where(GoldenQuestion.dropped_at.is_(None), here)
    if sought:
        query = query.where(GoldenQuestion.question.contains(sought, autoescape=True))
    ordered = query.order_by(GoldenQuestion.added_at.desc(), GoldenQuestion.id).limit(LISTED + 1)
    return list(request.state.session.scalars(ordered))


def _seen(request: Request, right: Right) -> GoldenQuestion:
    """404 where it is not there any more, or outside of where the person has ``right``."""
    golden_id = request.path_params["id"]
    row = request.state.session.get(GoldenQuestion, golden_id) if _ID.fullmatch(golden_id) else None
    if row is None or row.dropped_at is not None:
        raise HTTPException(HTTP_404_NOT_FOUND)
    require(request, right, region=row.region, writing=right is not Right.ENTRIES_READ)
    found: GoldenQuestion = row
    return found

"""The reverse index by law: which answers rest on it, and what happens when it holds no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy import ColumnElement
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_404_NOT_FOUND
from starlette_admin.routing import route

from api.console.entries.waiting import own_names
from api.console.page import Page
from api.console.request import actor, may, now, scope
from api.console.texts import entries as texts
from knowledge.curation.laws import entries_on, laws_of, repeal, repeals, undo_repeal
from knowledge.curation.pulling import pulled_entries
from knowledge.curation.revisions import NotAllowed, NotThere
from knowledge.faq.entry import shanghai_day
from knowledge.faq.models import FaqEntry
from knowledge.staff.rights import Right

LONGEST = 300  # the columns


class LawsView(Page):
    menu_label = "依据与废止"
    icon = "fa fa-scale-balanced"
    path = "/laws"
    route_name = "laws"
    rights = MappingProxyType(
        {
            "laws": Right.ENTRIES_READ,
            "law": Right.ENTRIES_READ,
            "law-repeal": Right.ENTRIES_PULL,
            "law-undo": Right.ENTRIES_PULL,
        }
    )

    @route("")
    async def index(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._index, request)

    @route("/one", name="law")
    async def law(self, request: Request) -> Response:
        """``?law=&article=``: in any way of writing."""
        return await anyio.to_thread.run_sync(self._law, request)

    @route("/repeal", methods=["POST"], name="law-repeal")
    async def repeal(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._repeal, request, await request.form())

    @route("/repeal/{id}/undo", methods=["POST"], name="law-undo")
    async def undo(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._undo, request)

    def _index(self, request: Request) -> Response:
        session, here = request.state.session, _within(request, Right.ENTRIES_READ, writing=False)
        laws = laws_of(session, within=here)
        sought = request.query_params.get("q", "").strip()[:LONGEST]
        if sought:
            laws = [law for law in laws if sought in law.name]
        mine = own_names(request) if request.query_params.get("mine") == "1" else None
        pulled = pulled_entries(session, within=here, owners=mine)
        return self.show(request, "entries/laws.html", laws=laws, q=sought, repeals=repeals(session), pulled=pulled)

    def _law(self, request: Request) -> Response:
        session, asked = request.state.session, request.query_params
        law, article = (asked.get(name, "").strip()[:LONGEST] for name in ("law", "article"))
        here = _within(request, Right.ENTRIES_READ, writing=False)
        shown: dict[str, Any] = {
            "law": law,
            "article": article,
            "entries": entries_on(session, law=law, article=article, within=here),
            "repeals": list(repeals(session, law=law)),
            "today": shanghai_day(now(request)).isoformat(),
            "pulls": may(request, Right.ENTRIES_PULL),
        }
        return self.show(request, "entries/law.html", **shown)

    def _repeal(self, request: Request, sent: Mapping[str, Any]) -> Response:
        law, article, document, reason, typed = (
            str(sent.get(name) or "").strip() for name in ("law", "article", "document", "reason", "repealed_on")
        )
        back = {"law": law[:LONGEST], "article": article[:LONGEST]}
        try:
            on = date.fromisoformat(typed)
        except ValueError:
            return self.redirect_with(request, "law", said=texts.NO_DATE, category="error", query=back)
        try:
            _, count = repeal(
                request.state.session,
                law=law,
                article=article,
                repealed_on=on,
                document=document,
                reason=reason,
                by=actor(request),
                now=now(request),
                within=_within(request, Right.ENTRIES_PULL, writing=True),
            )
        except NotAllowed as refused:
            return self.redirect_with(request, "law", said=str(refused), category="error", query=back)
        return self.redirect_with(request, "law", said=texts.REPEALED.format(count=count), query=back)

    def _undo(self, request: Request) -> Response:
        try:
            count = undo_repeal(
                request.state.session,
                repeal_id=request.path_params["id"],
                by=actor(request),
                reason="",
                now=now(request),
            )
        except NotThere:
            raise HTTPException(HTTP_404_NOT_FOUND) from None
        except NotAllowed as refused:
            return self.redirect_with(request, "laws", said=str(refused), category="error")
        return self.redirect_with(request, "laws", said=texts.UNDONE.format(count=count))


def _within(request: Request, right: Right, *, writing: bool) -> ColumnElement[bool]:
    region: Any = FaqEntry.region
    category: Any = FaqEntry.category
    return scope(request, right).condition(region, category, writing=writing)

"""One institution: what the register says of it, its names and what became of it; and where that is changed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_404_NOT_FOUND, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.institutions.form import EventForm, as_shown, as_typed, beside_fields, warn
from api.console.page import Page
from api.console.request import actor, may, now, require
from api.console.texts import institutions as texts
from knowledge.institutions.editing import (
    ChangedMeanwhile,
    NoInstitution,
    RowRefused,
    Saved,
    change,
    institution,
    mark_of,
)
from knowledge.institutions.lineage import lineage_of
from knowledge.institutions.lineage_entry import EventRefused, add_event
from knowledge.institutions.models import Institution
from knowledge.staff.rights import Right


class InstitutionPage(Page):
    """Addressed by ``?id=``; ``&edit=1`` opens the form for who may write."""

    rights = MappingProxyType(
        {
            "institution": Right.INSTITUTIONS_READ,
            "institution-change": Right.INSTITUTIONS_WRITE,
            "institution-lineage": Right.INSTITUTIONS_WRITE,
        }
    )

    def __init__(self) -> None:
        super().__init__(menu_label="单位", path="/institution", route_name="institution", add_to_menu=False)

    @route("")
    async def index(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._index, request)

    @route("", methods=["POST"], name="institution-change")
    async def change(self, request: Request) -> Response:
        """``shown``: the mark of what the form showed. ``then=checked``: brought up to date though nothing changed."""
        return await anyio.to_thread.run_sync(self._change, request, await request.form())

    @route("/lineage", methods=["POST"], name="institution-lineage")
    async def lineage(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._lineage, request, await request.form())

    def _index(self, request: Request) -> Response:
        row = _asked(request, request.query_params.get("id", ""), Right.INSTITUTIONS_READ, writing=False)
        if request.query_params.get("edit") == "1" and may(request, Right.INSTITUTIONS_WRITE):
            return self._form(request, row, as_shown(row))
        return self._page(request, row, EventForm())

    def _page(self, request: Request, row: Institution, event: EventForm, *, mistake: str = "") -> Response:
        return self.show(
            request,
            "institutions/one.html",
            status=HTTP_422_UNPROCESSABLE_CONTENT if mistake else HTTP_200_OK,
            row=row,
            shown=as_shown(row),
            lineage=lineage_of(request.state.session, row.id),
            event=event,
            mistake=mistake,
        )

    def _form(
        self,
        request: Request,
        row: Institution,
        typed: Mapping[str, str],
        *,
        status: int = HTTP_200_OK,
        refused: RowRefused | None = None,
        theirs: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        """``theirs``: of the fields that somebody else filled otherwise meanwhile."""
        whole = {**as_shown(row), **typed}
        return self.show(
            request,
            "institutions/edit.html",
            status=status,
            row=row,
            form=whole,
            errors=beside_fields(refused),
            clash=refused.clash if refused else None,
            theirs=theirs,
            mark=mark_of(row),
        )

    def _change(self, request: Request, sent: Mapping[str, Any]) -> Response:
        row = _asked(request, str(sent.get("id") or ""), Right.INSTITUTIONS_WRITE)
        typed, checked = as_typed(sent), sent.get("then") == "checked"
        try:
            saved = change(
                request.state.session,
                institution_id=row.id,
                shown=str(sent.get("shown") or ""),
                values=typed,
                by=actor(request),
                now=now(request),
                checked=checked,
            )
        except RowRefused as refused:
            unread = HTTP_422_UNPROCESSABLE_CONTENT
            return self._form(request, row, typed, status=unread, refused=refused)
        except ChangedMeanwhile as meanwhile:
            shown = as_shown(meanwhile.theirs)
            theirs = {column: text for column, text in shown.items() if typed.get(column, text) != text}
            return self._form(request, row, typed, status=HTTP_409_CONFLICT, theirs=theirs)
        warn(request, saved)
        said, category = _said(saved, checked=checked)
        return self._back(request, row.id, said, category)

    def _lineage(self, request: Request, sent: Mapping[str, Any]) -> Response:
        row, form = _asked(request, str(sent.get("id") or ""), Right.INSTITUTIONS_WRITE), EventForm.of(sent)
        try:
            add_event(
                request.state.session,
                institution_id=row.id,
                announced=form.announced(),
                by=actor(request),
                now=now(request),
            )
        except EventRefused as refused:
            return self._page(request, row, form, mistake=f"{refused}。")
        return self._back(request, row.id, texts.EVENT_ADDED)

    def _back(self, request: Request, institution_id: str, said: str, category: str = "success") -> Response:
        return self.redirect_with(request, "institution", said=said, category=category, query={"id": institution_id})


def _asked(request: Request, institution_id: str, right: Right, *, writing: bool = True) -> Institution:
    """404 where there is none in the person's scope."""
    try:
        row = institution(request.state.session, institution_id)
    except NoInstitution:
        raise HTTPException(HTTP_404_NOT_FOUND) from None
    require(request, right, region=row.region, writing=writing)
    return row


def _said(saved: Saved, *, checked: bool) -> tuple[str, str]:
    if saved.changed:
        columns = "、".join(texts.COLUMN[column] for column in saved.changed)
        return texts.SAVED.format(columns=f"：{columns}"), "success"
    return (texts.CHECKED, "success") if checked else (texts.NOTHING_CHANGED, "info")

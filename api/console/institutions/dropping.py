"""An event of lineage that was entered by mistake: what goes back with it is shown before it is taken back."""

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

from api.console.institutions.form import shown
from api.console.page import Page
from api.console.request import actor, now, require
from api.console.texts import institutions as texts
from knowledge.institutions.lineage_dropping import Dropping, SeenOtherwise, drop_event, dropping
from knowledge.institutions.lineage_entry import EventRefused
from knowledge.institutions.models import Institution
from knowledge.staff.rights import Right


class DroppingPage(Page):
    """``id``: of the institution on whose page the event was chosen."""

    rights = MappingProxyType(
        {
            "institution-lineage-dropping": Right.INSTITUTIONS_WRITE,
            "institution-lineage-drop": Right.INSTITUTIONS_WRITE,
        }
    )

    def __init__(self) -> None:
        super().__init__(
            menu_label=texts.DROP, path="/institution/lineage", route_name="institution-dropping", add_to_menu=False
        )

    async def index(self, request: Request) -> Response:
        """No route leads here: what a bare address takes is an event to be entered."""
        raise HTTPException(HTTP_404_NOT_FOUND)

    @route("/{event_id}/drop", name="institution-lineage-dropping")
    async def ask(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._ask, request, request.query_params.get("id", ""))

    @route("/{event_id}/drop", methods=["POST"], name="institution-lineage-drop")
    async def drop(self, request: Request) -> Response:
        """``seen``: of what the page showed."""
        return await anyio.to_thread.run_sync(self._drop, request, await request.form())

    def _ask(self, request: Request, institution_id: str, *, status: int = HTTP_200_OK, mistake: str = "") -> Response:
        plan = dropping(request.state.session, request.path_params["event_id"])
        if plan is None:
            return self._gone(request, institution_id)
        home = _home(request, plan, institution_id)
        return self.show(
            request, "institutions/drop.html", status=status, plan=plan, home=home, shown=shown, mistake=mistake
        )

    def _drop(self, request: Request, sent: Mapping[str, Any]) -> Response:
        session, event_id = request.state.session, request.path_params["event_id"]
        institution_id = str(sent.get("id") or "")
        try:
            plan = drop_event(
                session, event_id=event_id, seen=str(sent.get("seen") or ""), by=actor(request), now=now(request)
            )
        except SeenOtherwise:
            return self._ask(request, institution_id, status=HTTP_409_CONFLICT, mistake=texts.DROP_SEEN_OTHERWISE)
        except EventRefused as refused:
            said = f"{refused}。"
            return self._ask(request, institution_id, status=HTTP_422_UNPROCESSABLE_CONTENT, mistake=said)
        if plan is None:
            return self._gone(request, institution_id)
        home = _home(request, plan, institution_id)
        said = texts.EVENT_DROPPED if plan.turned else texts.EVENT_DROPPED_ALONE
        return self.redirect_with(request, "institution", said=said, query={"id": home.id})

    def _gone(self, request: Request, institution_id: str) -> Response:
        return self.redirect_with(
            request, "institution", said=texts.EVENT_GONE, category="warning", query={"id": institution_id[:36]}
        )


def _home(request: Request, plan: Dropping, institution_id: str) -> Institution:
    """Whose page it came from. 404 where one of those concerned is out of the person's scope, or none is left."""
    for row in plan.rows:
        require(request, Right.INSTITUTIONS_WRITE, region=row.region)
    found = next((row for row in plan.rows if row.id == institution_id), next(iter(plan.rows), None))
    if found is None:
        raise HTTPException(HTTP_404_NOT_FOUND)
    return found

"""The console's first page: how much waits for this person, at a glance."""

from __future__ import annotations

from types import MappingProxyType

import anyio.to_thread
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from api.console.page import Page
from api.console.request import now
from api.console.texts import frame
from api.console.todo import counted
from knowledge.staff.rights import Right
from knowledge.workers.models import WorkerHeartbeat

WORKER_SILENT_SECONDS = 60  # twelve missed beats


class HomeView(Page):
    """Everybody's: what a person has no right to is not counted for him."""

    menu_label = frame.HOME
    icon = "fa fa-home"
    path = "/"
    route_name = "index"
    rights = MappingProxyType({"index": Right.SELF})

    @route("")
    async def index(self, request: Request) -> Response:
        tiles = await anyio.to_thread.run_sync(counted, request)
        silent = await anyio.to_thread.run_sync(_no_worker, request)
        return self.show(request, "home.html", tiles=tiles, no_worker=silent)

    def is_active(self, request: Request) -> bool:
        """Not for every page below it, as other pages are."""
        return bool(request.scope["path"].removeprefix(request.scope["root_path"]) in ("", "/"))


def _no_worker(request: Request) -> bool:
    latest = request.state.session.scalar(select(func.max(WorkerHeartbeat.seen_at)))
    return latest is None or (now(request) - latest).total_seconds() > WORKER_SILENT_SECONDS

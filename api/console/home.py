"""The console's first page: how much waits for this person, at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import anyio.to_thread
from sqlalchemy import Select, func, select
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from api.console.page import Page
from api.console.request import may, now, scope
from api.console.texts import frame
from api.console.texts import home as texts
from knowledge.curation.models import FaqPublication
from knowledge.curation.publication import Stage
from knowledge.faq.models import KnowledgeGap
from knowledge.feedback.kinds import CLOSED_STATUSES, ForwardState
from knowledge.feedback.models import Ticket, UnknownUpdate
from knowledge.missed.models import MissedGroup
from knowledge.missed.queries import seen
from knowledge.missed.states import GroupState
from knowledge.staff.rights import Right, Scope
from knowledge.workers.models import WorkerHeartbeat

WORKER_SILENT_SECONDS = 60  # twelve missed beats


@dataclass(frozen=True, slots=True)
class Tile:
    """One number for whoever has ``right``; ``list`` is the address, within the console, of exactly what it counts.

    ``region``: the mapped column by which the right is limited, ``within`` what limits it otherwise; ``None``: nothing. ``nation``: whether a grant
    for a region counts the nation's rows of ``region`` too.
    """

    title: str
    right: Right
    query: Select[Any]
    list: str
    region: Any = None
    within: Callable[[Scope], Any] | None = None
    nation: bool = True

    def count(self, request: Request) -> int:
        query = self.query
        if self.region is not None:
            query = query.where(scope(request, self.right).condition(self.region, writing=not self.nation))
        if self.within is not None:
            query = query.where(self.within(scope(request, self.right)))
        return int(request.state.session.scalar(query) or 0)


def _tickets(title: str, condition: Any, filtered: str, values: Iterable[str]) -> Tile:
    """The list with its own filter set: exactly the tickets that the number counts."""
    address = f"feedback/list?filter={quote(filtered + '=' + ','.join(values))}"
    return Tile(
        title, Right.DESK_READ, select(func.count(Ticket.id)).where(condition), address, Ticket.region, nation=False
    )


_WAITING = (ForwardState.WAITING, ForwardState.SENDING)
_STUCK = (ForwardState.UNKNOWN, ForwardState.REFUSED)
_OPEN = select(func.count(MissedGroup.id)).where(MissedGroup.state == GroupState.OPEN)
_STOPPED = (
    select(func.count()).select_from(FaqPublication).where(FaqPublication.state.in_((Stage.REFUSED, Stage.FAILED)))
)
TILES = (
    _tickets(texts.TICKETS_OPEN, Ticket.status.not_in(CLOSED_STATUSES), "status__not_in", sorted(CLOSED_STATUSES)),
    _tickets(texts.TICKETS_WAITING, Ticket.forward_state.in_(_WAITING), "forward_state__in", _WAITING),
    _tickets(texts.TICKETS_STUCK, Ticket.forward_state.in_(_STUCK), "forward_state__in", _STUCK),
    _tickets(texts.ENTRIES_STUCK, Ticket.entries_state.in_(_STUCK), "entries_state__in", _STUCK),
    Tile(texts.QUESTIONS_OPEN, Right.MISSED_READ, _OPEN, "missed", within=seen),
    Tile(texts.GAPS, Right.GAPS_READ, select(func.count()).select_from(KnowledgeGap), "gaps/list"),
    Tile(texts.PUBLICATIONS_STOPPED, Right.ENTRIES_PUBLISH, _STOPPED, "publishing"),
    Tile(
        texts.UNKNOWN_UPDATES,
        Right.SYSTEM_READ,
        select(func.count()).select_from(UnknownUpdate),
        "unknown-updates/list",
    ),
)


class HomeView(Page):
    """Everybody's: what a person has no right to is not counted for him."""

    menu_label = frame.HOME
    icon = "fa fa-home"
    path = "/"
    route_name = "index"
    rights = MappingProxyType({"index": Right.SELF})

    @route("")
    async def index(self, request: Request) -> Response:
        mine = [tile for tile in TILES if may(request, tile.right)]
        numbers = await anyio.to_thread.run_sync(lambda: [tile.count(request) for tile in mine])
        silent = await anyio.to_thread.run_sync(_no_worker, request)
        return self.show(request, "home.html", tiles=list(zip(mine, numbers, strict=True)), no_worker=silent)

    def is_active(self, request: Request) -> bool:
        """Not for every page below it, as other pages are."""
        return bool(request.scope["path"].removeprefix(request.scope["root_path"]) in ("", "/"))


def _no_worker(request: Request) -> bool:
    latest = request.state.session.scalar(select(func.max(WorkerHeartbeat.seen_at)))
    return latest is None or (now(request) - latest).total_seconds() > WORKER_SILENT_SECONDS

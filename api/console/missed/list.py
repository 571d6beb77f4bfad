"""What was asked in vain: one row a meaning, with why, how often, who waits, and whether it is asked more and more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from api.console import charts
from api.console.missed.shown import in_clear, trend
from api.console.missed.usefulness import helped_since
from api.console.page import Page
from api.console.request import scope
from api.console.texts import missed as texts
from knowledge.calendar import shanghai_day
from knowledge.faq.sheets import write_rows
from knowledge.missed.gathering import ungrouped
from knowledge.missed.queries import PAGE, REASONS, WEEKS, Listed, Sought, group_lines, group_list
from knowledge.missed.states import GroupState
from knowledge.staff.rights import Right

LATELY = timedelta(days=30)  # of the 有用 and 没用 above the list
LONGEST_SOUGHT = 40
HIGHEST_PAGE = 10_000
MOST_LINES = 5_000  # of a file
MOST_NEW = 200  # that are counted above the list: more means that no worker runs, which the first page says


class MissedView(Page):
    """Begins with what nobody has dealt with, most asked first."""

    menu_label = "未解答的问题"
    icon = "fa fa-question-circle"
    path = "/missed"
    route_name = "missed"
    rights = MappingProxyType({"missed": Right.MISSED_READ, "missed-csv": Right.MISSED_READ})

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock

    @route("")
    async def index(self, request: Request) -> Response:
        """``?state=`` ``?reason=`` ``?order=`` ``?q=`` ``?page=``; what makes no sense counts as not said."""
        return await anyio.to_thread.run_sync(self._index, request)

    @route(".csv", name="missed-csv")
    async def file(self, request: Request) -> Response:
        content = await anyio.to_thread.run_sync(self._lines, request)
        return Response(
            content,
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="missed.csv"'},
        )

    def _index(self, request: Request) -> Response:
        session, sought, now = request.state.session, sought_by(request), self._clock()
        here = scope(request, Right.MISSED_READ)
        shown: dict[str, Any] = {
            "found": group_list(session, sought, scope=here, now=now),
            "sought": sought,
            "new": len(ungrouped(session, limit=MOST_NEW)) if here.everywhere else 0,
            "helped": helped_since(session, now - LATELY),
            "days": LATELY.days,
            "size": PAGE,
            "weeks": WEEKS,
        }
        return self.show(request, "missed/list.html", in_clear=in_clear, spark=charts.spark, trend=trend, **shown)

    def _lines(self, request: Request) -> bytes:
        found = group_lines(
            request.state.session,
            sought_by(request),
            scope=scope(request, Right.MISSED_READ),
            now=self._clock(),
            limit=MOST_LINES,
        )
        with TemporaryDirectory() as folder:
            path = Path(folder) / "missed.csv"
            write_rows(path, list(texts.COLUMNS), map(_line, found))
            return path.read_bytes()


def sought_by(request: Request) -> Sought:
    asked = request.query_params
    states = {state.value: state for state in GroupState}
    page = asked.get("page", "")
    return Sought(
        state=states.get(asked.get("state", ""), GroupState.OPEN),
        reason=asked["reason"] if asked.get("reason") in REASONS else "",
        words=asked.get("q", "").replace("\0", "").strip()[:LONGEST_SOUGHT],
        order=asked["order"] if asked.get("order") in texts.ORDER else "times",
        page=min(int(page), HIGHEST_PAGE) if page.isascii() and page.isdecimal() and len(page) < 6 else 0,
    )


def _line(row: Listed) -> dict[str, str]:
    counts = [str(row.reasons.get(name, 0)) for name in texts.REASON]
    days = [f"{shanghai_day(at):%Y-%m-%d}" for at in (row.first_at, row.last_at)]
    known = (in_clear(row.question), texts.STATE[row.state], str(row.times), *counts, str(row.waiting), *days)
    return dict(zip(texts.COLUMNS, (*known, row.reason or row.entry_id or ""), strict=True))

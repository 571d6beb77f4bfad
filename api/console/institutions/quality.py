"""``/console/institutions/quality``: what the register lacks, by 举办单位, with links to exactly those rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from api.console.page import Page
from api.console.request import now, scope
from api.console.texts import institutions as texts
from knowledge.calendar import shanghai_day
from knowledge.faq.sheets import write_rows
from knowledge.institutions.models import Institution
from knowledge.institutions.quality import EXPORTED, LISTED, PROBLEMS, Survey, UnitQuality, survey
from knowledge.staff.rights import Right

_REGION: Any = Institution.region


class QualityView(Page):
    menu_label = texts.QUALITY
    icon = "fa fa-list-check"
    path = "/institutions/quality"
    route_name = "institutions-quality"
    rights = MappingProxyType(
        {"institutions-quality": Right.INSTITUTIONS_READ, "institutions-quality-csv": Right.INSTITUTIONS_READ}
    )

    @route("")
    async def index(self, request: Request) -> Response:
        found = await anyio.to_thread.run_sync(_survey, request, LISTED)
        return self.show(request, "institutions/quality.html", found=found, problems=PROBLEMS)

    @route(".csv", name="institutions-quality-csv")
    async def table(self, request: Request) -> Response:
        """All units, as a file for a spreadsheet."""
        content = await anyio.to_thread.run_sync(_csv, request)
        name = f"institutions-quality-{shanghai_day(now(request))}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _survey(request: Request, limit: int) -> Survey:
    within = scope(request, Right.INSTITUTIONS_READ).condition(_REGION)
    return survey(request.state.session, now=now(request), within=within, limit=limit)


def _csv(request: Request) -> bytes:
    units = _survey(request, EXPORTED).worst
    columns = [texts.UNIT, texts.ROWS, *(texts.PROBLEM[name] for name in PROBLEMS)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "quality.csv"
        write_rows(path, columns, list(_rows(units)))
        return path.read_bytes()


def _rows(units: list[UnitQuality]) -> Iterator[Mapping[str, Any]]:
    for each in units:
        counts = {texts.PROBLEM[name]: count for name, count in each.counts.items()}
        yield {texts.UNIT: each.unit or texts.NO_UNIT, texts.ROWS: each.rows, **counts}

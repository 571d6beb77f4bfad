"""What is there as a file, as far as the person may read it; and empty files to be filled in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.status import HTTP_404_NOT_FOUND, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.page import Page
from api.console.parts import Parts
from api.console.request import actor, now, scope
from api.console.texts import imports as texts
from knowledge.audit.events import note
from knowledge.calendar import SHANGHAI
from knowledge.faq.files import export_entries
from knowledge.faq.models import FaqEntry
from knowledge.imports.kinds import Kind
from knowledge.imports.template import write_template
from knowledge.imports.whole_base import export_base
from knowledge.institutions.files import export_institutions
from knowledge.institutions.models import Institution
from knowledge.staff.rights import Right

FORMATS = ("xlsx", "csv", "jsonl")
MOST_IN_XLSX = 100_000  # institutions; ten minutes and the end of what a spreadsheet opens gladly
_ENTRY_REGION: Any = FaqEntry.region
_ENTRY_TOPIC: Any = FaqEntry.category
_INSTITUTION_REGION: Any = Institution.region


class ExportView(Page):
    """Nothing but files: the page that leads here is that of ``ImportView``."""

    rights = MappingProxyType(
        {"exports": Right.EXPORT, "exports-template": Right.IMPORT, "exports-base": Right.TRANSFER}
    )

    def __init__(self, parts: Parts) -> None:
        super().__init__(menu_label=texts.MENU, path="/exports", route_name="exports", add_to_menu=False)
        self._parts = parts

    @route("")
    async def index(self, request: Request) -> Response:
        """``?kind=`` and ``?format=``."""
        kind, ending = _asked(request)
        return await anyio.to_thread.run_sync(self._export, request, kind, ending)

    @route("/template", name="exports-template")
    async def template(self, request: Request) -> Response:
        """``?kind=`` and ``?format=``; with one example row."""
        kind, ending = _asked(request)
        explained = texts.COLUMN_EXPLAINED[kind.value]

        def made(path: Path) -> None:
            write_template(path, kind, explained=explained)

        return await anyio.to_thread.run_sync(_file, f"template-{kind}.{ending}", made)

    @route("/base", name="exports-base")
    async def base(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._export_base, request)

    def _export(self, request: Request, kind: Kind, ending: str) -> Response:
        session, here, written = request.state.session, scope(request, Right.EXPORT), 0
        within = here.condition(_INSTITUTION_REGION)
        if kind is Kind.INSTITUTIONS and ending == "xlsx":
            count = session.scalar(select(func.count()).select_from(Institution).where(within)) or 0
            if count > MOST_IN_XLSX:
                raise HTTPException(HTTP_422_UNPROCESSABLE_CONTENT, texts.TOO_MANY_FOR_XLSX.format(most=MOST_IN_XLSX))

        def made(path: Path) -> None:
            nonlocal written
            if kind is Kind.KNOWLEDGE:
                written = export_entries(session, path, within=here.condition(_ENTRY_REGION, _ENTRY_TOPIC))
            else:
                written = export_institutions(session, path, within=within)

        answer = _file(f"{kind}-{_day(request)}.{ending}", made)
        self._note(request, kind, {"format": ending, "rows": written})
        return answer

    def _export_base(self, request: Request) -> Response:
        rows: dict[str, Any] = {}

        def made(path: Path) -> None:
            with self._parts.reading() as session:
                _see_one_moment(session)
                exported = export_base(session, path, now=now(request))
            rows.update(exported.rows, base=exported.number)

        answer = _file(f"base-{_day(request)}.zip", made)
        self._note(request, Kind.BASE, rows)
        return answer

    def _note(self, request: Request, kind: Kind, told: dict[str, Any]) -> None:
        """The page only looks, so this is a short transaction of its own."""
        with self._parts.sessions.begin() as session:
            by, at = actor(request), now(request)
            note(session, actor=by, action="export.made", kind="export", object_id=kind.value, at=at, after=told)


def _asked(request: Request) -> tuple[Kind, str]:
    """404 for what there is no table of."""
    kind, ending = request.query_params.get("kind", ""), request.query_params.get("format", "xlsx")
    if kind not in (Kind.KNOWLEDGE, Kind.INSTITUTIONS) or ending not in FORMATS:
        raise HTTPException(HTTP_404_NOT_FOUND)
    return Kind(kind), ending


def _file(name: str, make: Callable[[Path], None]) -> Response:
    """Written on the disk and gone once it has been sent."""
    folder = Path(tempfile.mkdtemp(prefix="bianshitong-export-"))
    try:
        make(folder / name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(folder / name, filename=name, background=gone)


def _see_one_moment(session: Session) -> None:
    """SQLite's readers do in any case."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _day(request: Request) -> str:
    return f"{now(request).astimezone(SHANGHAI):%Y%m%d}"

"""Files brought: sent, looked at row by row, written or dropped. Everybody sees his own."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.page import Page
from api.console.parts import Parts
from api.console.request import actor, may, now, person
from api.console.texts import imports as texts
from api.imports import enqueue_import
from knowledge.audit.events import note
from knowledge.imports.checking import Applied, apply, check
from knowledge.imports.kinds import ENDINGS, LARGEST_UPLOAD, RIGHT, Kind, Stage
from knowledge.imports.models import Import
from knowledge.imports.plan import WHATS, PlannedRow, from_json
from knowledge.imports.stored import (
    ImportRefused,
    checked_at_once,
    content_of,
    drop,
    keep,
    locked_import,
    own_import,
    own_imports,
)
from knowledge.imports.template import COLUMNS
from knowledge.staff.rights import Right
from knowledge.workbooks.unreadable import FileUnreadable

SAID = {
    Applied.STALE: (texts.MOVED, "warning"),
    Applied.ERRORS: (texts.ERRORS_NOW, "error"),
    Applied.NOT_DUE: (texts.NOT_DUE, "warning"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """``count``: of all such rows; ``rows``: those that were kept for the page."""

    what: str
    count: int
    rows: list[PlannedRow]


class ImportView(Page):
    menu_label = texts.MENU
    icon = "fa fa-file-import"
    path = "/imports"
    route_name = "imports"
    rights = MappingProxyType(
        {
            "imports": Right.IMPORT,
            "imports-upload": Right.IMPORT,
            "import-one": Right.IMPORT,
            "import-apply": Right.IMPORT,
            "import-drop": Right.IMPORT,
        }
    )

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts

    @route("")
    async def index(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._list, request)

    @route("", methods=["POST"], name="imports-upload")
    async def upload(self, request: Request) -> Response:
        name, content = "", b""
        async with request.form() as form:
            kind, file = str(form.get("kind", "")), form.get("file")
            if isinstance(file, UploadFile):
                name, content = file.filename or "", await file.read(LARGEST_UPLOAD + 1)
        return await anyio.to_thread.run_sync(self._uploaded, request, kind, name, content)

    @route("/{id}", name="import-one")
    async def one(self, request: Request) -> Response:
        """``?tab=``: which rows."""
        return await anyio.to_thread.run_sync(self._one, request)

    @route("/{id}/apply", methods=["POST"], name="import-apply")
    async def apply(self, request: Request) -> Response:
        """``seen``: of the plan that was on the page."""
        form = await request.form()
        return await anyio.to_thread.run_sync(self._apply, request, str(form.get("seen", "")))

    @route("/{id}/drop", methods=["POST"], name="import-drop")
    async def drop(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._drop, request)

    def _list(self, request: Request, *, mistake: str = "", chosen: str = "") -> Response:
        kinds = _kinds_of(request)
        with self._parts.reading() as session:
            rows = own_imports(session, staff_id=person(request).staff_id)
        return self.show(
            request,
            "imports/list.html",
            status=HTTP_422_UNPROCESSABLE_CONTENT if mistake else 200,
            rows=rows,
            kinds=kinds,
            chosen=chosen,
            mistake=mistake,
            endings=",".join(dict.fromkeys(ending for kind in kinds for ending in ENDINGS[kind])),
            tables=[kind for kind in kinds if kind in COLUMNS],
            megabytes=LARGEST_UPLOAD // 1_000_000,
        )

    def _uploaded(self, request: Request, kind: str, name: str, content: bytes) -> Response:
        if kind not in set(Kind):
            return self._list(request, mistake=texts.UNKNOWN_KIND)
        if not may(request, RIGHT[Kind(kind)]):
            raise HTTPException(HTTP_403_FORBIDDEN)
        at_once = checked_at_once(name, content)
        try:
            with self._parts.sessions.begin() as session:
                row = keep(session, kind=Kind(kind), name=name, content=content, by=actor(request), now=now(request))
                if not at_once:
                    enqueue_import(session, row.id, enqueue=self._parts.enqueue)
        except ImportRefused as refused:
            return self._list(request, mistake=str(refused), chosen=kind)
        if at_once:
            self._check(request, row.id)
        return self.redirect_with(request, "import-one", id=row.id)

    def _one(self, request: Request) -> Response:
        row = self._of_request(request)
        tabs = _tabs(row)
        chosen = request.query_params.get("tab", "")
        first = next((tab for tab in tabs if tab.count), tabs[0])
        return self.show(
            request,
            "imports/one.html",
            row=row,
            tabs=tabs,
            tab=next((tab for tab in tabs if tab.what == chosen), first),
            seen=_seen(row),
            waits=row.state in (Stage.CHECKING, Stage.APPLYING),
        )

    def _apply(self, request: Request, seen: str) -> Response:
        row = self._of_request(request)
        if row.state != Stage.CHECKED or row.errors:
            said = texts.HAS_ERRORS.format(count=row.errors) if row.errors else texts.NOT_DUE
            return self._back(request, row.id, said, "warning")
        if seen != _seen(row):
            return self._back(request, row.id, texts.SEEN_OTHERWISE, "warning")
        try:
            said, category = self._applied(request, row)
        except (ImportRefused, FileUnreadable) as refused:
            said, category = str(refused), "error"
        return self._back(request, row.id, said, category)

    def _applied(self, request: Request, row: Import) -> tuple[str, str]:
        with self._parts.reading() as session:
            at_once = checked_at_once(row.name, content_of(session, row.id)[1])
        if not at_once:
            return self._apply_later(request, row.id)
        by = actor(request)
        done = apply(self._parts.sessions, self._parts.reading, row.id, by=by, now=now(request))
        if done is Applied.STALE:
            self._check(request, row.id)
        if done is Applied.DONE:
            return (texts.DONE if row.kind == Kind.INSTITUTIONS else texts.DONE_DRAFTS), "success"
        return SAID[done]

    def _apply_later(self, request: Request, import_id: str) -> tuple[str, str]:
        by, at = actor(request), now(request)
        with self._parts.sessions.begin() as session:
            row = locked_import(session, import_id)
            if row.state != Stage.CHECKED:
                return texts.NOT_DUE, "warning"
            row.state = Stage.APPLYING.value
            note(session, actor=by, action="import.apply_asked", kind="import", object_id=row.id, at=at)
            enqueue_import(session, row.id, enqueue=self._parts.enqueue)
        return texts.UNDER_WAY, "success"

    def _drop(self, request: Request) -> Response:
        row = self._of_request(request)
        try:
            with self._parts.sessions.begin() as session:
                drop(session, import_id=row.id, by=actor(request), now=now(request))
        except ImportRefused as refused:
            return self._back(request, row.id, str(refused), "error")
        return self.redirect_with(request, "imports", said=texts.DROPPED_NOW)

    def _check(self, request: Request, import_id: str) -> None:
        check(self._parts.sessions, self._parts.reading, import_id, now=now(request))

    def _of_request(self, request: Request) -> Import:
        """The person's own; 404 for any other, and for a kind that he may no longer bring."""
        with self._parts.reading() as session:
            row = own_import(session, request.path_params["id"][:36], staff_id=person(request).staff_id)
        if row is None or not may(request, RIGHT[Kind(row.kind)]):
            raise HTTPException(HTTP_404_NOT_FOUND)
        return row

    def _back(self, request: Request, import_id: str, said: str, category: str) -> Response:
        return self.redirect_with(request, "import-one", said=said, category=category, id=import_id)


def _kinds_of(request: Request) -> list[Kind]:
    return [kind for kind in Kind if may(request, RIGHT[kind])]


def _tabs(row: Import) -> list[Tab]:
    counts = {
        "error": row.errors,
        "changed": row.changed,
        "added": row.added,
        "warning": row.warnings,
        "unchanged": row.unchanged,
    }
    planned = [from_json(each) for each in row.rows]
    return [Tab(what, counts[what], [each for each in planned if each.what == what]) for what in WHATS]


def _seen(row: Import) -> str:
    """Of the file and of what it was compared with."""
    return f"{row.sha256}:{row.base_mark}:{row.added}:{row.changed}"

"""The audit log: found in, one row of it, and the check of its chain. For who looks back alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import anyio.to_thread
import orjson
from sqlalchemy.orm import Session, sessionmaker
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_404_NOT_FOUND
from starlette_admin.routing import route

from api.console.audit.sides import sides
from api.console.days import Days, days_of
from api.console.page import Page
from api.console.request import actor, now
from api.console.texts import audit as texts
from knowledge.audit.chain import digest, head, verify
from knowledge.audit.models import AuditEvent
from knowledge.audit.reading import VERIFIED, Sought, event, events, latest, note_verified
from knowledge.staff.rights import Right

_ID = re.compile(r"[0-9a-f-]{36}")
LONGEST = 64  # the columns
MOST_CHECKED = 200_000  # rows at one press, some ten seconds; a bureau fills them in years, and the command checks all
# Where a row's object can be looked at, by who looks back: route, and where its id goes.
PAGES: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "entry": ("entry", False),
        "draft": ("draft", True),
        "publication": ("publishing-one", True),
        "golden": ("golden-one", True),
        "staff": ("person", True),
    }
)


@dataclass(frozen=True, slots=True)
class LastCheck:
    """As the log itself has kept it. ``broken_at``: ``None`` where all ``count`` rows from ``since`` were in order."""

    row: AuditEvent
    since: int
    count: int
    broken_at: int | None


class AuditView(Page):
    """``reading``: the whole log is read without a lock; what the check found is noted afterwards."""

    menu_label = texts.LOG
    icon = "fa fa-clipboard-list"
    path = "/audit"
    route_name = "audit"
    rights = MappingProxyType(dict.fromkeys(("audit", "audit-row", "audit-verify"), Right.AUDIT_READ))

    def __init__(self, *, reading: sessionmaker[Session]) -> None:
        super().__init__()
        self._reading = reading

    @route("")
    async def index(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._list, request)

    @route("/{position}", name="audit-row")
    async def row(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._row, request)

    @route("/verify", methods=["POST"], name="audit-verify")
    async def verify(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._verify, request)

    def _list(self, request: Request) -> Response:
        session, asked = request.state.session, request.query_params
        days = days_of(asked)
        sought = sought_in(asked, days)
        rows, more = events(session, sought, before=_number(asked.get("before", "")))
        return self.show(
            request, "audit/list.html", rows=rows, more=more, sought=sought, days=days,
            later=bool(asked.get("before")), end=head(session), check=_last_check(session),
            choices=list(texts.choices()),
        )  # fmt: skip

    def _row(self, request: Request) -> Response:
        position = _number(request.path_params["position"])
        found = None if position is None else event(request.state.session, position)
        if found is None:
            raise HTTPException(HTTP_404_NOT_FOUND)
        values = {column.name: getattr(found, column.name) for column in found.__table__.columns}
        return self.show(
            request, "audit/row.html", row=found, sides=sides(found.before, found.after), page=_page_of(request, found),
            agrees=digest(values) == found.digest, end=head(request.state.session),
        )  # fmt: skip

    def _verify(self, request: Request) -> Response:
        with self._reading() as session:
            since = max(1, head(session).position - MOST_CHECKED + 1)
            found = verify(session, since=since)
        note_verified(request.state.session, found, since=since, by=actor(request), at=now(request))
        if found.broken_at is None:
            return self.redirect_with(request, "audit", said=texts.IN_ORDER.format(since=since, count=found.count))
        said = texts.BROKEN.format(position=found.broken_at, count=found.count)
        return self.redirect_with(request, "audit", said=said, category="error")


def sought_in(asked: Mapping[str, str], days: Days) -> Sought:
    """What a form of the list asks for; signs that no column can hold are left out."""
    said = {
        name: "".join(filter(str.isprintable, asked.get(name, ""))).strip()[:LONGEST]
        for name in ("actor", "action", "kind", "object_id")
    }
    return Sought(since=days.since, until=days.until, **said)


def _number(typed: str) -> int | None:
    """A position; ``None`` for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else None


def _last_check(session: Session) -> LastCheck | None:
    row = latest(session, VERIFIED)
    if row is None:
        return None
    try:
        found = orjson.loads(row.after or "{}")
        return LastCheck(row, int(found["since"]), int(found["count"]), found["broken_at"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None  # tampered with: the next check says so


def _page_of(request: Request, row: AuditEvent) -> str | None:
    """The address of what the row is about, where it has a page for the reader."""
    if row.kind not in PAGES:
        return None
    name, in_path = PAGES[row.kind]
    if in_path and not _ID.fullmatch(row.object_id):
        return None  # tampered with: no address
    if in_path:
        return str(request.url_for(f"console:{name}", id=row.object_id))
    return str(request.url_for(f"console:{name}").include_query_params(id=row.object_id))

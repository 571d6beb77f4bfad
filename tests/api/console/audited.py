"""Watches what requests to the console write: one that writes anything leaves a row in one of the logs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event
from starlette.types import ASGIApp, Receive, Scope, Send

from knowledge.audit.models import AuditEvent
from knowledge.staff.models import SignIn, StaffSession

LOGS = frozenset({AuditEvent.__tablename__, SignIn.__tablename__})
MOVING = frozenset({StaffSession.__tablename__})  # with each page, for it knows when it was last used

_WRITING = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
_WRITTEN = "tables written"  # our key in ``Connection.info``

# Tables committed by the request under way, in whichever of its threads; ``None``: it is the test itself that writes.
_committed: ContextVar[set[str] | None] = ContextVar("committed", default=None)


@dataclass
class Watch:
    """``unlogged``: (request, tables) of each that left no row."""

    app: ASGIApp
    unlogged: list[tuple[str, list[str]]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        written: set[str] = set()
        token = _committed.set(written)
        try:
            await self.app(scope, receive, send)
        finally:
            _committed.reset(token)
            if written - MOVING and not written & LOGS:
                self.unlogged.append((f"{scope.get('method')} {scope.get('path')}", sorted(written)))

    def executed(self, connection: Connection, _cursor: object, statement: str, *_: Any) -> None:
        if found := _WRITING.match(statement):
            connection.info.setdefault(_WRITTEN, set()).add(found[1])

    def committed(self, connection: Connection) -> None:
        tables = connection.info.pop(_WRITTEN, set())
        request = _committed.get()
        if request is not None:
            request |= tables

    def rolled_back(self, connection: Connection) -> None:
        connection.info.pop(_WRITTEN, None)


@contextmanager
def watched(app: ASGIApp, engine: Engine) -> Iterator[Watch]:
    watch = Watch(app)
    heard = (
        ("before_cursor_execute", watch.executed),
        ("commit", watch.committed),
        ("rollback", watch.rolled_back),
    )
    for name, hears in heard:
        event.listen(engine, name, hears)
    try:
        yield watch
    finally:
        for name, hears in heard:
            event.remove(engine, name, hears)

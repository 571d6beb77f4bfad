"""The database session of a request: one that only looks for GET and HEAD, so that no page makes a citizen wait."""

from __future__ import annotations

from sqlalchemy.orm import Session, sessionmaker
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from starlette_admin.contrib.sqla.middleware import DBSessionMiddleware

LOOKING = frozenset({"GET", "HEAD"})


class SessionByMethod(DBSessionMiddleware):
    """``request.state.session``; committed below 400, rolled back from 400 on.

    On SQLite a session that may write holds the one lock for writing from its first query to the end of the page.
    A page that must leave a trace although it is only looked at opens a short transaction of its own.
    """

    def __init__(self, app: ASGIApp, *, writing: sessionmaker[Session], reading: sessionmaker[Session]) -> None:
        super().__init__(app, session_provider=writing)
        self._writing, self._reading = writing, reading

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        sessions = self._reading if request.method in LOOKING else self._writing
        return await self._dispatch_sync(request, call_next, sessions)

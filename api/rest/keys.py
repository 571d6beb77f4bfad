"""Who asks: the key in ``Authorization``, its limit, what it opens and where."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError

from api.rest.parts import RestParts, parts_of
from api.rest.problems import Refused, unknown
from api.rest.texts import NATION, NOT_IN_REGIONS, PROBLEMS
from knowledge.keys.keys import Key, KeyScope, note_use, open_key

BEARER = "bearer "


def key_with(scope: KeyScope) -> Callable[[Request, Response], Key]:
    """A dependency: the key of this request, which opens ``scope``. Everything else is refused and counted."""

    def opened(request: Request, response: Response) -> Key:
        parts = parts_of(request)
        now = parts.clock()
        key = _known(parts, request.headers.get("authorization", ""), now)
        response.headers.update(_within_limit(parts, key, now))
        if scope not in key.scopes:
            raise Refused(PROBLEMS["not-allowed"])
        _refuse_unknown(request)
        return key

    return opened


def require_region(key: Key, region: str | None, *, writing: bool = False) -> None:
    """Refuses a region that the key was not given; ``None`` is the nation, which every key may read, not write."""
    if not key.place.allows(region=region, topic=None, writing=writing):
        raise Refused(
            PROBLEMS["other-region"], NOT_IN_REGIONS.format(regions="、".join(key.regions), region=region or NATION)
        )


def _refuse_unknown(request: Request) -> None:
    """A parameter misspelt and passed over would give more than was asked for, or something else."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = {field.alias for field in route.dependant.query_params}
    if faults := [unknown("query", name) for name in request.query_params if name not in known]:
        raise Refused(PROBLEMS["invalid"], faults=faults)


def _known(parts: RestParts, header: str, now: datetime) -> Key:
    token = header[len(BEARER) :].strip() if header[: len(BEARER)].lower() == BEARER else ""
    with parts.reading() as session:
        key = open_key(session, token, now=now)
    if key is None:
        raise Refused(PROBLEMS["no-key"], headers={"WWW-Authenticate": 'Bearer realm="/api/v1"'})
    if not key.used_lately(now):
        _note(parts, key, now)
    return key


def _note(parts: RestParts, key: Key, now: datetime) -> None:
    """Only for the list of keys: no request fails for it."""
    with contextlib.suppress(SQLAlchemyError), parts.sessions.begin() as session:
        note_use(session, key_id=key.id, now=now)


def _within_limit(parts: RestParts, key: Key, now: datetime) -> dict[str, str]:
    taken = parts.limiter.take(key.id, per_minute=key.per_minute, now=now)
    headers = {
        "RateLimit-Limit": str(key.per_minute),
        "RateLimit-Remaining": str(taken.left),
        "RateLimit-Reset": str(taken.seconds),
    }
    if not taken.allowed:
        raise Refused(PROBLEMS["too-many"], headers={"Retry-After": str(taken.seconds)} | headers)
    return headers

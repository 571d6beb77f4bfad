"""What the routes of the REST interface are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session, sessionmaker

from api.rest.limits import Limiter
from bot.account import Account
from handlers.context import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class RestParts:
    """``reading``: sessions that write nothing. ``accounts`` by name: whose local facts fill an answer's blanks."""

    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    services: Services
    accounts: Mapping[str, Account]
    limiter: Limiter
    clock: Callable[[], datetime]


def parts_of(request: Request) -> RestParts:
    """Those of the application that answers this request."""
    parts: RestParts = request.app.state.parts
    return parts

"""The keys of other systems: made, shown once, ended at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal

import anyio.to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.page import Page
from api.console.request import actor
from api.console.texts import keys as texts
from knowledge.faq.entry import SHANGHAI
from knowledge.keys.keys import (
    LONGEST_NAME,
    MOST_PER_MINUTE,
    PER_MINUTE,
    KeyRefused,
    KeyScope,
    add_key,
    all_keys,
    revoke_key,
)
from knowledge.keys.models import ApiKey
from knowledge.staff.rights import Right

_BETWEEN = re.compile(r"[\s、，,；;]+")
State = Literal["open", "ended", "revoked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyForm:
    """What was typed, so that a refused form comes back as it was. ``last_day``: the last on which it opens."""

    name: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    regions: str = ""
    per_minute: str = str(PER_MINUTE)
    last_day: str = ""

    @classmethod
    def of(cls, sent: FormData) -> KeyForm:
        return cls(
            name=str(sent.get("name", "")).strip(),
            scopes=frozenset(str(scope) for scope in sent.getlist("scope")),
            regions=str(sent.get("regions", "")).strip(),
            per_minute=str(sent.get("per_minute", "")).strip(),
            last_day=str(sent.get("last_day", "")).strip(),
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A key on the one page that ever shows it."""

    name: str
    token: str


class KeyView(Page):
    """A form to make one, and the list of all that there are or were."""

    menu_label = texts.KEYS
    icon = "fa fa-key"
    path = "/keys"
    route_name = "keys"
    rights = MappingProxyType(dict.fromkeys(("keys", "key-add", "key-revoke"), Right.KEYS_WRITE))

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock

    @route("")
    async def index(self, request: Request) -> Response:
        return await self._list(request, KeyForm())

    @route("", methods=["POST"], name="key-add")
    async def add(self, request: Request) -> Response:
        """Answered with the page itself: an address to go on to would have to carry the key."""
        form = KeyForm.of(await request.form())
        try:
            made = await anyio.to_thread.run_sync(self._added, request, form)
        except KeyRefused as refused:
            return await self._list(request, form, mistake=str(refused))
        return await self._list(request, KeyForm(), made=made)

    @route("/{key_id}/revoke", methods=["POST"], name="key-revoke")
    async def revoke(self, request: Request) -> Response:
        key_id, session = request.path_params["key_id"], request.state.session
        revoked = await anyio.to_thread.run_sync(
            lambda: revoke_key(session, key_id=key_id, by=actor(request), now=self._clock())
        )
        said, category = (texts.REVOKED, "success") if revoked else (texts.GONE, "warning")
        return self.redirect_with(request, "keys", said=said, category=category)

    def _added(self, request: Request, form: KeyForm) -> Made:
        """Raises ``KeyRefused``."""
        row, token = add_key(
            request.state.session,
            name=form.name,
            scopes=[scope for scope in KeyScope if scope in form.scopes],
            regions=[region for region in _BETWEEN.split(form.regions) if region],
            per_minute=_number(form.per_minute),
            expires_at=_end(form.last_day),
            by=actor(request),
            now=self._clock(),
        )
        return Made(row.name, token)

    async def _list(
        self, request: Request, form: KeyForm, *, mistake: str | None = None, made: Made | None = None
    ) -> Response:
        rows = await anyio.to_thread.run_sync(all_keys, request.state.session)
        return self.show(
            request,
            "keys/list.html",
            status=HTTP_200_OK if mistake is None else HTTP_422_UNPROCESSABLE_CONTENT,
            form=form,
            mistake=mistake,
            made=made,
            keys=[(row, _state(row, self._clock())) for row in rows],
            longest=LONGEST_NAME,
            most=MOST_PER_MINUTE,
        )


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _end(typed: str) -> datetime | None:
    """The moment after the last day, in Shanghai. Raises ``KeyRefused``."""
    if not typed:
        return None
    try:
        return datetime.combine(date.fromisoformat(typed) + timedelta(days=1), time(), SHANGHAI)
    except (ValueError, OverflowError):
        raise KeyRefused(texts.NO_DAY) from None


def _state(row: ApiKey, now: datetime) -> State:
    if row.revoked_at is not None:
        return "revoked"
    return "ended" if row.expires_at is not None and row.expires_at <= now else "open"

"""The one gate in front of all console routes: session, person, route, right. What no view declares is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match
from starlette.status import HTTP_303_SEE_OTHER, HTTP_403_FORBIDDEN
from starlette.types import ASGIApp
from starlette_admin import DropDown
from starlette_admin.auth.base import AuthMiddleware, BaseAuthProvider
from starlette_admin.views import BaseView

from api.console.refusal import Refusal
from api.console.request import StaffUser, may
from knowledge.staff.rights import Right

ASSETS = frozenset({"static", "styles"})
PUBLIC = ASSETS | {"login"}
OWN_PASSWORD = frozenset({"password", "logout"})  # all that a handed-out password opens
ACTIONS = {"action": "action", "row-action": "row"}  # routes that do what ``?name=`` says

Called = tuple[str, str]  # the route's name, or ``action:NAME``, ``row:NAME``; and the list's key, or nothing


class DeclaredTwice(RuntimeError):
    """Two views declare one route: whose right should count?"""


class Guarded:
    """A view that says which right each of its routes asks for.

    ``rights``: the route's name (of a list: ``list detail create edit action:NAME row:NAME``) to the right. The
    first opens the view: whoever has it finds it in the menu.
    """

    rights: ClassVar[Mapping[str, Right]] = {}

    def declared(self) -> Mapping[Called, Right]:
        """As the gate asks for them."""
        key = str(getattr(self, "key", "") or "")
        return {(name, key): right for name, right in self.rights.items()}

    def is_accessible(self, request: Request) -> bool:
        """The menu's question, and the library's own once the gate has let somebody pass to one of the routes."""
        opening = next(iter(self.rights.values()), None)
        return may(request, opening) or getattr(request.state, "called", None) in self.declared()


def registry(views: Iterable[BaseView | Guarded]) -> Mapping[Called, Right]:
    """Every declared route of ``views``, those in groups too. Raises ``DeclaredTwice`` where one is declared twice."""
    found: dict[Called, Right] = {}
    for view in _all(views):
        declared = view.declared() if isinstance(view, Guarded) else {}
        if twice := found.keys() & declared.keys():
            raise DeclaredTwice(f"two views declare {sorted(twice)}")
        found |= declared
    return found


class Gate(AuthMiddleware):
    """Leaves ``signed``, ``right``, ``called`` and ``now`` in ``request.state``."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        provider: BaseAuthProvider,
        rights: Mapping[Called, Right],
        refusal: Refusal,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(app, provider)
        self._rights, self._refusal, self._clock = rights, refusal, clock

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        called = called_by(request)
        if called is not None and called[0] in ASSETS:
            return await call_next(request)
        request.state.now, request.state.called = self._clock(), called
        signed = await self.provider.authenticate(request)
        request.state.is_anonymous = signed is None
        if signed is None:
            public = called is not None and called[0] in PUBLIC
            return await call_next(request) if public else self._to_sign_in(request)
        assert isinstance(signed, StaffUser)
        request.state.admin_user = request.state.signed = signed
        return self._refused(request, signed, called) or await call_next(request)

    def _refused(self, request: Request, signed: StaffUser, called: Called | None) -> Response | None:
        """``None`` where no route matches too: nothing is there, and the router says so."""
        name = called[0] if called is not None else ""
        if signed.must_change and name not in OWN_PASSWORD | PUBLIC:
            return RedirectResponse(request.url_for("console:password"), HTTP_303_SEE_OTHER)
        if called is None or name in PUBLIC:
            return None
        right = self._rights.get(called)
        if not may(request, right):
            return self._refusal.page(request, HTTP_403_FORBIDDEN)
        request.state.right = right
        return None

    def _to_sign_in(self, request: Request) -> Response:
        where = str(request.url_for("console:login"))
        if request.method == "GET":
            where += "?" + urlencode({"next": str(request.url)})
        return RedirectResponse(where, HTTP_303_SEE_OTHER)


def called_by(request: Request) -> Called | None:
    """Which declared thing the request asks for; ``None`` where no route takes it."""
    for route in request.scope["app"].routes:
        match, found = route.matches(request.scope)
        if match is Match.FULL:
            name: str = route.name
            if name in ACTIONS:
                name = f"{ACTIONS[name]}:{request.query_params.get('name', '')}"
            return name, _key(found)
    return None


def _key(found: Mapping[str, Any]) -> str:
    return str(found.get("path_params", {}).get("key", ""))


def _all(views: Iterable[BaseView | Guarded]) -> Iterator[BaseView | Guarded]:
    for view in views:
        if isinstance(view, DropDown):
            yield from _all(view.views)
        else:
            yield view

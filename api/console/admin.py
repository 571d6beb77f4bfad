"""Puts the console together: its frame, the gate before it, Chinese, and no asset from another host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.status import (
    HTTP_303_SEE_OTHER,
    HTTP_403_FORBIDDEN,
    HTTP_404_NOT_FOUND,
    HTTP_413_CONTENT_TOO_LARGE,
)
from starlette_admin.auth.base import AuthMiddleware
from starlette_admin.contrib.sqla import Admin
from starlette_admin.contrib.sqla.middleware import DBSessionMiddleware
from starlette_admin.i18n import I18nConfig, TimezoneConfig
from starlette_admin.security.csrf import CSRFMiddleware

from api.console import texts
from api.console.body import BodyLimit
from api.console.csrf import FormToken
from api.console.gate import Called, Gate, registry
from api.console.headers import ConsoleHeaders
from api.console.home import HomeView
from api.console.nonces import Nonces
from api.console.pages import console_views
from api.console.parts import Parts
from api.console.refusal import Refusal
from api.console.request import may, person
from api.console.sessions import SessionByMethod
from api.console.sign_in import StaffAuth
from api.console.styles import Styles
from knowledge.calendar import SHANGHAI
from knowledge.staff.rights import Right

NOTHING_THERE = HTTPException(HTTP_404_NOT_FOUND)
HERE = Path(__file__).parent


class Console(Admin):
    """The library's admin behind a gate of our own. ``rights``: what the gate asks for, route by route."""

    def __init__(self, parts: Parts) -> None:
        key = parts.vault.key("console-cookies").hex()
        self._parts, self._provider = parts, StaffAuth(parts)
        super().__init__(
            parts.sessions,
            title=texts.frame.TITLE,
            base_url="/console",
            route_name="console",
            templates_dir=str(HERE / "templates"),
            static_dir=str(HERE / "static"),
            index_view=HomeView(),
            auth_provider=self._provider,
            secret_key=key,
            middlewares=[
                Middleware(ConsoleHeaders),
                Middleware(BodyLimit, refuse=self._too_large, admit=self._admit),
            ],
            i18n_config=I18nConfig(default_locale="zh", language_cookie_name=None, language_header_name=None),
            timezone_config=TimezoneConfig(
                default_timezone="Asia/Shanghai", timezone_cookie_name=None, use_user_locale_timezone=False
            ),
        )
        self._prepare_templates()
        for view in console_views(parts):
            self.add_view(view)
        self.rights: Mapping[Called, Right] = registry([self._provider, *self._views])
        self.middlewares = [self._ours(middleware, key) for middleware in self.middlewares]

    def mount_to(self, app: Starlette) -> None:
        """Also gives an uncaught error a page."""
        super().mount_to(app)
        self.app.add_exception_handler(500, self._refusal.of_failure)

    async def _render_error(self, request: Any, exc: Exception = NOTHING_THERE) -> Any:
        return await self._refusal.of_http(request, exc)

    def _prepare_templates(self) -> None:
        env = self.templates.env
        env.add_extension(Nonces)
        styles = Styles(env)
        env.globals.update(console=texts, may=may, person=person, Right=Right, styles_version=styles.version)
        env.globals["roles"] = lambda signed: texts.people.role_names(signed.grants)
        env.filters.update(shanghai=_shanghai, shanghai_seconds=_shanghai_seconds)
        self.routes.insert(0, Route("/static-styles.css", styles.page, name="styles"))
        self._refusal = Refusal(self.templates)

    def _ours(self, middleware: Middleware, key: str) -> Middleware:
        """In place of the library's own, which it recognises by their exact class while it is being made."""
        theirs: Any = middleware.cls
        if theirs is DBSessionMiddleware:
            return Middleware(SessionByMethod, writing=self._parts.sessions, reading=self._parts.reading)
        if theirs is CSRFMiddleware:
            return Middleware(FormToken, secret_key=key, refusal=self._refusal)
        if theirs is AuthMiddleware:
            return Middleware(
                Gate, provider=self._provider, rights=self.rights, refusal=self._refusal, clock=self._parts.clock
            )
        return middleware

    async def _admit(self, request: Any) -> Any:
        """Only who may bring files; the gate asks again once the body is here."""
        signed = await self._provider.authenticate(request)
        if signed is None or signed.must_change:
            return RedirectResponse(request.url_for("console:login"), HTTP_303_SEE_OTHER)
        return None if Right.IMPORT in signed.rights else self._refusal.page(request, HTTP_403_FORBIDDEN)

    def _too_large(self, request: Any) -> Any:
        return self._refusal.page(request, HTTP_413_CONTENT_TOO_LARGE)


def make_console(parts: Parts) -> Console:
    """The console, to be mounted with ``mount_to``."""
    return Console(parts)


def _shanghai(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _shanghai_seconds(moment: datetime) -> str:
    """For logs, where the order within a minute is asked for."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"

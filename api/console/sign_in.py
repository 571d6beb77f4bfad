"""Who may enter the console. A cookie holds a random token; the table holds its fingerprint only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import anyio.to_thread
from sqlalchemy.orm import Session, sessionmaker
from starlette.middleware import Middleware
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.status import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_CONTENT
from starlette.templating import Jinja2Templates
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.auth.base import AuthMiddleware
from starlette_admin.exceptions import LoginFailed

from knowledge.staff.accounts import (
    SESSION_LONGEST,
    SignedIn,
    SignInRefused,
    WeakPassword,
    change_password,
    sign_in,
    sign_out,
    who,
)

COOKIE = "bst_console"


@dataclass
class StaffUser(AdminUser):
    """The person at the keyboard; ``staff_id`` and ``must_change`` come from the session's row."""

    staff_id: str = ""
    must_change: bool = False


class StaffAuthMiddleware(AuthMiddleware):
    """Besides asking for a sign-in: a handed-out password opens nothing but its own change."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        async def guarded(passed: Request) -> Response:
            user = getattr(passed.state, "admin_user", None)
            inside = passed.scope["path"].removeprefix(passed.scope["root_path"])
            if getattr(user, "must_change", False) and not inside.startswith(("/password", "/logout", "/static")):
                return RedirectResponse(passed.url_for("console:password"), HTTP_303_SEE_OTHER)
            return await call_next(passed)

        return await super().dispatch(request, guarded)


class StaffAuth(AuthProvider):
    """Sign-in by name and password. Each method opens and commits its own short transaction."""

    def __init__(self, sessions: sessionmaker[Session], *, clock: Callable[[], datetime], secure_cookie: bool) -> None:
        super().__init__()
        self._sessions, self._clock, self._secure = sessions, clock, secure_cookie

    def get_middleware(self) -> Middleware:
        return Middleware(StaffAuthMiddleware, provider=self)

    def get_routes(self, templates: Jinja2Templates) -> list[Route]:
        async def password_page(request: Request) -> Response:
            return await self._password_page(request, templates)

        return [
            *super().get_routes(templates),
            Route("/password", password_page, methods=["GET", "POST"], name="password"),
        ]

    async def login(self, username: str, password: str, remember_me: bool, request: Request) -> Response | None:
        try:
            signed = await anyio.to_thread.run_sync(self._enter, username.strip(), password, _host(request))
        except SignInRefused as refused:
            raise LoginFailed(str(refused)) from None
        page = "console:password" if signed.must_change else "console:index"
        response = RedirectResponse(request.url_for(page), HTTP_303_SEE_OTHER)
        response.set_cookie(
            COOKIE,
            signed.token or "",
            max_age=int(SESSION_LONGEST.total_seconds()),
            path=request.scope["root_path"] or "/",
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )
        return response

    async def authenticate(self, request: Request) -> StaffUser | None:
        signed = await anyio.to_thread.run_sync(self._who, request.cookies.get(COOKIE))
        if signed is None:
            return None
        return StaffUser(username=signed.name, staff_id=signed.staff_id, must_change=signed.must_change)

    async def logout(self, request: Request) -> Response | None:
        await anyio.to_thread.run_sync(self._leave, request.cookies.get(COOKIE), _host(request))
        response = RedirectResponse(request.url_for("console:login"), HTTP_303_SEE_OTHER)
        response.delete_cookie(COOKIE, path=request.scope["root_path"] or "/")
        return response

    async def _password_page(self, request: Request, templates: Jinja2Templates) -> Response:
        user: StaffUser = request.state.admin_user
        shown: dict[str, Any] = {"title": "修改密码", "must_change": user.must_change}
        if request.method == "GET":
            return templates.TemplateResponse(request, "password.html", shown)
        form = {name: str(value) for name, value in (await request.form()).items()}
        mistake = "两次输入的新密码不一致；请重新输入" if form.get("new") != form.get("again") else None
        if mistake is None:
            try:
                await anyio.to_thread.run_sync(self._change, user.staff_id, form, request)
            except (SignInRefused, WeakPassword) as refused:
                mistake = str(refused)
        if mistake is not None:
            shown["error"] = mistake
            return templates.TemplateResponse(
                request, "password.html", shown, status_code=HTTP_422_UNPROCESSABLE_CONTENT
            )
        return RedirectResponse(request.url_for("console:index"), HTTP_303_SEE_OTHER)

    def _enter(self, name: str, password: str, host: str) -> SignedIn:
        """Commits even when refused: the count of failures must stay."""
        with self._sessions() as session:
            try:
                return sign_in(session, name=name, password=password, host=host, now=self._clock())
            finally:
                session.commit()

    def _who(self, token: str | None) -> SignedIn | None:
        if not token:
            return None
        with self._sessions.begin() as session:
            return who(session, token=token, now=self._clock())

    def _leave(self, token: str | None, host: str) -> None:
        with self._sessions.begin() as session:
            sign_out(session, token=token, host=host, now=self._clock())

    def _change(self, staff_id: str, form: dict[str, str], request: Request) -> None:
        with self._sessions.begin() as session:
            change_password(
                session,
                staff_id=staff_id,
                old=form.get("old", ""),
                new=form.get("new", ""),
                token=request.cookies.get(COOKIE),
                host=_host(request),
                now=self._clock(),
            )


def _host(request: Request) -> str:
    return request.client.host if request.client else ""

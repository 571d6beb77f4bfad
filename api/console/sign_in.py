"""Who may enter the console. A cookie holds a random token; the table holds its fingerprint only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.status import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_CONTENT
from starlette.templating import Jinja2Templates
from starlette_admin.auth import AuthProvider
from starlette_admin.exceptions import LoginFailed
from starlette_admin.helpers import safe_redirect_url

from api.console.gate import Guarded
from api.console.parts import Parts
from api.console.request import StaffUser, host, person
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
from knowledge.staff.rights import Right

COOKIE = "bst_console"


class StaffAuth(Guarded, AuthProvider):
    """Sign-in by name and password. Each method opens and commits its own short transaction."""

    rights = MappingProxyType({"password": Right.SELF, "logout": Right.SELF})

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._sessions, self._reading, self._clock = parts.sessions, parts.reading, parts.clock
        self._secure = parts.secure_cookie

    def get_routes(self, templates: Jinja2Templates) -> list[Route]:
        async def password_page(request: Request) -> Response:
            return await self._password_page(request, templates)

        return [
            *super().get_routes(templates),
            Route("/password", password_page, methods=["GET", "POST"], name="password"),
        ]

    async def login(self, username: str, password: str, remember_me: bool, request: Request) -> Response | None:
        try:
            signed = await anyio.to_thread.run_sync(self._enter, username.strip(), password, host(request))
        except SignInRefused as refused:
            raise LoginFailed(str(refused)) from None
        index = str(request.url_for("console:index"))
        wanted = safe_redirect_url(request.query_params.get("next") or index, request, index)
        page = str(request.url_for("console:password")) if signed.must_change else wanted
        response = RedirectResponse(page, HTTP_303_SEE_OTHER)
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
        return StaffUser(
            username=signed.name,
            staff_id=signed.staff_id,
            display_name=signed.display_name,
            must_change=signed.must_change,
            grants=signed.grants,
            rights=signed.rights,
        )

    async def logout(self, request: Request) -> Response | None:
        await anyio.to_thread.run_sync(self._leave, request.cookies.get(COOKIE), host(request))
        response = RedirectResponse(request.url_for("console:login"), HTTP_303_SEE_OTHER)
        response.delete_cookie(COOKIE, path=request.scope["root_path"] or "/")
        return response

    async def _password_page(self, request: Request, templates: Jinja2Templates) -> Response:
        user = person(request)
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
        """A look that holds no lock; once a minute, and at a session's end, there is something to write down."""
        if not token:
            return None
        with self._reading() as session:
            signed = who(session, token=token, now=self._clock())
            changed = bool(session.dirty or session.deleted)
            session.rollback()
        if not changed:
            return signed
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
                host=host(request),
                now=self._clock(),
            )

"""The accounts' menus: a form of three columns, a look at it as on the phone, and putting it there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_404_NOT_FOUND, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.dictionary.menu_form import MenuForm, choices, content_of, form_of, form_sent, mistakes
from api.console.page import Page
from api.console.parts import Parts
from api.console.request import actor, now
from api.console.texts import menus as texts
from api.own_menu import OWN_MENU
from api.worker.jobs import PUSH_MENU
from bot.menu import Menu as Committed
from bot.menu import MenuWrong
from knowledge.sentences.menus import (
    WAITING,
    MenuChangedMeanwhile,
    all_menus,
    begin_push,
    digest_of,
    menu_of,
    save_menu,
)
from knowledge.sentences.models import Menu
from knowledge.staff.rights import Right


class MenusView(Page):
    menu_label = texts.TITLE
    icon = "fa fa-bars"
    path = "/menus"
    route_name = "menus"
    rights = MappingProxyType(
        {
            "menus": Right.WORDS_READ,
            "menu": Right.WORDS_READ,
            "menu-save": Right.MENU_WRITE,
            "menu-preview": Right.MENU_WRITE,
            "menu-push": Right.MENU_WRITE,
        }
    )

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._accounts, self._enqueue = parts.accounts, parts.enqueue

    @route("")
    async def index(self, request: Request) -> Response:
        kept = await anyio.to_thread.run_sync(all_menus, request.state.session)
        accounts = [(name, state_of(kept.get(name))) for name in self._accounts]
        return self.show(request, "dictionary/menus.html", accounts=accounts)

    @route("/{account}", name="menu")
    async def one(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._one, request)

    @route("/{account}", methods=["POST"], name="menu-save")
    async def save(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._save, request, await request.form())

    @route("/{account}/preview", methods=["POST"], name="menu-preview")
    async def preview(self, request: Request) -> Response:
        """Only looks."""
        self._asked(request)
        form = form_sent(await request.form())
        return self.fragment(request, "dictionary/_menu_preview.html", form=form, wrong=mistakes(form))

    @route("/{account}/push", methods=["POST"], name="menu-push")
    async def push(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._push, request)

    def _one(self, request: Request) -> Response:
        account = self._asked(request)
        kept = menu_of(request.state.session, account)
        return self._page(request, account, kept, form_of(_content(kept)))

    def _page(
        self,
        request: Request,
        account: str,
        kept: Menu | None,
        form: MenuForm,
        *,
        status: int = HTTP_200_OK,
        wrong: list[str] | None = None,
        meanwhile: bool = False,
    ) -> Response:
        shown: dict[str, Any] = {"account": account, "kept": kept, "form": form, "state": state_of(kept)}
        shown |= {"wrong": wrong or [], "meanwhile": meanwhile, "choices": choices()}
        shown |= {"digest": digest_of(_content(kept)), "waiting": WAITING}
        return self.show(request, "dictionary/menu.html", status=status, **shown)

    def _save(self, request: Request, sent: Mapping[str, Any]) -> Response:
        account, form = self._asked(request), form_sent(sent)
        session = request.state.session
        kept = menu_of(session, account)
        if wrong := mistakes(form):
            return self._page(request, account, kept, form, status=HTTP_422_UNPROCESSABLE_CONTENT, wrong=wrong)
        content = content_of(form)
        if kept is not None and kept.content == content:
            return self._back(request, account, texts.SAME, "info")
        shown, by, at = str(sent.get("shown") or ""), actor(request), now(request)
        try:
            save_menu(session, account=account, content=content, shown=shown, by=by, now=at)
        except MenuChangedMeanwhile as meanwhile:
            return self._page(request, account, meanwhile.theirs, form, status=HTTP_409_CONFLICT, meanwhile=True)
        return self._back(request, account, texts.SAVED)

    def _push(self, request: Request) -> Response:
        """What is saved; where nothing was, the committed menu, which is saved with it."""
        account, session = self._asked(request), request.state.session
        by, at, said = actor(request), now(request), texts.PUSHING
        if menu_of(session, account) is None:
            save_menu(session, account=account, content=committed(), shown="", by=by, now=at)
            said = texts.UNSAVED_FIRST
        begin_push(session, account=account, by=by, now=at)
        self._enqueue(session, PUSH_MENU, f"{account}:{uuid.uuid4()}")
        return self._back(request, account, said)

    def _asked(self, request: Request) -> str:
        account = str(request.path_params["account"])
        if account not in self._accounts:
            raise HTTPException(HTTP_404_NOT_FOUND)
        return account

    def _back(self, request: Request, account: str, said: str, category: str = "success") -> Response:
        return self.redirect_with(request, "menu", said=said, category=category, account=account)


def state_of(kept: Menu | None) -> str:
    """A key of ``texts.STATE``."""
    if kept is None:
        return "committed"
    if kept.problem:
        return "waiting" if kept.problem == WAITING else "failed"
    return "pushed" if kept.pushed_digest == digest_of(kept.content) else "changed"


def committed() -> dict[str, Any]:
    """The product's own menu; none where its file was spoilt, which ``menu push`` explains."""
    try:
        return Committed.from_file(OWN_MENU).to_json()
    except MenuWrong:
        return {"button": []}


def _content(kept: Menu | None) -> dict[str, Any]:
    return committed() if kept is None else dict(kept.content)

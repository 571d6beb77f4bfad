"""What the account says by itself: welcome, help, small talk. In the bureau's words, live without a restart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_404_NOT_FOUND, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.dictionary.sentence_form import mistakes, on_phone, typed_text
from api.console.page import Page
from api.console.parts import Parts
from api.console.request import actor, now
from api.console.texts import sentences as texts
from bot.account import Account
from handlers.texts.catalogue import CATALOGUE, Sentence
from knowledge.sentences.models import Sentence as Changed
from knowledge.sentences.queries import (
    EVERY_ACCOUNT,
    ChangedMeanwhile,
    all_sentences,
    reset_sentence,
    sentence,
    set_sentence,
)
from knowledge.staff.rights import Right


class SentencesView(Page):
    """One sentence is addressed by ``?name=&account=``; no account: what all say that have no wording of their own."""

    menu_label = texts.TITLE
    icon = "fa fa-comment-dots"
    path = "/sentences"
    route_name = "sentences"
    rights = MappingProxyType(
        {
            "sentences": Right.WORDS_READ,
            "sentence": Right.WORDS_READ,
            "sentence-change": Right.SENTENCES_WRITE,
            "sentence-preview": Right.SENTENCES_WRITE,
            "sentence-reset": Right.SENTENCES_WRITE,
        }
    )

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._accounts, self._phones = parts.accounts, parts.trial.accounts

    @route("")
    async def index(self, request: Request) -> Response:
        changed = await anyio.to_thread.run_sync(all_sentences, request.state.session)
        said = {(each.name, each.account): each.text for each in changed}
        own = {name: [account for each, account in said if each == name and account] for name in CATALOGUE}
        return self.show(request, "dictionary/sentences.html", catalogue=CATALOGUE, said=said, own=own)

    @route("/one", name="sentence")
    async def one(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._one, request)

    @route("/one", methods=["POST"], name="sentence-change")
    async def change(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._change, request, await request.form())

    @route("/one/preview", methods=["POST"], name="sentence-preview")
    async def preview(self, request: Request) -> Response:
        """Only looks: what is wrong with the text as it stands, and the phone."""
        return await anyio.to_thread.run_sync(self._preview, request, await request.form())

    @route("/one/reset", methods=["POST"], name="sentence-reset")
    async def reset(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._reset, request, await request.form())

    def _one(self, request: Request) -> Response:
        asked, account = self._asked(request.query_params)
        kept = sentence(request.state.session, name=asked.name, account=account)
        return self._page(request, asked, account, kept, self._now_said(request, asked, account))

    def _page(
        self,
        request: Request,
        asked: Sentence,
        account: str,
        kept: Changed | None,
        text: str,
        *,
        status: int = HTTP_200_OK,
        wrong: list[str] | None = None,
        meanwhile: bool = False,
    ) -> Response:
        phone = on_phone(asked, text, self._phone(account))
        shown: dict[str, Any] = {"asked": asked, "account": account, "kept": kept, "text": text, "phone": phone}
        shown |= {"wrong": wrong or [], "meanwhile": meanwhile, "accounts": list(self._accounts)}
        return self.show(request, "dictionary/sentence.html", status=status, **shown)

    def _change(self, request: Request, sent: Mapping[str, Any]) -> Response:
        asked, account = self._asked(sent)
        session, text = request.state.session, typed_text(sent)
        kept = sentence(session, name=asked.name, account=account)
        if wrong := mistakes(asked, text):
            unread = HTTP_422_UNPROCESSABLE_CONTENT
            return self._page(request, asked, account, kept, text, status=unread, wrong=wrong)
        if text == self._now_said(request, asked, account):
            return self._back(request, asked, account, texts.SAME, "info")
        shown, by, at = _number(sent.get("shown")), actor(request), now(request)
        try:
            set_sentence(session, name=asked.name, account=account, text=text, shown=shown, by=by, now=at)
        except ChangedMeanwhile as meanwhile:
            return self._conflict(request, asked, account, meanwhile, text)
        return self._back(request, asked, account, texts.SAVED)

    def _reset(self, request: Request, sent: Mapping[str, Any]) -> Response:
        asked, account = self._asked(sent)
        session, shown = request.state.session, _number(sent.get("shown"))
        try:
            done = reset_sentence(
                session, name=asked.name, account=account, shown=shown, by=actor(request), now=now(request)
            )
        except ChangedMeanwhile as meanwhile:
            return self._conflict(request, asked, account, meanwhile, self._now_said(request, asked, account))
        if not done:
            return self._back(request, asked, account, texts.NOT_CHANGED, "info")
        return self._back(request, asked, account, texts.RESET)

    def _conflict(
        self, request: Request, asked: Sentence, account: str, meanwhile: ChangedMeanwhile, text: str
    ) -> Response:
        """Nothing typed is lost: it can be saved over what was saved."""
        return self._page(request, asked, account, meanwhile.theirs, text, status=HTTP_409_CONFLICT, meanwhile=True)

    def _preview(self, request: Request, sent: Mapping[str, Any]) -> Response:
        asked, account = self._asked(sent)
        text = typed_text(sent)
        phone = on_phone(asked, text, self._phone(account))
        return self.fragment(request, "dictionary/_sentence_preview.html", phone=phone, wrong=mistakes(asked, text))

    def _now_said(self, request: Request, asked: Sentence, account: str) -> str:
        """Of the account, else of all, else as committed."""
        for whose in dict.fromkeys((account, EVERY_ACCOUNT)):
            kept = sentence(request.state.session, name=asked.name, account=whose)
            if kept is not None:
                return kept.text
        return asked.default

    def _asked(self, sent: Mapping[str, Any]) -> tuple[Sentence, str]:
        """404 for what is no sentence or account of ours."""
        asked, account = CATALOGUE.get(str(sent.get("name") or "")), str(sent.get("account") or "")
        if asked is None or (account and account not in self._accounts):
            raise HTTPException(HTTP_404_NOT_FOUND)
        return asked, account

    def _phone(self, account: str) -> Account:
        return self._phones.get(account) or next(iter(self._phones.values()))

    def _back(self, request: Request, asked: Sentence, account: str, said: str, category: str = "success") -> Response:
        query = {"name": asked.name, "account": account}
        return self.redirect_with(request, "sentence", said=said, category=category, query=query)


def _number(sent: Any) -> int:
    text = str(sent or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

"""The dictionary: words that curators add to the committed lists. Live in every process without a restart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypedDict, cast, get_args

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.flash import flash
from starlette_admin.routing import route

from api.console.dictionary.builtin_words import BuiltInWords
from api.console.page import Page
from api.console.request import actor, person
from api.console.texts import dictionary as texts
from knowledge.audit.events import note
from knowledge.faq.vocabulary import (
    LISTED,
    LONGEST_WORD,
    MOST_OTHERS,
    Term,
    TermKind,
    TermRefused,
    add_term,
    change_term,
    remove_term,
    term,
    terms,
)
from knowledge.staff.rights import Right

KINDS: tuple[TermKind, ...] = get_args(TermKind)
FIRST_KIND: TermKind = "synonym"  # what curators add most: the tab that opens
NOTE_LIMIT = 200  # characters: one line of reason
LONGEST_SOUGHT = 40  # twice the longest word
SHOWN_OF_WORD = 30  # of one that is too long
HIGHEST_ID = 2**31 - 1  # PostgreSQL's integer
_BETWEEN = re.compile(r"[、，,；;\n]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")  # PostgreSQL keeps no NUL, and a note is one line


class Said(TypedDict):
    """What ``add_term`` and ``change_term`` are told alike."""

    word: str
    others: Sequence[str]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermForm:
    """What was typed. ``others`` as one text, so that a refused form comes back as it was."""

    kind: TermKind
    word: str = ""
    others: str = ""
    note: str = ""
    other_words: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        typed = (part.strip() for part in _BETWEEN.split(self.others))
        object.__setattr__(self, "other_words", tuple(part for part in typed if part))


class DictionaryView(Page):
    """One tab a kind: a form to add, the curators' own, and the committed ones to read."""

    menu_label = "词典"
    icon = "fa fa-book"
    path = "/dictionary"
    route_name = "dictionary"
    rights = MappingProxyType(
        {
            "dictionary": Right.WORDS_READ,
            "dictionary-term": Right.WORDS_READ,
            "dictionary-add": Right.WORDS_WRITE,
            "dictionary-change": Right.WORDS_WRITE,
            "dictionary-remove": Right.WORDS_WRITE,
        }
    )

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._built_in = BuiltInWords()

    @route("")
    async def index(self, request: Request) -> Response:
        return await self._list(request, TermForm(kind=_kind(request.query_params)))

    @route("", methods=["POST"], name="dictionary-add")
    async def add(self, request: Request) -> Response:
        form = _form(await request.form())
        mistake = await anyio.to_thread.run_sync(self._saved, request, form)
        if mistake is not None:
            return await self._list(request, form, mistake=mistake)
        return self._back(request, form.kind)

    @route("/{term_id:int}", name="dictionary-term")
    async def term(self, request: Request) -> Response:
        known = await anyio.to_thread.run_sync(_known, request)
        if known is None:
            return self._gone(request, FIRST_KIND)
        form = TermForm(kind=known.kind, word=known.word, others="、".join(known.others), note=known.note)
        return self._term_page(request, form)

    @route("/{term_id:int}", methods=["POST"], name="dictionary-change")
    async def change(self, request: Request) -> Response:
        known = await anyio.to_thread.run_sync(_known, request)
        if known is None:
            return self._gone(request, FIRST_KIND)
        form = _form(await request.form(), kind=known.kind)
        mistake = await anyio.to_thread.run_sync(lambda: self._saved(request, form, known=known))
        return self._back(request, form.kind) if mistake is None else self._term_page(request, form, mistake=mistake)

    @route("/{term_id:int}/remove", methods=["POST"], name="dictionary-remove")
    async def remove(self, request: Request) -> Response:
        known = await anyio.to_thread.run_sync(_known, request)
        if known is None:
            return self._gone(request, FIRST_KIND)
        await anyio.to_thread.run_sync(self._removed, request, known)
        flash(request, texts.TERM_REMOVED.format(word=known.word), "success")
        return self._back(request, known.kind)

    def _removed(self, request: Request, known: Term) -> None:
        remove_term(request.state.session, term_id=known.id, now=self._clock())
        self._note(request, "word.removed", known.id, before=known)

    def _note(
        self, request: Request, action: str, term_id: int, *, before: Term | None = None, after: Term | None = None
    ) -> None:
        note(
            request.state.session, actor=actor(request), action=action, kind="word", object_id=str(term_id),
            at=self._clock(), before=_content(before), after=_content(after),
        )  # fmt: skip

    def _saved(self, request: Request, form: TermForm, *, known: Term | None = None) -> str | None:
        """What was wrong with it, in a sentence; a refused term is rolled back."""
        session = request.state.session
        said: Said = {"word": form.word, "others": form.other_words, "note": form.note}
        by, now = person(request).username, self._clock()
        if len(form.note) > NOTE_LIMIT:
            return texts.NOTE_TOO_LONG.format(limit=NOTE_LIMIT)
        try:
            if known is None:
                saved: Term | None = add_term(session, kind=form.kind, **said, by=by, now=now)
            else:
                saved = change_term(session, term_id=known.id, **said, by=by, now=now)
        except TermRefused as refused:
            session.rollback()  # it has moved the base's number
            return refusal(refused, form.kind)
        if saved is None:
            return texts.TERM_GONE
        self._note(request, "word.added" if known is None else "word.changed", saved.id, before=known, after=saved)
        flash(request, texts.TERM_SAVED.format(word=saved.word), "success")
        return None

    async def _list(self, request: Request, form: TermForm, *, mistake: str | None = None) -> Response:
        sought = request.query_params.get("q", "").strip()[:LONGEST_SOUGHT]
        own = await anyio.to_thread.run_sync(
            lambda: terms(request.state.session, kind=form.kind, containing=sought, limit=LISTED + 1)
        )
        return self.show(
            request,
            "dictionary/list.html",
            status=200 if mistake is None else HTTP_422_UNPROCESSABLE_CONTENT,
            form=form,
            q=sought,
            mistake=mistake,
            own=own[:LISTED],
            more=len(own) > LISTED,
            listed=LISTED,
            built_in=self._built_in.of(form.kind, containing=sought),
        )

    def _term_page(self, request: Request, form: TermForm, *, mistake: str | None = None) -> Response:
        status = 200 if mistake is None else HTTP_422_UNPROCESSABLE_CONTENT
        return self.show(
            request,
            "dictionary/term.html",
            status=status,
            form=form,
            term_id=request.path_params["term_id"],
            mistake=mistake,
        )

    def _back(self, request: Request, kind: TermKind) -> Response:
        return self.redirect_with(request, "dictionary", query={"kind": kind})

    def _gone(self, request: Request, kind: TermKind) -> Response:
        return self.redirect_with(request, "dictionary", said=texts.TERM_GONE, category="warning", query={"kind": kind})


def refusal(refused: TermRefused, kind: TermKind) -> str:
    """What the curator reads: which word is at fault, and what to do."""
    sentence = texts.NO_OTHERS[kind] if refused.problem == "no_others" else texts.REFUSED_TERM[refused.problem]
    word = refused.word if len(refused.word) <= SHOWN_OF_WORD else f"{refused.word[:SHOWN_OF_WORD]}…"
    return sentence.format(word=word, longest=LONGEST_WORD, most=MOST_OTHERS, kind=texts.TERM_KIND[kind])


def _form(sent: Mapping[str, Any], *, kind: TermKind | None = None) -> TermForm:
    return TermForm(
        kind=kind or _kind(sent),
        word=_CONTROL.sub(" ", str(sent.get("word", ""))).strip(),
        others=str(sent.get("others", "")).strip(),
        note=_CONTROL.sub(" ", str(sent.get("note", ""))).strip(),
    )


def _kind(sent: Mapping[str, Any]) -> TermKind:
    """What is no kind of ours opens the first tab."""
    asked = sent.get("kind")
    return cast("TermKind", asked) if asked in KINDS else FIRST_KIND


def _content(term: Term | None) -> dict[str, Any] | None:
    """Of the audit log."""
    if term is None:
        return None
    return {"term_kind": term.kind, "word": term.word, "others": list(term.others), "note": term.note}


def _known(request: Request) -> Term | None:
    term_id = int(request.path_params["term_id"])
    return term(request.state.session, term_id=term_id) if term_id <= HIGHEST_ID else None

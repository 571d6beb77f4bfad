"""One entry: what it says today, who keeps it, its versions; and where a change of it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_404_NOT_FOUND
from starlette_admin.routing import route

from api.console.entries.drafts import allows
from api.console.entries.editing import live_entry
from api.console.entries.judging import Judge
from api.console.missed.usefulness import Helped, helped_by_entry
from api.console.page import Page
from api.console.request import actor, now, require, scope
from api.console.texts import entries as texts
from knowledge.curation.diff import diff
from knowledge.curation.models import FaqVersion
from knowledge.curation.pulling import let_rest, pull, pulled_entries
from knowledge.curation.revisions import NotAllowed, NotThere, Revision, begin, open_revision, restore
from knowledge.curation.states import Change
from knowledge.curation.versions import version, versions_of
from knowledge.faq.cells import entry_of_row
from knowledge.faq.entry import Entry
from knowledge.faq.questions import Question
from knowledge.staff.rights import Right

LATELY = timedelta(days=90)  # “effective” is what answered in this time
SHOWN_VERSIONS = 10  # on the entry's own page; all of them on theirs


@dataclass(frozen=True, slots=True)
class Use:
    """In the last ``days``. ``helped``: from the beginning of the record."""

    answered: int
    helped: Helped
    days: int = LATELY.days


class EntryPage(Page):
    """Addressed by ``?id=``: an id may hold any sign but white space."""

    rights = MappingProxyType(
        {
            "entry": Right.ENTRIES_READ,
            "entry-versions": Right.ENTRIES_READ,
            "entry-diff": Right.ENTRIES_READ,
            "entry-draft": Right.ENTRIES_WRITE,
            "entry-restore": Right.ENTRIES_WRITE,
            "entry-archive": Right.ENTRIES_WRITE,
            "entry-rest": Right.ENTRIES_WRITE,
            "entry-pull": Right.ENTRIES_PULL,
        }
    )

    def __init__(self, judge: Judge) -> None:
        super().__init__(menu_label="条目", path="/entry", route_name="entry", add_to_menu=False)
        self._judge = judge

    @route("")
    async def index(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._index, request)

    @route("/versions", name="entry-versions")
    async def versions(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._versions, request)

    @route("/diff", name="entry-diff")
    async def diff(self, request: Request) -> Response:
        """``?from=&to=``: numbers of versions; ``from`` 0 or missing: everything is new."""
        return await anyio.to_thread.run_sync(self._diff, request)

    @route("/draft", methods=["POST"], name="entry-draft")
    async def draft(self, request: Request) -> Response:
        """Of the entry ``id``; without one a new entry, in the person's own region."""
        return await self._do(request, self._begin)

    @route("/restore", methods=["POST"], name="entry-restore")
    async def restore(self, request: Request) -> Response:
        return await self._do(request, self._restore)

    @route("/archive", methods=["POST"], name="entry-archive")
    async def archive(self, request: Request) -> Response:
        return await self._do(request, self._archive)

    @route("/rest", methods=["POST"], name="entry-rest")
    async def rest(self, request: Request) -> Response:
        return await self._do(request, self._rest)

    @route("/pull", methods=["POST"], name="entry-pull")
    async def pull(self, request: Request) -> Response:
        return await self._do(request, self._pull)

    def _index(self, request: Request) -> Response:
        session, entry = request.state.session, _entry_asked(request)
        pulled = list(pulled_entries(session, entry_id=entry.id))
        shown: dict[str, Any] = {
            "entry": entry,
            "phone": self._judge.phone(session, entry, account="", now=now(request)),
            "open_one": open_revision(session, entry.id),
            "versions": versions_of(session, entry_id=entry.id, limit=SHOWN_VERSIONS),
            "use": _use(session, entry.id, now(request)),
            "pulled": pulled[0] if pulled else None,
            "writes": allows(request, Right.ENTRIES_WRITE, entry.region, entry.category),
            "pulls": allows(request, Right.ENTRIES_PULL, entry.region, entry.category),
        }
        return self.show(request, "entries/entry.html", **shown)

    def _versions(self, request: Request) -> Response:
        entry = _entry_asked(request)
        writes = allows(request, Right.ENTRIES_WRITE, entry.region, entry.category)
        found = versions_of(request.state.session, entry_id=entry.id)
        return self.show(request, "entries/versions.html", entry=entry, versions=found, writes=writes)

    def _diff(self, request: Request) -> Response:
        session, entry = request.state.session, _entry_asked(request)
        newer = _version_asked(session, entry, request.query_params.get("to"))
        older = _version_asked(session, entry, request.query_params.get("from"))
        if newer is None:
            raise HTTPException(HTTP_404_NOT_FOUND)
        changes = diff(None if older is None else _entry_of(older), _entry_of(newer))
        return self.show(request, "entries/diff.html", entry=entry, older=older, newer=newer, changes=changes)

    async def _do(self, request: Request, step: Any) -> Response:
        sent = await request.form()
        return await anyio.to_thread.run_sync(self._done, request, step, sent)

    def _done(self, request: Request, step: Any, sent: Mapping[str, Any]) -> Response:
        try:
            done: Response = step(request, sent)
        except NotThere:
            raise HTTPException(HTTP_404_NOT_FOUND) from None
        except NotAllowed as refused:
            query = {"id": str(sent.get("id") or "")}
            return self.redirect_with(request, "entry", said=str(refused), category="error", query=query)
        return done

    def _begin(self, request: Request, sent: Mapping[str, Any]) -> Response:
        entry_id = str(sent.get("id") or "")
        if entry_id:
            entry = _entry_at(request, entry_id, Right.ENTRIES_WRITE)
            return self._opened(request, self._begun(request, entry.id, None, Change.EDIT), "")
        region, topic = scope(request, Right.ENTRIES_WRITE).places[0]
        content = {"region": region, "category": topic or "", "owner": actor(request).name}
        return self._opened(request, self._begun(request, None, content, Change.EDIT), "")

    def _restore(self, request: Request, sent: Mapping[str, Any]) -> Response:
        entry = _entry_at(request, str(sent.get("id") or ""), Right.ENTRIES_WRITE)
        number = _number(sent.get("version"))
        begun = restore(
            request.state.session, entry_id=entry.id, version=number, by=actor(request), reason="", now=now(request)
        )
        require(request, Right.ENTRIES_WRITE, region=begun.entry.region, topic=begun.entry.category)
        return self._opened(request, begun, texts.RESTORING.format(version=number))

    def _archive(self, request: Request, sent: Mapping[str, Any]) -> Response:
        entry = _entry_at(request, str(sent.get("id") or ""), Right.ENTRIES_WRITE)
        return self._opened(request, self._begun(request, entry.id, None, Change.ARCHIVE, sent), "")

    def _rest(self, request: Request, sent: Mapping[str, Any]) -> Response:
        entry = _entry_at(request, str(sent.get("id") or ""), Right.ENTRIES_WRITE)
        let_rest(request.state.session, entry_id=entry.id, by=actor(request), reason="", now=now(request))
        return self.redirect_with(request, "entry", said=texts.RESTS, query={"id": entry.id})

    def _pull(self, request: Request, sent: Mapping[str, Any]) -> Response:
        entry = _entry_at(request, str(sent.get("id") or ""), Right.ENTRIES_PULL)
        reason = str(sent.get("reason") or "")
        count = pull(
            request.state.session,
            entry_ids=[entry.id],
            by=actor(request),
            reason=reason,
            repeal_id=None,
            now=now(request),
        )
        said = texts.PULLED if count else texts.NOT_PULLED
        return self.redirect_with(request, "entry", said=said, query={"id": entry.id})

    def _begun(
        self,
        request: Request,
        entry_id: str | None,
        content: Mapping[str, Any] | None,
        change: Change,
        sent: Mapping[str, Any] = MappingProxyType({}),
    ) -> Revision:
        reason = str(sent.get("reason") or "")
        return begin(
            request.state.session,
            entry_id=entry_id,
            content=content,
            by=actor(request),
            reason=reason,
            now=now(request),
            change=change,
        )

    def _opened(self, request: Request, begun: Revision, said: str) -> Response:
        if begun.shared and begun.author != actor(request).name:
            said = texts.OPENED_THEIRS.format(author=begun.author)
        return self.redirect_with(request, "draft", said=said, id=begun.id)


def _entry_asked(request: Request) -> Entry:
    return _entry_at(request, request.query_params.get("id", ""), Right.ENTRIES_READ, writing=False)


def _entry_at(request: Request, entry_id: str, right: Right, *, writing: bool = True) -> Entry:
    """404 where there is none in the person's scope. PostgreSQL keeps no NUL."""
    entry = live_entry(request.state.session, entry_id) if entry_id and "\x00" not in entry_id else None
    if entry is None:
        raise HTTPException(HTTP_404_NOT_FOUND)
    require(request, right, region=entry.region, topic=entry.category, writing=writing)
    return entry


def _version_asked(session: Session, entry: Entry, typed: str | None) -> FaqVersion | None:
    number = _number(typed)
    return version(session, entry_id=entry.id, number=number) if number else None


def _entry_of(kept: FaqVersion) -> Entry:
    entry, _ = entry_of_row(1, {**kept.content, "id": kept.entry_id})
    assert entry is not None
    return replace(entry, status=kept.status)


def _number(typed: Any) -> int:
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _use(session: Session, entry_id: str, at: datetime) -> Use:
    answered = select(func.count(Question.id)).where(
        Question.entry_id == entry_id, Question.decision == "answer", Question.asked_at >= at - LATELY
    )
    helped = helped_by_entry(session, [entry_id])
    return Use(session.scalar(answered) or 0, helped.get(entry_id, Helped()))

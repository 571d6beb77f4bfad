"""One group of missed questions: how it was asked, what the base says now, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_404_NOT_FOUND
from starlette_admin.routing import route

from api.console.missed.answering import draft_begun, nearest, open_drafts, variants_added
from api.console.missed.shown import in_clear, trend
from api.console.page import Page
from api.console.parts import Parts
from api.console.request import actor, may, now, scope
from api.console.texts import missed as texts
from knowledge.errors import KnowledgeError
from knowledge.missed.deciding import ignore, merge, reopen
from knowledge.missed.queries import Listed, alike, one_group, outside, wordings
from knowledge.missed.states import GroupState, MissedRefused
from knowledge.staff.rights import Right

LONGEST_SOUGHT = 100


class GroupPage(Page):
    """``{id}``: of the group. 404 for one of which the person may see nothing."""

    rights = MappingProxyType(
        {
            "missed-group": Right.MISSED_READ,
            "missed-draft": Right.MISSED_WRITE,
            "missed-variant": Right.MISSED_WRITE,
            "missed-ignore": Right.MISSED_WRITE,
            "missed-reopen": Right.MISSED_WRITE,
            "missed-merge": Right.MISSED_WRITE,
        }
    )

    def __init__(self, parts: Parts) -> None:
        super().__init__(menu_label="一组提问", path="/missed", route_name="missed-group", add_to_menu=False)
        self._faq = parts.services.faq

    async def index(self, request: Request) -> Response:
        """No route leads here: what a bare address shows is the list's."""
        raise HTTPException(HTTP_404_NOT_FOUND)

    @route("/{id}", name="missed-group")
    async def one(self, request: Request) -> Response:
        """``?q=``: entries to add to. ``?m=``: groups to be merged into."""
        return await anyio.to_thread.run_sync(self._one, request)

    @route("/{id}/draft", methods=["POST"], name="missed-draft")
    async def draft(self, request: Request) -> Response:
        return await self._do(request, self._draft)

    @route("/{id}/variant", methods=["POST"], name="missed-variant")
    async def variant(self, request: Request) -> Response:
        return await self._do(request, self._variant)

    @route("/{id}/ignore", methods=["POST"], name="missed-ignore")
    async def ignore(self, request: Request) -> Response:
        return await self._do(request, self._ignore)

    @route("/{id}/reopen", methods=["POST"], name="missed-reopen")
    async def reopen(self, request: Request) -> Response:
        return await self._do(request, self._reopen)

    @route("/{id}/merge", methods=["POST"], name="missed-merge")
    async def merge(self, request: Request) -> Response:
        return await self._do(request, self._merge)

    def _one(self, request: Request) -> Response:
        session, group = request.state.session, seen_group(request)
        here, asked = scope(request, Right.MISSED_READ), request.query_params
        words, other = (asked.get(name, "").replace("\0", "").strip()[:LONGEST_SOUGHT] for name in ("q", "m"))
        said = wordings(session, group.id, scope=here)
        decides = may(request, Right.MISSED_WRITE)
        region = said[0].region if said else None
        shown: dict[str, Any] = {
            "group": group,
            "said": said,
            "drafts": open_drafts(session, group.id),
            "now": self._faq.decide(group.question, region=region, now=now(request)),
            "entries": nearest(request, self._faq, group, words=words, region=region),
            "groups": alike(session, group, scope=here, words=other) if group.entry_id is None else [],
            "q": words,
            "m": other,
            "elsewhere": outside(session, group.id, scope=scope(request, Right.MISSED_WRITE)) if decides else 0,
            "open": decides and group.state != GroupState.FILLED,
            "writes": decides and may(request, Right.ENTRIES_WRITE),
        }
        return self.show(request, "missed/group.html", in_clear=in_clear, trend=trend, **shown)

    async def _do(self, request: Request, step: Any) -> Response:
        sent = await request.form()
        return await anyio.to_thread.run_sync(self._done, request, step, sent)

    def _done(self, request: Request, step: Any, sent: Mapping[str, Any]) -> Response:
        """What was refused has written nothing, and says why on the group's own page."""
        group = seen_group(request)
        try:
            done: Response = step(request, group, sent)
        except KnowledgeError as refused:
            request.state.session.rollback()
            return self.redirect_with(request, "missed-group", said=f"{refused}。", category="error", id=group.id)
        return done

    def _draft(self, request: Request, group: Listed, sent: Mapping[str, Any]) -> Response:
        begun = draft_begun(request, group)
        return self.redirect_with(request, "draft", said=texts.DRAFT_BEGUN, id=begun.id)

    def _variant(self, request: Request, group: Listed, sent: Any) -> Response:
        entry_id = str(sent.get("entry") or "").replace("\0", "")
        begun, count = variants_added(request, group, entry_id, [str(each) for each in sent.getlist("wording")])
        return self.redirect_with(request, "draft", said=texts.VARIANTS_ADDED.format(count=count), id=begun.id)

    def _ignore(self, request: Request, group: Listed, sent: Mapping[str, Any]) -> Response:
        _require_all(request, group.id)
        reason = str(sent.get("reason") or "").replace("\0", "")
        ignore(request.state.session, group_id=group.id, by=actor(request), reason=reason, now=now(request))
        return self.redirect_with(request, "missed", said=texts.IGNORED)

    def _reopen(self, request: Request, group: Listed, sent: Mapping[str, Any]) -> Response:
        _require_all(request, group.id)
        reopen(request.state.session, group_id=group.id, by=actor(request), now=now(request))
        return self.redirect_with(request, "missed-group", said=texts.REOPENED, id=group.id)

    def _merge(self, request: Request, group: Listed, sent: Mapping[str, Any]) -> Response:
        into = str(sent.get("into") or "").replace("\0", "")
        _require_all(request, group.id)
        if one_group(request.state.session, into, scope=scope(request, Right.MISSED_WRITE), now=now(request)) is None:
            raise MissedRefused(texts.NO_GROUP)
        _require_all(request, into)
        merge(request.state.session, group_id=group.id, into=into, by=actor(request), now=now(request))
        return self.redirect_with(request, "missed-group", said=texts.MERGED, id=into)


def seen_group(request: Request) -> Listed:
    """The one that the address names; 404 where the person may see nothing of it."""
    right = Right.MISSED_READ
    group_id = str(request.path_params["id"]).replace("\0", "")
    found = one_group(request.state.session, group_id, scope=scope(request, right), now=now(request))
    if found is None:
        raise HTTPException(HTTP_404_NOT_FOUND)
    return found


def _require_all(request: Request, group_id: str) -> None:
    """Raises ``MissedRefused`` where others must have a say: part of it is not the person's."""
    left = outside(request.state.session, group_id, scope=scope(request, Right.MISSED_WRITE))
    if left:
        raise MissedRefused(texts.OF_NATION.format(count=left))

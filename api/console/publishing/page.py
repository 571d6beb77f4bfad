"""Publishing: approved drafts taken together, their replay, and the decision about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType

import anyio.to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.page import Page
from api.console.parts import Parts
from api.console.publishing.reading import free_drafts, may_decide, publications_listed, require_all, shown
from api.console.request import actor, now
from api.console.texts import publishing as texts
from api.publishing import enqueue_replay, publish_now
from knowledge.calendar import SHANGHAI
from knowledge.curation import publishing, replaying
from knowledge.curation.publication import PublishingRefused, Stale
from knowledge.staff.rights import Right

LONG_SECONDS = 60  # a replay of ten thousand entries takes a third of it
Step = Callable[[Request, FormData], str]  # what was done, in a sentence


class PublishingView(Page):
    """``index`` and ``one`` show; everything else does one thing and leads back."""

    menu_label = "发布"
    icon = "fa fa-paper-plane"
    path = "/publishing"
    route_name = "publishing"
    rights = MappingProxyType(
        {
            "publishing": Right.ENTRIES_READ,
            "publishing-one": Right.ENTRIES_READ,
            "publishing-request": Right.ENTRIES_PUBLISH,
            "publishing-again": Right.ENTRIES_PUBLISH,
            "publishing-publish": Right.ENTRIES_PUBLISH,
            "publishing-plan": Right.ENTRIES_PUBLISH,
            "publishing-cancel": Right.ENTRIES_PUBLISH,
            "publishing-override": Right.GATE_OVERRIDE,
        }
    )

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._faq = parts.services.faq
        self._enqueue = parts.enqueue

    @route("")
    async def index(self, request: Request) -> Response:
        return await self._list(request)

    @route("", methods=["POST"], name="publishing-request")
    async def request(self, request: Request) -> Response:
        ids = [str(each) for each in (await request.form()).getlist("draft")]
        try:
            publication_id = await anyio.to_thread.run_sync(self._requested, request, ids)
        except PublishingRefused as refused:
            await anyio.to_thread.run_sync(request.state.session.rollback)
            return await self._list(request, status=HTTP_422_UNPROCESSABLE_CONTENT, mistake=str(refused))
        return self.redirect_with(request, "publishing-one", said=texts.ASKED_FOR, id=publication_id)

    @route("/{id}", name="publishing-one")
    async def one(self, request: Request) -> Response:
        return await self._one(request)

    @route("/{id}/again", methods=["POST"], name="publishing-again")
    async def again(self, request: Request) -> Response:
        return await self._step(request, self._replayed_again)

    @route("/{id}/publish", methods=["POST"], name="publishing-publish")
    async def publish(self, request: Request) -> Response:
        return await self._step(request, self._published)

    @route("/{id}/plan", methods=["POST"], name="publishing-plan")
    async def plan(self, request: Request) -> Response:
        return await self._step(request, _planned)

    @route("/{id}/cancel", methods=["POST"], name="publishing-cancel")
    async def cancel(self, request: Request) -> Response:
        return await self._step(request, _cancelled)

    @route("/{id}/override", methods=["POST"], name="publishing-override")
    async def override(self, request: Request) -> Response:
        return await self._step(request, _overridden)

    async def _step(self, request: Request, step: Step) -> Response:
        form = await request.form()
        publication_id = await anyio.to_thread.run_sync(require_all, request)
        try:
            said = await anyio.to_thread.run_sync(step, request, form)
        except PublishingRefused as refused:
            await anyio.to_thread.run_sync(request.state.session.rollback)
            return await self._one(request, status=HTTP_422_UNPROCESSABLE_CONTENT, mistake=str(refused))
        return self.redirect_with(request, "publishing-one", said=said, id=publication_id)

    def _requested(self, request: Request, ids: list[str]) -> str:
        session = request.state.session
        wanted = [draft for draft in free_drafts(request) if draft.id in ids]
        if len(wanted) < len(set(ids)):
            raise PublishingRefused(texts.NOT_FREE)
        if not may_decide(request, wanted):
            raise PublishingRefused(texts.OUTSIDE)
        publication_id = publishing.request(
            session, revision_ids=[draft.id for draft in wanted], by=actor(request), now=now(request)
        )
        enqueue_replay(session, publication_id, enqueue=self._enqueue)
        return publication_id

    def _replayed_again(self, request: Request, form: FormData) -> str:
        self._again(request)
        return texts.ASKED_AGAIN

    def _again(self, request: Request) -> None:
        session, publication_id = request.state.session, request.path_params["id"]
        replaying.again(session, publication_id=publication_id, by=actor(request), now=now(request))
        enqueue_replay(session, publication_id, enqueue=self._enqueue)

    def _published(self, request: Request, form: FormData) -> str:
        session, publication_id = request.state.session, request.path_params["id"]
        try:
            publish_now(
                session, publication_id=publication_id, by=actor(request), now=now(request), enqueue=self._enqueue
            )
        except Stale as stale:  # nothing was written yet
            self._again(request)
            return texts.MOVED_ON.format(why=str(stale).partition("，")[0])
        return texts.PUBLISHED

    async def _list(self, request: Request, *, status: int = 200, mistake: str = "") -> Response:
        drafts = await anyio.to_thread.run_sync(free_drafts, request)
        rows = await anyio.to_thread.run_sync(publications_listed, request)
        return self.show(
            request, "publishing/list.html", status=status, drafts=drafts, publications=rows, mistake=mistake
        )

    async def _one(self, request: Request, *, status: int = 200, mistake: str = "") -> Response:
        found = await anyio.to_thread.run_sync(shown, request)
        number = found.row.published_number
        return self.show(
            request,
            "publishing/one.html",
            status=status,
            shown=found,
            row=found.row,
            live=number is not None and self._faq.state.number >= number,
            long_seconds=LONG_SECONDS,
            mistake=mistake,
        )


def _planned(request: Request, form: FormData) -> str:
    at = _moment(str(form.get("at", "")))
    publishing.plan(
        request.state.session, publication_id=request.path_params["id"], at=at, by=actor(request), now=now(request)
    )
    return texts.PLANNED_SAID


def _cancelled(request: Request, form: FormData) -> str:
    publishing.cancel(
        request.state.session, publication_id=request.path_params["id"], by=actor(request), now=now(request)
    )
    return texts.CANCELLED


def _overridden(request: Request, form: FormData) -> str:
    publishing.override(
        request.state.session,
        publication_id=request.path_params["id"],
        by=actor(request),
        reason=str(form.get("reason", "")),
        now=now(request),
    )
    return texts.LET_THROUGH


def _moment(typed: str) -> datetime:
    """As the browser sends it: the clock in Shanghai, without a zone."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise PublishingRefused(texts.TIME_UNREADABLE) from None

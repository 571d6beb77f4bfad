"""What another person does with a draft: pass it or hand it back, first for its matter and then for secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_404_NOT_FOUND
from starlette_admin.routing import route

from api.console.entries.drafts import draft_of_request
from api.console.entries.form import lock_sent
from api.console.entries.judging import Judge
from api.console.page import Page
from api.console.parts import Parts
from api.console.request import actor, now, require
from api.console.texts import entries as texts
from knowledge.curation.finding import Finding
from knowledge.curation.flow import (
    BATCH,
    approve,
    approve_batch,
    clear,
    clear_batch,
    hand_back,
    refuse,
    submit_batch,
)
from knowledge.curation.models import FaqRevision
from knowledge.curation.revision import as_revision
from knowledge.curation.revisions import EditedMeanwhile, NotAllowed, Revision
from knowledge.curation.states import OPEN, Change, State
from knowledge.staff.rights import Right

Judged = Mapping[tuple[str, int], tuple[Finding, ...]]  # by a draft's id and lock


class ReviewingView(Page):
    """Forms only; their pages are those of ``DraftsView``."""

    rights = MappingProxyType(
        {
            "draft-approve": Right.ENTRIES_REVIEW,
            "draft-return": Right.ENTRIES_REVIEW,
            "draft-clear": Right.ENTRIES_CLEAR,
            "draft-refuse": Right.ENTRIES_CLEAR,
            "batch-submit": Right.ENTRIES_WRITE,
            "batch-approve": Right.ENTRIES_REVIEW,
            "batch-clear": Right.ENTRIES_CLEAR,
        }
    )

    def __init__(self, parts: Parts, judge: Judge) -> None:
        super().__init__(menu_label="审核", path="/drafts", route_name="reviewing", add_to_menu=False)
        self._reading, self._judge = parts.reading, judge

    async def index(self, request: Request) -> Response:
        """No route leads here: what a bare address shows is ``DraftsView``'s."""
        raise HTTPException(HTTP_404_NOT_FOUND)

    @route("/{id}/approve", methods=["POST"], name="draft-approve")
    async def approve(self, request: Request) -> Response:
        return await self._do(request, Right.ENTRIES_REVIEW, self._approve, texts.APPROVED)

    @route("/{id}/return", methods=["POST"], name="draft-return")
    async def hand_back(self, request: Request) -> Response:
        return await self._do(request, Right.ENTRIES_REVIEW, _with_note(hand_back), texts.BACK_TO_DRAFT)

    @route("/{id}/clear", methods=["POST"], name="draft-clear")
    async def clear(self, request: Request) -> Response:
        return await self._do(request, Right.ENTRIES_CLEAR, self._clear, texts.CLEARED)

    @route("/{id}/refuse", methods=["POST"], name="draft-refuse")
    async def refuse(self, request: Request) -> Response:
        return await self._do(request, Right.ENTRIES_CLEAR, _with_note(refuse), texts.BACK_TO_DRAFT)

    @route("/batch/{id}/submit", methods=["POST"], name="batch-submit")
    async def submit_batch(self, request: Request) -> Response:
        return await self._do_batch(request, Right.ENTRIES_WRITE, submit_batch, judged=State.DRAFT)

    @route("/batch/{id}/approve", methods=["POST"], name="batch-approve")
    async def approve_batch(self, request: Request) -> Response:
        return await self._do_batch(request, Right.ENTRIES_REVIEW, approve_batch, judged=None)

    @route("/batch/{id}/clear", methods=["POST"], name="batch-clear")
    async def clear_batch(self, request: Request) -> Response:
        return await self._do_batch(request, Right.ENTRIES_CLEAR, clear_batch, judged=State.SECRECY)

    async def _do(self, request: Request, right: Right, step: Callable[..., Revision], said: str) -> Response:
        sent = await request.form()
        return await anyio.to_thread.run_sync(self._done, request, right, step, said, sent)

    def _done(
        self, request: Request, right: Right, step: Callable[..., Revision], said: str, sent: Mapping[str, Any]
    ) -> Response:
        draft = draft_of_request(request, right)
        try:
            step(request, draft, sent)
        except EditedMeanwhile as meanwhile:
            return self._back(request, draft, texts.READ_ANEW.format(said=meanwhile), "warning")
        except NotAllowed as refused:
            return self._back(request, draft, str(refused), "error")
        return self._back(request, draft, said, "success")

    def _approve(self, request: Request, draft: Revision, sent: Mapping[str, Any]) -> Revision:
        by, lock = actor(request), lock_sent(sent)
        return approve(request.state.session, revision_id=draft.id, by=by, now=now(request), lock=lock)

    def _clear(self, request: Request, draft: Revision, sent: Mapping[str, Any]) -> Revision:
        noticed = sent.getlist("noticed") if hasattr(sent, "getlist") else []
        return clear(
            request.state.session,
            revision_id=draft.id,
            by=actor(request),
            now=now(request),
            lock=lock_sent(sent),
            findings=self._findings(request, draft),
            noticed=[str(each) for each in noticed],
        )

    def _findings(self, request: Request, draft: Revision, session: Session | None = None) -> tuple[Finding, ...]:
        archiving, looking = draft.change is Change.ARCHIVE, session or request.state.session
        return self._judge.findings(looking, draft.entry, now=now(request), archiving=archiving)

    async def _do_batch(
        self, request: Request, right: Right, step: Callable[..., int], *, judged: State | None
    ) -> Response:
        return await anyio.to_thread.run_sync(lambda: self._batch_done(request, right, step, judged=judged))

    def _batch_done(
        self, request: Request, right: Right, step: Callable[..., int], *, judged: State | None
    ) -> Response:
        batch_id = request.path_params["id"]
        found = self._judged(request, right, batch_id, judged)
        _require_batch(request.state.session, request, right, batch_id)

        def findings(draft: Revision) -> tuple[Finding, ...]:
            known = found.get((draft.id, draft.lock))
            return self._findings(request, draft) if known is None else known

        more = {"findings": findings} if judged is not None else {}
        try:
            count = step(request.state.session, batch_id=batch_id, by=actor(request), now=now(request), **more)
        except NotAllowed as refused:
            return self.redirect_with(
                request, "drafts-list", said=str(refused), category="error", query={"batch": batch_id}
            )
        said = texts.BATCH_MOVED.format(count=count)
        return self.redirect_with(request, "drafts-list", said=said, query={"batch": batch_id})

    def _judged(self, request: Request, right: Right, batch_id: str, judged: State | None) -> Judged:
        """Before anything is locked: a batch of a thousand drafts takes half a minute of looking."""
        with self._reading() as session:
            _require_batch(session, request, right, batch_id)
            rows = select(FaqRevision).where(FaqRevision.batch_id == batch_id, FaqRevision.state == judged)
            drafts = [as_revision(row) for row in session.scalars(rows.limit(BATCH))] if judged is not None else []
            return {(draft.id, draft.lock): self._findings(request, draft, session) for draft in drafts}

    def _back(self, request: Request, draft: Revision, said: str, category: str) -> Response:
        return self.redirect_with(request, "draft", said=said, category=category, id=draft.id)


def _with_note(move: Callable[..., Revision]) -> Callable[[Request, Revision, Mapping[str, Any]], Revision]:
    def step(request: Request, draft: Revision, sent: Mapping[str, Any]) -> Revision:
        said = str(sent.get("note") or "")
        return move(request.state.session, revision_id=draft.id, by=actor(request), note=said, now=now(request))

    return step


def _require_batch(session: Session, request: Request, right: Right, batch_id: str) -> None:
    """Every place of the batch must be the person's."""
    open_ones = FaqRevision.state.in_([each.value for each in OPEN])
    places = select(FaqRevision.region, FaqRevision.category).where(FaqRevision.batch_id == batch_id, open_ones)
    found = session.execute(places.distinct()).all()
    if not found:
        raise HTTPException(HTTP_404_NOT_FOUND)
    for region, topic in found:
        require(request, right, region=region, topic=topic)

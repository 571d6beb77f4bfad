"""Drafts: the list, the form with its checks and the phone beside it, and the page on which another person decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.entries.drafts import PAGE, TABS, allows, draft_list, draft_of_request
from api.console.entries.form import as_shown, as_typed, content_sent, entry_form, lock_sent
from api.console.entries.judging import Judge
from api.console.page import Page
from api.console.parts import Parts
from api.console.request import actor, now, require
from api.console.texts import entries as texts
from knowledge.curation.content import ContentRefused
from knowledge.curation.diff import diff
from knowledge.curation.finding import Finding, blocks, sorted_findings, warnings
from knowledge.curation.flow import submit, withdraw
from knowledge.curation.revisions import EditedMeanwhile, NotAllowed, Revision, drop, save
from knowledge.curation.states import Change, State
from knowledge.faq.cells import RowError
from knowledge.faq.entry import Entry
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import entry_of
from knowledge.staff.rights import Right

SUGGESTED = 200  # categories and owners under their fields
HIGHEST_PAGE = 10_000
NOTHING_SENT: Mapping[str, Any] = MappingProxyType({})
BATCH_ID = re.compile(r"[0-9a-f-]{36}")


class DraftsView(Page):
    menu_label = "草稿与审核"
    icon = "fa fa-pen-to-square"
    path = "/drafts"
    route_name = "drafts-list"
    rights = MappingProxyType(
        {
            "drafts-list": Right.ENTRIES_READ,
            "draft": Right.ENTRIES_READ,
            "draft-save": Right.ENTRIES_WRITE,
            "draft-check": Right.ENTRIES_WRITE,
            "draft-submit": Right.ENTRIES_WRITE,
            "draft-withdraw": Right.ENTRIES_WRITE,
            "draft-drop": Right.ENTRIES_WRITE,
        }
    )

    def __init__(self, parts: Parts, judge: Judge) -> None:
        super().__init__()
        self._parts, self._judge = parts, judge

    @route("")
    async def index(self, request: Request) -> Response:
        """``?state=``: one tab. ``?mine=1``: begun by the person. ``?batch=``: of one import. ``?page=``: from 0.

        ``?todo=``: what waits for the person.
        """
        asked = request.query_params
        typed = asked.get("page", "0")
        page = min(int(typed), HIGHEST_PAGE) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
        mine, state, batch = asked.get("mine") == "1", asked.get("state", ""), asked.get("batch", "")
        batch, todo = batch if BATCH_ID.fullmatch(batch) else "", asked.get("todo", "")
        found = await anyio.to_thread.run_sync(
            lambda: draft_list(
                request.state.session, request, state=state, mine=mine, page=page, batch=batch, todo=todo
            )
        )
        shown: dict[str, Any] = {"found": found, "state": state, "mine": mine, "page": page, "tabs": TABS, "size": PAGE}
        return self.show(request, "entries/drafts.html", batch=batch, todo=todo, **shown)

    @route("/{id}", name="draft")
    async def draft(self, request: Request) -> Response:
        """The form for who may write in a draft (``?edit=1``: in whatever state), else the page to decide on."""
        return await anyio.to_thread.run_sync(self._draft, request)

    @route("/{id}", methods=["POST"], name="draft-save")
    async def save(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._save, request, await request.form())

    @route("/{id}/check", methods=["POST"], name="draft-check")
    async def check(self, request: Request) -> Response:
        """Only looks: what is found in the form as it stands, and the phone."""
        return await anyio.to_thread.run_sync(self._check, request, await request.form())

    @route("/{id}/submit", methods=["POST"], name="draft-submit")
    async def submit(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._submit, request)

    @route("/{id}/withdraw", methods=["POST"], name="draft-withdraw")
    async def withdraw(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._end, request, withdraw, texts.WITHDRAWN)

    @route("/{id}/drop", methods=["POST"], name="draft-drop")
    async def drop(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._end, request, drop, texts.DROPPED)

    def _draft(self, request: Request) -> Response:
        draft = draft_of_request(request, Right.ENTRIES_READ, writing=False)
        writes = allows(request, Right.ENTRIES_WRITE, draft.entry.region, draft.entry.category)
        editing = draft.state is State.DRAFT or request.query_params.get("edit") == "1"
        open_one = draft.state not in (State.PUBLISHED, State.DROPPED)
        if writes and editing and open_one and draft.change is Change.EDIT:
            return self._form(request, draft, as_shown(draft.entry))
        return self._decide(request, draft, writes=writes and open_one)

    def _form(
        self,
        request: Request,
        draft: Revision,
        typed: Mapping[str, Any],
        *,
        errors: Sequence[RowError] = (),
        sent: Mapping[str, Any] = NOTHING_SENT,
    ) -> Response:
        session = request.state.session
        shown: dict[str, Any] = {
            "draft": draft,
            "form": typed,
            "errors": {each.column: each.message for each in errors},
            "reason": sent.get("reason", draft.reason),
            "account": sent.get("account", ""),
        }
        shown |= {"accounts": list(self._judge.accounts), "live": live_entry(session, draft.entry_id) is not None}
        shown |= {"categories": _known(session, FaqEntry.category), "owners": _known(session, FaqEntry.owner)}
        status = HTTP_422_UNPROCESSABLE_CONTENT if errors else 200
        return self.show(request, "entries/edit.html", status=status, **shown)

    def _decide(self, request: Request, draft: Revision, *, writes: bool) -> Response:
        session, entry = request.state.session, draft.entry
        live = live_entry(session, draft.entry_id)
        findings = self._findings(request, draft)
        may_decide = {
            name: allows(request, right, entry.region, entry.category)
            for name, right in (("review", Right.ENTRIES_REVIEW), ("clear", Right.ENTRIES_CLEAR))
        }
        shown: dict[str, Any] = {
            "draft": draft,
            "live": live,
            "changes": diff(live, entry),
            "findings": findings,
            "warnings": warnings(findings),
            "blocked": bool(blocks(findings)),
            "phone": self._judge.phone(session, entry, account="", now=now(request)),
            "writes": writes,
            "own": actor(request).staff_id in draft.editors,
            **may_decide,
        }
        return self.show(request, "entries/review.html", **shown)

    def _save(self, request: Request, sent: Mapping[str, Any]) -> Response:
        draft = draft_of_request(request, Right.ENTRIES_WRITE)
        content = content_sent(sent)
        try:
            self._written(request, draft, content, sent)
        except ContentRefused as refused:
            return self._form(request, draft, as_typed(sent), errors=refused.errors, sent=sent)
        except EditedMeanwhile as meanwhile:
            return self._conflict(request, meanwhile.theirs, sent)
        except NotAllowed as refused:
            return self._back(request, draft, str(refused), "error")
        if sent.get("then") == "submit":
            return self._submit(request)
        return self._back(request, draft, texts.SAVED, "success")

    def _written(
        self, request: Request, draft: Revision, content: Mapping[str, Any], sent: Mapping[str, Any]
    ) -> Revision:
        """Also where it is moved to must be the person's."""
        saved = save(
            request.state.session,
            revision_id=draft.id,
            lock=lock_sent(sent),
            content=content,
            reason=str(sent.get("reason") or ""),
            by=actor(request),
            now=now(request),
        )
        require(request, Right.ENTRIES_WRITE, region=saved.entry.region, topic=saved.entry.category)
        return saved

    def _conflict(self, request: Request, theirs: Revision, sent: Mapping[str, Any]) -> Response:
        """Nothing is lost: what was typed stands beside what was saved, and can be saved over it."""
        mine, errors = entry_form(sent, entry_id=theirs.entry_id)
        typed = as_typed(sent)
        shown = as_shown(theirs.entry)
        differing = [column for column in shown if shown[column] != typed[column]]
        context: dict[str, Any] = {
            "theirs": theirs,
            "shown": shown,
            "typed": typed,
            "differing": differing,
            "errors": errors,
        }
        context |= {"reason": str(sent.get("reason") or ""), "changes": diff(theirs.entry, mine) if mine else ()}
        return self.show(request, "entries/conflict.html", status=HTTP_409_CONFLICT, **context)

    def _check(self, request: Request, sent: Mapping[str, Any]) -> Response:
        with self._parts.reading() as session:
            draft = draft_of_request(request, Right.ENTRIES_WRITE)
            entry, errors = entry_form(sent, entry_id=draft.entry_id)
            findings = [Finding("block", each.column, each.message) for each in errors]
            phone = None
            if entry is not None:
                findings += self._judge.findings(session, entry, now=now(request))
                phone = self._judge.phone(session, entry, account=str(sent.get("account") or ""), now=now(request))
            found = sorted_findings(findings)
        return self.fragment(request, "entries/_findings.html", findings=found, phone=phone)

    def _submit(self, request: Request) -> Response:
        draft = draft_of_request(request, Right.ENTRIES_WRITE)
        findings = self._findings(request, draft)
        try:
            submit(request.state.session, revision_id=draft.id, by=actor(request), now=now(request), findings=findings)
        except NotAllowed as refused:
            return self._back(request, draft, texts.SAVED_NOT_SUBMITTED.format(why=refused), "warning")
        return self.redirect_with(request, "drafts-list", said=texts.SUBMITTED)

    def _findings(self, request: Request, draft: Revision) -> tuple[Finding, ...]:
        archiving = draft.change is Change.ARCHIVE
        return self._judge.findings(request.state.session, draft.entry, now=now(request), archiving=archiving)

    def _end(self, request: Request, move: Any, said: str) -> Response:
        draft = draft_of_request(request, Right.ENTRIES_WRITE)
        try:
            move(request.state.session, revision_id=draft.id, by=actor(request), now=now(request))
        except NotAllowed as refused:
            return self._back(request, draft, str(refused), "error")
        return self._back(request, draft, said, "success")

    def _back(self, request: Request, draft: Revision, said: str, category: str) -> Response:
        return self.redirect_with(request, "draft", said=said, category=category, id=draft.id)


def live_entry(session: Session, entry_id: str) -> Entry | None:
    """As it stands in the base, whether it answers or not."""
    row = session.get(FaqEntry, entry_id)
    return None if row is None else entry_of(row)


def _known(session: Session, column: Any) -> list[str]:
    return list(session.scalars(select(column).where(column != "").distinct().order_by(column).limit(SUGGESTED)))

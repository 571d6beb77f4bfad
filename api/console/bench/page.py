"""The test bench 试问: what a citizen would read, beside every step that led there. Nothing of it is recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.account_forms import region_problem
from api.console.bench.drafts import APPROVED, LIVE, changes_meant, open_draft
from api.console.bench.trial import Tried
from api.console.page import Page
from api.console.parts import Parts
from api.console.publishing.golden_form import add_golden, golden_form
from api.console.request import actor, may, now, require, scope
from api.console.texts import bench as texts
from api.console.texts import publishing
from knowledge.curation.golden import GoldenRefused
from knowledge.curation.revision import NotThere, Revision
from knowledge.curation.variants import add_variant
from knowledge.errors import KnowledgeError
from knowledge.faq.models import FaqEntry
from knowledge.faq.questions import Question
from knowledge.faq.renewal import BuildFailed
from knowledge.staff.rights import Right

LONGEST_QUESTION = 2000  # characters; ours: a page of text, more than anybody types into WeChat
# What no message of WeChat holds (XML 1.0), nor a column of PostgreSQL.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LISTED_REGIONS = 200  # suggestions under the region's field


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialForm:
    """What was typed. ``talk`` is set where the question goes on from an earlier answer. ``base``: see ``drafts``."""

    question: str = ""
    account: str = ""
    region: str = ""
    talk: str = ""
    base: str = LIVE


class BenchView(Page):
    menu_label = "试问"
    icon = "fa fa-comment-dots"
    path = "/trial"
    route_name = "trial"
    rights = MappingProxyType(
        {
            "trial": Right.BENCH,
            "trial-ask": Right.BENCH,
            "trial-golden": Right.GOLDEN_WRITE,
            "trial-variant": Right.ENTRIES_WRITE,
        }
    )

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._trial = parts.trial
        self._reading = parts.reading

    @route("")
    async def index(self, request: Request) -> Response:
        """``?missed=``: the number of a question on the curators' list, to begin with. ``?draft=``: a draft's id."""
        question = await anyio.to_thread.run_sync(_missed, request)
        return await self._page(request, TrialForm(question=question, base=request.query_params.get("draft", LIVE)))

    @route("", methods=["POST"], name="trial-ask")
    async def ask(self, request: Request) -> Response:
        form = _form(await request.form())
        mistake = self._mistake(form)
        if mistake is None:
            tried = await anyio.to_thread.run_sync(self._tried, request, form)
            if isinstance(tried, Tried):
                return await self._page(request, form, tried=tried)
            mistake = tried
        return await self._page(request, form, status=HTTP_422_UNPROCESSABLE_CONTENT, mistake=mistake)

    @route("/golden", methods=["POST"], name="trial-golden")
    async def golden(self, request: Request) -> Response:
        form = golden_form(await request.form())
        try:
            await anyio.to_thread.run_sync(add_golden, request, form)
        except GoldenRefused as refused:
            return await self._refused(request, form.question, refused)
        return self.redirect_with(request, "trial", said=publishing.GOLDEN_ADDED)

    @route("/variant", methods=["POST"], name="trial-variant")
    async def variant(self, request: Request) -> Response:
        """Leads to the draft: there it is read once more and submitted."""
        sent = await request.form()
        entry_id, question = (_CONTROL.sub("", str(sent.get(name, ""))) for name in ("entry", "question"))
        try:
            draft_id = await anyio.to_thread.run_sync(_variant_added, request, entry_id, question)
        except KnowledgeError as refused:
            return await self._refused(request, question, refused)
        return self.redirect_with(request, "draft", said=texts.VARIANT_ADDED, id=draft_id)

    async def _refused(self, request: Request, question: str, refused: KnowledgeError) -> Response:
        await anyio.to_thread.run_sync(request.state.session.rollback)
        form, status = TrialForm(question=question), HTTP_422_UNPROCESSABLE_CONTENT
        return await self._page(request, form, status=status, mistake=str(refused))

    def _tried(self, request: Request, form: TrialForm) -> Tried | str:
        """Or what was wrong. With a session of its own: the request's holds SQLite's lock while a base is built."""
        with self._reading() as session:
            changes = changes_meant(session, form.base, scope=scope(request, Right.BENCH))
        if changes is None:
            return texts.DRAFT_GONE
        try:
            return self._trial.ask(
                form.question, account=form.account, region=form.region or None, talk=form.talk, changes=changes
            )
        except BuildFailed:
            return texts.DRAFT_NOT_BUILT

    def _mistake(self, form: TrialForm) -> str | None:
        if not form.question:
            return texts.QUESTION_EMPTY
        if len(form.question) > LONGEST_QUESTION:
            return texts.QUESTION_TOO_LONG.format(limit=LONGEST_QUESTION, length=len(form.question))
        if form.account not in self._trial.accounts:
            return texts.ACCOUNT_UNKNOWN
        if form.region and region_problem(form.region):
            return texts.REGION_WRONG
        return None

    async def _page(self, request: Request, form: TrialForm, *, status: int = 200, **shown: Any) -> Response:
        regions = await anyio.to_thread.run_sync(_regions, request.state.session)
        draft = await anyio.to_thread.run_sync(_draft, request, form.base)
        choices = {"accounts": self._trial.accounts.values(), "regions": regions, "draft": draft}
        return self.show(request, "bench/page.html", status=status, form=form, **choices, **shown)


def _form(sent: Mapping[str, Any]) -> TrialForm:
    said = {name: _CONTROL.sub("", str(sent.get(name, ""))).strip() for name in TrialForm.__slots__}
    said["base"] = said["base"] or LIVE
    return TrialForm(**said if sent.get("go_on") else said | {"talk": ""})


def _draft(request: Request, base: str) -> Revision | None:
    if base in (LIVE, APPROVED):
        return None
    return open_draft(request.state.session, base.replace("\0", ""), scope=scope(request, Right.BENCH))


def _variant_added(request: Request, entry_id: str, question: str) -> str:
    """The draft's id. 404 for an entry outside of where the person writes."""
    session = request.state.session
    entry = session.get(FaqEntry, entry_id)
    if entry is None:
        raise NotThere(texts.CHOOSE_ENTRY)
    require(request, Right.ENTRIES_WRITE, region=entry.region, topic=entry.category)
    added = add_variant(session, entry_id=entry_id, variant=question, by=actor(request), now=now(request))
    return added.id


def _missed(request: Request) -> str:
    """Empty as well for who may not read that question in its list."""
    number = request.query_params.get("missed", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 9 or not may(request, Right.MISSED_READ):
        return ""
    question = request.state.session.get(Question, int(number))
    seen = scope(request, Right.MISSED_READ)
    if question is None or not seen.allows(region=question.region, topic=None, writing=False):
        return ""
    return str(question.text)


def _regions(session: Session) -> list[str]:
    """Those for which the base holds answers of their own."""
    query = select(FaqEntry.region).where(FaqEntry.region.is_not(None)).distinct().order_by(FaqEntry.region)
    return [region for region in session.scalars(query.limit(LISTED_REGIONS)) if region]

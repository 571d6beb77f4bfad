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
from api.console.bench.trial import Trial
from api.console.page import Page
from api.console.request import may, scope
from api.console.texts import bench as texts
from knowledge.faq.models import FaqEntry
from knowledge.faq.questions import Question
from knowledge.staff.rights import Right

LONGEST_QUESTION = 2000  # characters; ours: a page of text, more than anybody types into WeChat
# What no message of WeChat holds (XML 1.0), nor a column of PostgreSQL.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LISTED_REGIONS = 200  # suggestions under the region's field


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialForm:
    """What was typed. ``talk`` is set where the question goes on from an earlier answer."""

    question: str = ""
    account: str = ""
    region: str = ""
    talk: str = ""


class BenchView(Page):
    menu_label = "试问"
    icon = "fa fa-comment-dots"
    path = "/trial"
    route_name = "trial"
    rights = MappingProxyType({"trial": Right.BENCH, "trial-ask": Right.BENCH})

    def __init__(self, trial: Trial) -> None:
        super().__init__()
        self._trial = trial

    @route("")
    async def index(self, request: Request) -> Response:
        """``?missed=``: the number of a question on the curators' list, to begin with."""
        question = await anyio.to_thread.run_sync(_missed, request)
        return await self._page(request, TrialForm(question=question))

    @route("", methods=["POST"], name="trial-ask")
    async def ask(self, request: Request) -> Response:
        form = _form(await request.form())
        mistake = self._mistake(form)
        if mistake is not None:
            return await self._page(request, form, status=HTTP_422_UNPROCESSABLE_CONTENT, mistake=mistake)
        tried = await anyio.to_thread.run_sync(
            lambda: self._trial.ask(form.question, account=form.account, region=form.region or None, talk=form.talk)
        )
        return await self._page(request, form, tried=tried)

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
        choices = {"accounts": self._trial.accounts.values(), "regions": regions}
        return self.show(request, "bench/page.html", status=status, form=form, **choices, **shown)


def _form(sent: Mapping[str, Any]) -> TrialForm:
    said = {
        name: _CONTROL.sub("", str(sent.get(name, ""))).strip() for name in ("question", "account", "region", "talk")
    }
    return TrialForm(**said if sent.get("go_on") else said | {"talk": ""})


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

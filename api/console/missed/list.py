"""What was asked and not answered, or answered in vain: the curators' list. De-identified when it was recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy import Select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette_admin import DateTimeField, EnumField, FloatField, IntegerField, StringField, TextAreaField
from starlette_admin.actions import ActionSelection, action, link_row_action
from starlette_admin.flash import flash

from api.console.listing import Placed, ReadOnlyView
from api.console.missed.usefulness import Helped, helped_since, open_reasons, reason_of
from api.console.missed.usefulness import Reason as OpenReason
from api.console.request import scope
from api.console.texts import missed as texts
from knowledge.faq.questions import MISSED, Question, mark_handled
from knowledge.staff.rights import Right

LATELY = timedelta(days=30)  # of the 有用 and 没用 above the list


@dataclass
class Reason(EnumField):
    """Why it stands here; 都不是 and 没用 are one decision, told apart by whether an entry had answered."""

    async def parse_obj(self, request: Request, obj: Question) -> str:
        return reason_of(obj.decision, obj.entry_id)

    async def serialize_value(self, request: Request, value: Any) -> Any:
        return value


@dataclass
class Percent(FloatField):
    """A share between 0 and 1, shown as people say it."""

    async def serialize_value(self, request: Request, value: Any) -> Any:
        return f"{value:.0%}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Above the list: the open ones by reason, and what was said of answers in the last ``days``."""

    reasons: Sequence[tuple[OpenReason, int]]
    helped: Helped
    days: int


class MissedView(ReadOnlyView):
    """Open questions, the newest first; whoever has dealt with some takes them off the list."""

    key = "missed"
    display_name = "未解答的问题"
    menu_label = "未解答的问题"
    rights = MappingProxyType(
        {
            "list": Right.MISSED_READ,
            "detail": Right.MISSED_READ,
            "action:handled": Right.MISSED_WRITE,
            "action:export": Right.MISSED_READ,
            "row:try": Right.BENCH,
        }
    )
    placed = Placed(Question.region)
    fields = (
        IntegerField("id", label="序号", exclude_from_list=True),
        TextAreaField(
            "text", label="问题", getter=lambda _, question: question.text or None, null_template="fields/no_words.html"
        ),
        Reason("decision", label="原因", choices=[(decision, texts.DECISION[decision]) for decision in MISSED]),
        StringField("entry_id", label="条目", list_template="fields/entry.html", detail_template="fields/entry.html"),
        StringField("base_version", label="知识库版本"),
        Percent("confidence", label="把握"),
        StringField("account", label="公众号"),
        DateTimeField("asked_at", label="提问时间"),
    )
    list_template = "missed/list.html"
    searchable_fields = ("text", "decision", "entry_id", "base_version", "account")
    sortable_fields = ("id", "decision", "confidence", "asked_at")
    fields_default_sort = (("asked_at", True),)
    actions = ("handled", "export")
    row_actions = ("view", "try")

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        super().__init__(Question, icon="fa fa-question-circle")
        self._clock = clock

    def within(self, request: Request, query: Select[Any]) -> Select[Any]:
        return super().within(request, query).where(Question.decision.in_(MISSED), Question.handled_at.is_(None))

    async def find_all(self, request: Request, *args: Any, **kwargs: Any) -> Sequence[Any]:
        """The template finds the counts above the list in ``request.state.counts``."""
        request.state.counts = await anyio.to_thread.run_sync(self._counts, request.state.session)
        return await super().find_all(request, *args, **kwargs)

    @link_row_action(name="try", text="试问", icon_class="fa fa-comment-dots")
    def try_again(self, request: Request, pk: Any) -> str:
        return str(request.url_for("console:trial").include_query_params(missed=pk))

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        return name != "try" or bool(obj.text)

    @action(
        name="handled",
        text="标为处理完毕",
        confirmation="把选中的问题移出清单？",
        submit_btn_text="移出清单",
        icon_class="fa fa-check",
    )
    async def handled(self, request: Request, selection: ActionSelection) -> None:
        """The nation's questions stay where the person's grant is a region's: read, not decided there."""
        mine, rows = scope(request, Right.MISSED_WRITE), await selection.rows()
        ids = [row.id for row in rows if mine.allows(region=row.region, topic=None, writing=True)]
        await anyio.to_thread.run_sync(self._mark, request, ids)
        if len(ids) < len(rows):
            flash(request, texts.NOT_ALL_MARKED.format(left=len(rows) - len(ids)), "warning")
        if ids:
            flash(request, texts.MARKED_HANDLED, "success")

    def _counts(self, session: Session) -> Counts:
        return Counts(open_reasons(session), helped_since(session, self._clock() - LATELY), LATELY.days)

    def _mark(self, request: Request, question_ids: Sequence[int]) -> None:
        for question_id in question_ids:
            mark_handled(request.state.session, question_id=question_id, at=self._clock())

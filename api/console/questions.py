"""What was asked and not answered, or answered in vain: the curators' list. De-identified when it was recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import anyio.to_thread
from sqlalchemy import Select, func, select
from starlette.requests import Request
from starlette_admin import DateTimeField, EnumField, FloatField, IntegerField, StringField, TextAreaField
from starlette_admin.actions import ActionSelection, action
from starlette_admin.contrib.sqla import ModelView

from api.console import texts
from knowledge.faq.questions import MISSED, Question, mark_handled

SHOWN = (*MISSED, "useless")


@dataclass
class Percent(FloatField):
    """A share between 0 and 1, shown as people say it."""

    async def serialize_value(self, request: Request, value: Any) -> Any:
        return f"{value:.0%}"


class MissedView(ModelView):
    """Open questions, the newest first; whoever has dealt with some takes them off the list."""

    key = "missed"
    display_name = "未解答的问题"
    menu_label = "未解答的问题"
    exporters = ("csv",)
    importers = ()
    fields = (
        IntegerField("id", label="序号"),
        TextAreaField("text", label="问题"),
        EnumField("decision", label="当时的处理", choices=[(d, texts.DECISION[d]) for d in SHOWN]),
        StringField("entry_id", label="最接近的条目"),
        Percent("confidence", label="把握"),
        StringField("account", label="公众号"),
        DateTimeField("asked_at", label="提问时间"),
    )
    searchable_fields = ("text",)
    sortable_fields = ("id", "decision", "confidence", "asked_at")
    fields_default_sort = (("asked_at", True),)
    actions = ("handled", "export")
    row_actions = ("view",)

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        super().__init__(Question, icon="fa fa-question-circle")
        self._clock = clock

    def can_create(self, request: Request) -> bool:
        return False

    def can_edit(self, request: Request) -> bool:
        return False

    def can_delete(self, request: Request) -> bool:
        return False

    def get_list_query(self, request: Request) -> Select[Any]:
        return select(Question).where(Question.decision.in_(SHOWN), Question.handled_at.is_(None))

    def get_count_query(self, request: Request) -> Select[Any]:
        query = select(func.count(Question.id))
        return query.where(Question.decision.in_(SHOWN), Question.handled_at.is_(None))

    @action(
        name="handled",
        text="标为处理完毕",
        confirmation="把选中的问题移出清单？",
        submit_btn_text="移出清单",
        icon_class="fa fa-check",
    )
    async def handled(self, request: Request, selection: ActionSelection) -> str:
        for pk in await selection.pks():
            await anyio.to_thread.run_sync(self._mark, request, int(pk))
        return texts.MARKED_HANDLED

    def _mark(self, request: Request, question_id: int) -> None:
        mark_handled(request.state.session, question_id=question_id, at=self._clock())

"""The entries of the knowledge base, to be read: what was answered, and how often it helped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette_admin import BooleanField, DateField, DateTimeField, EnumField, IntegerField, StringField, TextAreaField
from starlette_admin.types import RequestAction

from api.console.listing import Placed, ReadOnlyView
from api.console.missed.usefulness import Helped, helped_by_entry
from api.console.request import person
from api.console.texts import entries as texts
from knowledge.faq.models import FaqEntry
from knowledge.staff.rights import Right


class EntryView(ReadOnlyView):
    """Each row tells how many citizens said 有用 and 没用, and leads to the entry's own page."""

    key = "entries"
    display_name = "条目"
    menu_label = "知识库条目"
    rights = MappingProxyType(
        {
            "list": Right.ENTRIES_READ,
            "detail": Right.ENTRIES_READ,
            "action:export": Right.EXPORT,
        }
    )
    placed = Placed(FaqEntry.region, FaqEntry.category)
    list_template = "entries/list.html"
    row_actions = ()
    fields = (
        StringField("id", label="编号", list_template="fields/entry.html"),
        TextAreaField("question", label="问题", list_template="fields/entry_question.html"),
        TextAreaField(
            "paraphrases", label="其他问法", getter=lambda _, row: "\n".join(row.paraphrases) or None,
            exclude_from_list=True, searchable=False,
        ),
        TextAreaField("answer", label="答复", exclude_from_list=True),
        StringField("category", label="类别"),
        StringField("region", label="地区", null_template="fields/nation.html"),
        EnumField("status", label="状态", choices=list(texts.ENTRY_STATUS.items())),
        DateField("valid_from", label="生效日", exclude_from_list=True),
        DateField("valid_until", label="失效日"),
        StringField("owner", label="负责人"),
        DateField("review_on", label="复核日"),
        BooleanField("verified", label="已核实", exclude_from_list=True),
        IntegerField("version", label="版本", exclude_from_list=True),
        DateTimeField("updated_at", label="更新时间", exclude_from_list=True),
        IntegerField(
            "useful", label="有用", getter=lambda request, row: _helped(request, row).useful,
            searchable=False, orderable=False,
        ),
        IntegerField(
            "useless", label="没用", getter=lambda request, row: _helped(request, row).useless,
            searchable=False, orderable=False,
        ),
    )  # fmt: skip
    searchable_fields = (
        "id",
        "question",
        "answer",
        "category",
        "region",
        "status",
        "valid_until",
        "owner",
        "review_on",
    )
    sortable_fields = ("id", "question", "category", "region", "status", "valid_until", "review_on")
    fields_default_sort = ("id",)

    def __init__(self) -> None:
        super().__init__(FaqEntry, icon="fa fa-list")

    def chips(self, request: Request) -> list[tuple[str, str]]:
        """Name and filter of what curators look for most, above the list."""
        mine = person(request).username
        return [*texts.CHIPS, (texts.MINE, f"owner__eq={mine}")]

    async def find_all(self, request: Request, *args: Any, **kwargs: Any) -> Sequence[Any]:
        rows = await super().find_all(request, *args, **kwargs)
        await _count(request, [row.id for row in rows])
        return rows

    async def serialize(self, obj: Any, request: Request, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if request.state.action == RequestAction.DETAIL:
            await _count(request, [obj.id])
        return await super().serialize(obj, request, *args, **kwargs)


async def _count(request: Request, entry_ids: Sequence[str]) -> None:
    request.state.helped = await anyio.to_thread.run_sync(helped_by_entry, request.state.session, entry_ids)


def _helped(request: Request, row: FaqEntry) -> Helped:
    counted: Mapping[str | None, Helped] = request.state.helped
    return counted.get(row.id, Helped())

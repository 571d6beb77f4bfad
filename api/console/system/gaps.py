"""Two short lists for staff: local facts that answers still lack, and callbacks for tickets nobody here knows."""

from __future__ import annotations

from types import MappingProxyType

from starlette_admin import DateTimeField, IntegerField, StringField

from api.console.listing import ReadOnlyView
from knowledge.faq.models import KnowledgeGap
from knowledge.feedback.models import UnknownUpdate
from knowledge.staff.rights import Right


class GapView(ReadOnlyView):
    """An answer held a place for a fact that the account's settings do not give; the citizen got the contact."""

    key = "gaps"
    display_name = "缺少的本地信息"
    rights = MappingProxyType({"list": Right.GAPS_READ, "action:export": Right.GAPS_READ})
    menu_label = "缺少的本地信息"
    fields = (
        StringField("account", label="公众号"),
        StringField("entry_id", label="条目"),
        StringField("placeholder", label="缺少的信息"),
        IntegerField("times", label="影响次数"),
        DateTimeField("last_at", label="最近一次"),
    )
    searchable_fields = ("entry_id", "placeholder")
    fields_default_sort = (("times", True),)

    def __init__(self) -> None:
        super().__init__(KnowledgeGap, icon="fa fa-puzzle-piece")


class UnknownUpdateView(ReadOnlyView):
    """The platform told of a number that this product does not have."""

    key = "unknown-updates"
    display_name = "无法对应的平台通知"
    rights = MappingProxyType({"list": Right.SYSTEM_READ, "action:export": Right.SYSTEM_READ})
    menu_label = "无法对应的平台通知"
    fields = (
        StringField("reference", label="编号"),
        StringField("destination", label="平台"),
        DateTimeField("received_at", label="收到时间"),
    )
    searchable_fields = ("reference",)
    fields_default_sort = (("received_at", True),)

    def __init__(self) -> None:
        super().__init__(UnknownUpdate, icon="fa fa-unlink")

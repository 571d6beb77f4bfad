"""Two short lists for staff: local facts that answers still lack, and callbacks for tickets nobody here knows."""

from __future__ import annotations

from starlette.requests import Request
from starlette_admin import DateTimeField, IntegerField, StringField
from starlette_admin.contrib.sqla import ModelView

from knowledge.faq.models import KnowledgeGap
from knowledge.feedback.models import UnknownUpdate


class ReadOnlyView(ModelView):
    """Nothing is made, changed or deleted here."""

    exporters = ("csv",)
    importers = ()
    actions = ("export",)
    row_actions: tuple[str, ...] = ()

    def can_create(self, request: Request) -> bool:
        return False

    def can_edit(self, request: Request) -> bool:
        return False

    def can_delete(self, request: Request) -> bool:
        return False

    def can_view_detail(self, request: Request) -> bool:
        return False


class GapView(ReadOnlyView):
    """An answer held a place for a fact that the account's settings do not give; the citizen got the contact."""

    key = "gaps"
    display_name = "缺少的本地信息"
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

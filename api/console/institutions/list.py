"""The register as a list: found by any name or number, narrowed by what is missing. Made for a million rows."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import anyio.to_thread
from sqlalchemy import ColumnElement, Select, and_, false, or_
from starlette.requests import Request
from starlette_admin import DateTimeField, EnumField, StringField

from api.console.listing import Placed, ReadOnlyView
from api.console.request import now
from api.console.texts import institutions as texts
from handlers.context import Services
from knowledge.institutions.cards import InstitutionCard
from knowledge.institutions.hits import Hit
from knowledge.institutions.models import Institution
from knowledge.institutions.names import name_key
from knowledge.institutions.quality import PROBLEMS, is_wrong
from knowledge.staff.rights import Right

MOST_FOUND = 50  # by another name or number than the registered name
LONGEST_SOUGHT = 200


class InstitutionsView(ReadOnlyView):
    """Narrowed further by ``?lacks=`` (one of ``PROBLEMS``) and ``?unit=`` (举办单位; empty: of those without one)."""

    key = "institutions"
    display_name = "单位"
    menu_label = texts.LIST
    rights = MappingProxyType({"list": Right.INSTITUTIONS_READ})
    placed = Placed(Institution.region)
    list_template = "institutions/list.html"
    actions = ()
    row_actions = ()
    fields = (
        StringField("name", label="单位名称", list_template="fields/institution.html"),
        StringField("credit_code", label="统一社会信用代码"),
        StringField("region", label="地区", null_template="fields/nation.html"),
        StringField("kind", label="类别"),
        StringField("sponsor", label="举办单位"),
        StringField("status", label="状态"),
        EnumField("code_problem", label="代码检查", choices=list(texts.CODE_PROBLEM.items())),
        EnumField("source", label="来源", choices=list(texts.SOURCE.items())),
        DateTimeField("updated_at", label="更新时间"),
    )
    searchable_fields = ("name", "credit_code", "region", "kind", "sponsor", "status", "code_problem", "source",
                         "updated_at")  # fmt: skip
    sortable_fields = ("name", "credit_code")  # what has an index
    sortable_field_mapping: ClassVar[dict[str, Any]] = {"name": Institution.name_key}
    fields_default_sort = ("name",)

    def __init__(self, services: Services) -> None:
        super().__init__(Institution, icon="fa fa-building-columns")
        self._services = services

    def within(self, request: Request, query: Select[Any]) -> Select[Any]:
        query, asked = super().within(request, query), request.query_params
        if (lacks := asked.get("lacks", "")) in PROBLEMS:
            query = query.where(is_wrong(lacks, now(request)))
        if (unit := asked.get("unit")) is not None:
            query = query.where(Institution.sponsor == unit if unit else Institution.sponsor.is_(None))
        return query

    def narrowed(self, request: Request) -> str:
        """What the list is narrowed to beside the library's own filters; empty where it is not."""
        unit, lacks = request.query_params.get("unit"), request.query_params.get("lacks", "")
        shown = [] if unit is None else [unit or texts.NO_UNIT]
        return " · ".join([*shown, *([texts.PROBLEM[lacks]] if lacks in PROBLEMS else [])])

    def build_order_clauses(self, request: Request, sorts: Sequence[tuple[str, str]], stmt: Select[Any]) -> Select[Any]:
        """Ends in the region, as the index of the names does: an id at the end would have a million rows fetched."""
        ordered: Select[Any] = super().build_order_clauses(request, sorts, stmt)
        return ordered.order_by(Institution.region)

    async def build_full_text_search_query(self, request: Request, term: str, model: Any) -> ColumnElement[bool]:
        """Names that hold the words, and whatever the look-up of the chat finds by another name or a number.

        Told by name and region alone, which stand in one index: the table's own rows are wide, and a million.
        """
        term = term[:LONGEST_SOUGHT]
        if not hasattr(request.state, "found"):
            request.state.found = await anyio.to_thread.run_sync(self._found, term)
        cards, key = request.state.found, name_key(term)
        named = Institution.name_key.contains(key, autoescape=True) if key else false()
        return or_(named, *(_among(cards, region) for region in {card.region for card in cards}))

    def _found(self, term: str) -> list[InstitutionCard]:
        looked = self._services.institutions.look_up(term, region=None, limit=MOST_FOUND)
        return [hit.institution for hit in looked.hits if _meant(hit)]


def _among(cards: Sequence[InstitutionCard], region: str | None) -> ColumnElement[bool]:
    keys = [name_key(card.name) for card in cards if card.region == region]
    return and_(Institution.name_key.in_(keys), Institution.region.is_not_distinct_from(region))


def _meant(hit: Hit) -> bool:
    """What is only like the words typed is for a citizen to choose from, not for a list."""
    return hit.exact or hit.complete or hit.matched_on in ("code", "certificate", "address")

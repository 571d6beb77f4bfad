"""``/console/numbers``: how much was asked, what became of it, and what it tells of the base; any period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import anyio.to_thread
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_404_NOT_FOUND, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console import charts
from api.console.charts import Series
from api.console.numbers import figures as shown
from api.console.numbers.blocks import BLOCKS, csv_of
from api.console.numbers.figures import Figures, read_figures, topics_offered
from api.console.numbers.form import NATION_WORD, Looked, last_days, looked_at
from api.console.page import Page
from api.console.request import now, scope
from api.console.texts import numbers as texts
from bot.account import Account
from knowledge.calendar import shanghai_day
from knowledge.faq.entry import region_line
from knowledge.numbers.days import Unit
from knowledge.numbers.entries import USED_DAYS
from knowledge.numbers.questions import Counts, by_unit
from knowledge.numbers.selection import NATION
from knowledge.staff.rights import Right


class NumbersView(Page):
    menu_label = texts.TITLE
    icon = "fa fa-chart-column"
    path = "/numbers"
    route_name = "numbers"
    rights = MappingProxyType({"numbers": Right.NUMBERS, "numbers-csv": Right.NUMBERS})

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        super().__init__()
        self._accounts = accounts

    @route("")
    async def index(self, request: Request) -> Response:
        looked = _looked(request)
        figures, topics = await anyio.to_thread.run_sync(_read, request, looked)
        status = HTTP_422_UNPROCESSABLE_CONTENT if looked.mistake else HTTP_200_OK
        return self.show(
            request,
            "numbers/page.html",
            status=status,
            looked=looked,
            figures=figures,
            charts=drawn(figures, looked),
            regions=self._regions(looked),
            topics=[(topic or texts.UNSORTED, shown.topic_name(topic)) for topic in topics],
            presets=[(name, looked.address(last_days(days, _today(request)))) for days, name in texts.PRESETS.items()],
            used_days=USED_DAYS,
            told=shown,
            meter=charts.meter,
            percent=charts.percent,
            count=charts.count,
        )

    @route(".csv", name="numbers-csv")
    async def table(self, request: Request) -> Response:
        """``?block=`` says which of ``BLOCKS``; the rest is as on the page."""
        looked, name = _looked(request), request.query_params.get("block", "")
        if name not in BLOCKS or looked.mistake:
            raise HTTPException(HTTP_404_NOT_FOUND)
        content = await anyio.to_thread.run_sync(
            lambda: csv_of(BLOCKS[name], request.state.session, looked.selection, now=now(request))
        )
        days = looked.selection.period
        file = f"numbers-{name}-{days.first}-{days.last}.csv"
        return Response(
            content,
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{file}"'},
        )

    def _regions(self, looked: Looked) -> list[tuple[str, str]]:
        """The accounts' own regions and what they lie in, as far as the person may look; the one chosen in any case."""
        chosen = looked.selection
        lines = [region_line(account.region) for account in self._accounts.values()]
        known = {region for line in lines for region in line}
        mine = {each for each in known if chosen.scope.allows(region=each, topic=None, writing=True)}
        codes = sorted({each for each in mine if each} | ({chosen.region} if chosen.region else set()))
        nation = [(NATION_WORD, texts.NATION)] if None in mine or chosen.region == NATION else []
        return [*nation, *((code, shown.region_name(code)) for code in codes)]


def drawn(figures: Figures, looked: Looked) -> Sequence[Markup]:
    """The charts of one look; none where nothing was asked."""
    unit = Unit.fit_for(looked.selection.period)
    units = by_unit(figures.days, unit)
    labels = [f"{day:%Y-%m}" if unit is Unit.MONTH else f"{day:%m-%d}" for day, _ in units]
    every, heading = texts.EVERY[unit], texts.UNIT[unit]
    asked = charts.bars(
        _stacked([counts for _, counts in units], by_topic=looked.selection.by_topic),
        labels,
        title=texts.QUESTIONS_CHART.format(every=every),
        heading=heading,
    )
    if looked.selection.by_topic:
        return [asked]
    rates = Series(texts.HIT_RATE, [counts.hit_rate for _, counts in units])
    return [asked, charts.line([rates], labels, title=texts.RATE_CHART.format(every=every), heading=heading)]


def _stacked(counts: Sequence[Counts], *, by_topic: bool) -> list[Series]:
    series = [
        Series(texts.ANSWER, [each.answer for each in counts], "answer"),
        Series(texts.CHOICES, [each.choices for each in counts], "choices"),
    ]
    if by_topic:
        return series
    return [
        *series,
        Series(texts.NONE, [each.none for each in counts], "none"),
        Series(texts.APART, [each.apart for each in counts], "apart"),
    ]


def _today(request: Request) -> date:
    return shanghai_day(now(request))


def _looked(request: Request) -> Looked:
    return looked_at(request.query_params, scope=scope(request, Right.NUMBERS), today=_today(request))


def _read(request: Request, looked: Looked) -> tuple[Figures, list[str]]:
    session = request.state.session
    figures = read_figures(session, looked.selection, now=now(request))
    return figures, topics_offered(session, looked.selection)

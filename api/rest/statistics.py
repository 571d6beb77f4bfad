"""``GET /api/v1/statistics``: how much was asked and what came of it, as the console's numbers count it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.rest.fields import Counting, needs
from api.rest.parts import parts_of
from api.rest.problems import Fault, Refused
from api.rest.texts import PROBLEMS, WRONG_PERIOD
from knowledge.faq.entry import shanghai_day
from knowledge.keys.keys import KeyScope
from knowledge.numbers.days import FIRST_DAY, LAST_DAY, LONGEST_DAYS, Period
from knowledge.numbers.questions import Counts, by_day, by_region, by_topic, totals
from knowledge.numbers.selection import Selection

DAYS = 30  # a month, where nothing is said

router = APIRouter(prefix="/statistics", tags=["统计"])
By = Literal["day", "region", "topic"]


class QuestionCounts(BaseModel):
    asked: int = Field(description="提问次数，等于下面六项之和", examples=[128])
    answer: int = Field(description="已答", examples=[96])
    choices: int = Field(description="请群众选择", examples=[15])
    none: int = Field(description="知识库没有", examples=[9])
    elsewhere: int = Field(description="其他部门的事", examples=[3])
    chitchat: int = Field(description="寒暄", examples=[4])
    sensitive: int = Field(description="不在网上答复的", examples=[1])
    useful: int = Field(description="群众说“有用”的次数", examples=[21])
    useless: int = Field(description="群众说“没用”“都不是”的次数", examples=[5])
    hit_rate: float | None = Field(
        description="命中率：已答 ÷（已答 + 请选择 + 没有）；没有这三类提问时为 null", examples=[0.8]
    )


class CountedPart(QuestionCounts):
    value: str | None = Field(
        description="`by=day` 时是日期；`by=region` 时是公众号的行政区划代码，全国的为 null；"
        "`by=topic` 时是条目的主题，条目已不在的为 null",
        examples=["2026-01-31"],
    )


class Statistics(BaseModel):
    first: date = Field(description="第一天（北京时间）", serialization_alias="from", examples=["2026-01-01"])
    last: date = Field(description="最后一天（北京时间，含当日）", serialization_alias="to", examples=["2026-01-31"])
    total: QuestionCounts = Field(description="整段时间的合计")
    items: list[CountedPart] = Field(
        description="分项：按日期从早到晚，没有提问的日子也在内；按地区、主题从多到少，最多 200 项"
    )


@router.get("", summary="统计群众提问", response_model=Statistics, **needs(KeyScope.STATISTICS))
def get_statistics(
    request: Request,
    key: Counting,
    first: Annotated[
        date | None, Query(alias="from", description="第一天；不写时是最近 30 天", examples=["2026-01-01"])
    ] = None,
    last: Annotated[
        date | None, Query(alias="to", description="最后一天，含当日；不写时是今天", examples=["2026-01-31"])
    ] = None,
    by: Annotated[By, Query(description="怎样分项：`day` 按天，`region` 按地区，`topic` 按主题")] = "day",
) -> Statistics:
    """与控制台“数据”页同一套口径，一天按北京时间计。限定地区的密钥只统计这些地区的公众号。

    按主题只统计答出了条目的提问，因此分项之和可能小于合计。
    """
    parts = parts_of(request)
    period = _period(first, last, today=shanghai_day(parts.clock()))
    selection = Selection(period=period, scope=key.place)
    with parts.reading() as session:
        total, counted = totals(session, selection), _counted(session, selection, by)
    items = [CountedPart.model_validate({"value": value} | _told(counts)) for value, counts in counted]
    whole = QuestionCounts.model_validate(_told(total))
    return Statistics(first=period.first, last=period.last, total=whole, items=items)


def _counted(session: Session, selection: Selection, by: By) -> Sequence[tuple[str | None, Counts]]:
    match by:
        case "day":
            return [(day.isoformat(), counts) for day, counts in by_day(session, selection)]
        case "region":
            return by_region(session, selection)
        case "topic":
            return by_topic(session, selection)


def _period(first: date | None, last: date | None, *, today: date) -> Period:
    """Raises ``Refused`` for what is no period that can be counted."""
    try:
        ends = last or (min(today, first + timedelta(days=LONGEST_DAYS - 1)) if first else today)
        return Period(first or ends - timedelta(days=DAYS - 1), ends)
    except (ValueError, OverflowError):
        words = WRONG_PERIOD.format(days=LONGEST_DAYS, first=FIRST_DAY, last=LAST_DAY)
        raise Refused(PROBLEMS["invalid"], faults=[Fault(where="query.from", message=words)]) from None


def _told(counts: Counts) -> dict[str, Any]:
    names = [name for name in QuestionCounts.model_fields if name != "hit_rate"]
    rate = counts.hit_rate
    return {name: getattr(counts, name) for name in names} | {"hit_rate": None if rate is None else round(rate, 4)}

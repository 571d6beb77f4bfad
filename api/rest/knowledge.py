"""``/api/v1/knowledge``: the base for programs that keep a copy of it."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, date, datetime
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from api.rest.fields import Category, EntryId, Knowing, RegionOrNation, needs
from api.rest.keys import require_region
from api.rest.parts import parts_of
from api.rest.problems import Fault, Refused
from api.rest.texts import NO_ENTRY, PROBLEMS, WRONG_CURSOR
from knowledge.faq.cells import row_of_entry
from knowledge.faq.pages import NATION, Place, Wanted, entries_page, entry_shown
from knowledge.keys.keys import KeyScope

PAGE, MOST = 50, 200
# No change of ours lies outside; further out a moment cannot be put into UTC.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)

router = APIRouter(prefix="/knowledge", tags=["知识库"])


class Law(BaseModel):
    """一条依据。"""

    law: str = Field(description="法规或文件的名称", examples=["事业单位登记管理暂行条例"])
    article: str = Field(description="条款，可能为空", examples=["第八条"])


class KnowledgeEntry(BaseModel):
    """知识库的一个条目，列名与导入导出的文件相同。"""

    id: str = Field(description="条目编号", examples=["K0001"])
    question: str = Field(description="标准问法", examples=["法人证书丢了怎么补领？"])
    paraphrases: list[str] = Field(description="其他问法")
    answer: str = Field(description="答复；{{bureau_phone}} 之类是待填的本地信息")
    category: str = Field(description="主题")
    audience: str = Field(description="面向的人群")
    basis: list[Law] = Field(description="依据")
    region: str | None = Field(description="6位行政区划代码；全国通用为 null", examples=["320300"])
    valid_from: date | None = Field(description="生效日期（含当日，北京时间）")
    valid_until: date | None = Field(description="失效日期（含当日，北京时间）")
    verified: bool = Field(description="内容是否已核实")
    article_confirmed: bool = Field(description="条款是否已核对")
    status: Literal["published", "retired"] = Field(description="`published` 在用，`retired` 已停用")
    owner: str = Field(description="负责人")
    review_on: date | None = Field(description="下次复核的日期")
    version: int = Field(description="版本，每次更改加一")


class KnowledgePage(BaseModel):
    items: list[KnowledgeEntry] = Field(description="按最后更改的时间从早到晚")
    next_cursor: str | None = Field(description="下一页的 cursor；没有更多时为 null")


@router.get("", summary="分页列出条目", response_model=KnowledgePage, **needs(KeyScope.KNOWLEDGE))
def list_entries(
    request: Request,
    key: Knowing,
    category: Annotated[Category | None, Query(description="只要这个主题", examples=["设立登记"])] = None,
    region: Annotated[
        RegionOrNation | None,
        Query(description="只要这个地区及其下级的条目；写 `国家` 只要全国通用的", examples=["320300"]),
    ] = None,
    updated_since: Annotated[
        AwareDatetime | None,
        Query(description="只要这时起更改过的", examples=["2026-01-31T08:00:00+08:00"]),
    ] = None,
    cursor: Annotated[str | None, Query(max_length=400, description="上一页给出的 next_cursor，原样带回")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="一页几条")] = PAGE,
) -> KnowledgePage:
    """列出发布过的条目；已停用的也在内，以便对方删去。没有发布过的草稿不在内。

    要保持一份副本：记下开始取的时间，取到 `next_cursor` 为 null；下次把这个时间写进 `updated_since`。
    取的过程中又更改的条目会再出现一次，以后到的为准。
    """
    require_region(key, None if region == NATION else region)
    wanted = Wanted(scope=key.place, category=category, region=region, since=_within_reach(updated_since))
    after = _place(cursor) if cursor is not None else None
    with parts_of(request).reading() as session:
        entries, further = entries_page(session, wanted, after=after, limit=limit)
    items = [KnowledgeEntry.model_validate(row_of_entry(entry)) for entry in entries]
    return KnowledgePage(items=items, next_cursor=_cursor(further) if further else None)


@router.get("/item", summary="取一个条目", response_model=KnowledgeEntry, **needs(KeyScope.KNOWLEDGE, "not-found"))
def get_entry(
    request: Request, key: Knowing, entry_id: Annotated[EntryId, Query(alias="id", description="条目编号")]
) -> KnowledgeEntry:
    """按编号取一个条目。编号里可能有 `/`、`?` 等符号，因此写在参数里并按 URL 编码。"""
    with parts_of(request).reading() as session:
        entry = entry_shown(session, entry_id=entry_id, scope=key.place)
    if entry is None:
        raise Refused(PROBLEMS["not-found"], NO_ENTRY)
    return KnowledgeEntry.model_validate(row_of_entry(entry))


def _cursor(place: Place) -> str:
    told = orjson.dumps([place.changed_at.astimezone(UTC).isoformat(), place.entry_id])
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def _place(cursor: str) -> Place:
    """Raises ``Refused`` for what no page handed out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, entry_id = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        changed_at = datetime.fromisoformat(moment)
    except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError):
        raise _no_cursor() from None
    if changed_at.tzinfo is None or not isinstance(entry_id, str) or "\0" in entry_id:
        raise _no_cursor()
    return Place(max(EARLIEST, min(LATEST, changed_at)), entry_id)


def _within_reach(moment: datetime | None) -> datetime | None:
    return None if moment is None else max(EARLIEST, min(LATEST, moment))


def _no_cursor() -> Refused:
    return Refused(PROBLEMS["invalid"], faults=[Fault(where="query.cursor", message=WRONG_CURSOR)])

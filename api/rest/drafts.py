"""``POST /api/v1/knowledge/drafts``: another system proposes an entry. Persons pass it and publish it, or do not."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from api.rest.fields import SEEN, SEEN_AND_SOMETHING, Drafting, EntryId, Region, needs
from api.rest.keys import require_region
from api.rest.parts import parts_of
from api.rest.problems import Fault, Refused
from api.rest.texts import DRAFT_OPEN, PROBLEMS
from knowledge.audit.events import Actor
from knowledge.curation.content import ContentRefused
from knowledge.curation.revision import LONGEST_REASON, Revision
from knowledge.curation.revisions import begin
from knowledge.faq.cells import LONGEST_ANSWER, LONGEST_NAME, LONGEST_QUESTION, MOST_PARAPHRASES
from knowledge.faq.models import FaqEntry
from knowledge.keys.keys import Key, KeyScope

router = APIRouter(prefix="/knowledge", tags=["知识库"])

Text = Annotated[str, StringConstraints(pattern=SEEN_AND_SOMETHING, max_length=LONGEST_QUESTION)]
Name = Annotated[str, StringConstraints(pattern=SEEN, max_length=LONGEST_NAME)]


class ProposedLaw(BaseModel):
    model_config = ConfigDict(extra="forbid")

    law: Text = Field(description="法规或文件的名称", examples=["事业单位登记管理暂行条例"])
    article: Annotated[str, StringConstraints(pattern=SEEN, max_length=LONGEST_QUESTION)] = Field(
        default="", description="条款", examples=["第八条"]
    )


class Proposal(BaseModel):
    """没有写的列，改已有条目时保持原样，新条目为空。"""

    model_config = ConfigDict(extra="forbid")

    id: EntryId | None = Field(default=None, description="要改的条目；不写就是新条目，编号由系统给", examples=["K0001"])
    question: Text = Field(description="标准问法", examples=["法人证书丢了怎么补领？"])
    answer: Annotated[str, StringConstraints(pattern=SEEN_AND_SOMETHING, max_length=LONGEST_ANSWER)] = Field(
        description="答复", examples=["请登录登记管理系统申请补领。"]
    )
    paraphrases: list[Text] = Field(default=[], max_length=MOST_PARAPHRASES, description="其他问法")
    category: Name = Field(default="", description="主题")
    audience: Annotated[str, StringConstraints(pattern=SEEN, max_length=LONGEST_NAME // 2)] = Field(
        default="", description="面向的人群"
    )
    basis: list[ProposedLaw] = Field(default=[], max_length=50, description="依据")
    region: Region | None = Field(default=None, description="6位行政区划代码；全国通用为 null", examples=["320300"])
    valid_from: date | None = Field(default=None, description="生效日期")
    valid_until: date | None = Field(default=None, description="失效日期，含当日")
    verified: bool = Field(default=False, description="内容是否已核实")
    article_confirmed: bool = Field(default=False, description="条款是否已核对")
    owner: Name = Field(default="", description="负责人")
    review_on: date | None = Field(default=None, description="下次复核的日期")
    reason: Annotated[str, StringConstraints(pattern=SEEN, max_length=LONGEST_REASON)] = Field(
        default="", description="为什么要改，给审核的人看"
    )


class Proposed(BaseModel):
    revision: str = Field(description="草稿的编号，在控制台可以看到")
    id: str = Field(description="条目的编号")


@router.post(
    "/drafts",
    summary="提交一份草稿",
    status_code=201,
    response_model=Proposed,
    **needs(KeyScope.DRAFTS, "conflict"),
)
def propose_entry(request: Request, key: Drafting, sent: Proposal) -> Proposed:
    """写一份新条目或修改的草稿。工作人员审核、保密审查、发布之后才会答复群众；这个接口从不发布。

    同一个条目同时只有一份草稿：有人正在改时得到 409，请等他改完。
    """
    parts, now = parts_of(request), parts_of(request).clock()
    content = sent.model_dump(mode="json", exclude_unset=True, exclude={"id", "reason"})
    by = Actor(name=f"api:{key.name}", host=request.client.host if request.client else "")
    with parts.sessions.begin() as session:
        _require_places(session, key, sent.id, content)
        try:
            begun = begin(session, entry_id=sent.id, content=content, by=by, reason=sent.reason, now=now)
        except ContentRefused as refused:
            raise _wrong_columns(refused) from None
        if begun.shared:
            raise Refused(PROBLEMS["conflict"], _taken(begun))
    return Proposed(revision=begun.id, id=begun.entry_id)


def _require_places(session: Session, key: Key, entry_id: str | None, content: dict[str, Any]) -> None:
    """A key of some regions writes neither the nation's entries nor those of others, and moves none there."""
    live = session.get(FaqEntry, entry_id) if entry_id is not None else None
    regions = [live.region] if live is not None else []
    if live is None or "region" in content:
        regions.append(content.get("region"))
    for region in regions:
        require_region(key, region, writing=True)


def _wrong_columns(refused: ContentRefused) -> Refused:
    faults = [Fault(where=f"body.{error.column}", message=error.message) for error in refused.errors]
    return Refused(PROBLEMS["invalid"], faults=faults)


def _taken(theirs: Revision) -> str:
    return DRAFT_OPEN.format(author=theirs.author, revision=theirs.id)

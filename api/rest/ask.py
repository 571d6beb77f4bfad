"""``POST /api/v1/ask``: one question, decided by the code that answers citizens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.rest.fields import SEEN_AND_SOMETHING, Asking, Region, needs
from api.rest.keys import require_region
from api.rest.knowledge import Law
from api.rest.parts import parts_of
from api.rest.saying import Kind, Said, said_to
from handlers.faq.records import worth_keeping
from knowledge.faq.decision import Decision
from knowledge.faq.questions import QuestionRecord
from knowledge.keys.keys import Key, KeyScope
from knowledge.text.deidentify import deidentify

LONGEST_QUESTION = 1000  # characters; what is longer is a letter
UNSURE = ("none", "choices")  # recorded only where a curator could make something of the words
UNRECORDED_WORDS = ("sensitive", "chitchat")  # that it was asked is counted, what was asked is not kept

router = APIRouter(tags=["问答"])


class QuestionAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, StringConstraints(pattern=SEEN_AND_SOMETHING, max_length=LONGEST_QUESTION)] = Field(
        description="群众的原话；匹配时只看前 300 个字", examples=["法人证书丢了怎么补"]
    )
    region: Region | None = Field(
        default=None,
        description="群众所在地的6位行政区划代码，先答本地的条目；不写时，密钥只限一个地区的按该地区，其余只答全国通用的",
        examples=["320300"],
    )


class Answer(BaseModel):
    id: str = Field(description="条目编号")
    question: str = Field(description="条目的标准问法")
    text: str = Field(description="给群众看的答复，本地信息已填好，依据列在末尾")
    basis: list[Law] = Field(description="依据；条款没有核对过的不写条款")
    category: str = Field(description="主题")
    region: str | None = Field(description="条目适用的地区；全国通用为 null")
    verified: bool = Field(description="内容是否已核实")
    version: int = Field(description="条目的版本")


class Choice(BaseModel):
    id: str = Field(description="条目编号")
    question: str = Field(description="标准问法；群众选中后，用它再问一次就得到答复")
    confidence: float = Field(description="把握，0 到 1", ge=0, le=1)


class Answered(BaseModel):
    decision: Kind = Field(
        description="`answer` 已答；`choices` 请群众选；`none` 知识库没有；`elsewhere` 其他部门的事；"
        "`chitchat` 寒暄；`sensitive` 不在网上答复的问题"
    )
    text: str = Field(description="可以直接显示给群众的话；`answer` 时与 answer.text 相同")
    answer: Answer | None = Field(description="`answer` 时的条目，其余为 null")
    choices: list[Choice] = Field(description="`choices` 时供选的条目，最像的在前，其余为空")
    confidence: float = Field(description="对第一个条目的把握，0 到 1", ge=0, le=1)
    region: str | None = Field(description="按哪个地区作答")
    base_version: str = Field(description="作答时知识库的版本")


@router.post("/ask", summary="提一个问题", response_model=Answered, **needs(KeyScope.ASK))
def ask(request: Request, key: Asking, sent: QuestionAsked) -> Answered:
    """用公众号回答群众的同一套规则答一个问题，每次单独作答，不记上文。

    问题去掉姓名、证件号、手机号等之后记下，供工作人员补充知识库；敏感问题只给固定的话，原文一个字也不留。
    """
    parts = parts_of(request)
    now = parts.clock()  # before the work: what is recorded tells how long it took
    region = sent.region or (key.regions[0] if len(key.regions) == 1 else None)
    require_region(key, region)
    decision = parts.services.faq.decide(sent.question, region=region, now=now)
    said = said_to(sent.question, decision, region=region, accounts=parts.accounts)
    if said.kind not in UNSURE or worth_keeping(sent.question):
        parts.services.recorder.record(_record(key, sent.question, region, decision, said, now))
    return _answered(decision, said, region)


def _answered(decision: Decision, said: Said, region: str | None) -> Answered:
    entry = decision.answer
    offered = decision.entries[: decision.offered] if decision.kind == "choices" else ()
    return Answered(
        decision=said.kind,
        text=said.text,
        answer=Answer(
            id=entry.id,
            question=entry.question,
            text=said.text,
            basis=[Law(law=b.law, article=b.article if entry.article_confirmed else "") for b in entry.basis],
            category=entry.category,
            region=entry.region,
            verified=entry.verified,
            version=entry.version,
        )
        if entry
        else None,
        choices=[Choice(id=each.id, question=each.entry.question, confidence=each.confidence) for each in offered],
        confidence=decision.confidence,
        region=region,
        base_version=decision.explanation.base_version,
    )


def _record(
    key: Key, question: str, region: str | None, decision: Decision, said: Said, now: datetime
) -> QuestionRecord:
    """As a citizen's question is recorded: nothing of a sensitive one stays."""
    return QuestionRecord(
        account=f"api:{key.name}",
        region=region,
        asked_at=now,
        text="" if said.kind in UNRECORDED_WORDS else deidentify(question),
        decision=said.kind,
        entry_id=decision.entries[0].id if said.kind in ("answer", "choices") else None,
        confidence=decision.confidence,
        base_version=decision.explanation.base_version,
    )

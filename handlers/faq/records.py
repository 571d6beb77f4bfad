"""The record of a question, for the curators: de-identified, and empty where nothing of it may be kept."""

from __future__ import annotations

import re

from handlers.context import Context
from handlers.taps import short_simplified
from knowledge.faq.decision import Decision
from knowledge.faq.questions import QuestionRecord
from knowledge.text.deidentify import deidentify, without_names

LONGEST_KEPT = 300  # characters of a question in the talk; what is longer is a letter (knowledge.text.normalise)
SHORTEST_QUESTION = 3  # characters; less is kept neither as a question nor as a miss

# Words that steer the form: outside of one they ask nothing that a curator could answer.
_STEERING = re.compile(
    r"跳过|略过|(?:上|下)一步|返回.{0,4}|取消.{0,2}|退出.{0,2}|确认.{0,2}|确定.{0,2}|提交|匿名.{0,2}|继续.{0,2}|放弃.{0,2}"
    r"|重新(?:开始|填写)|重填|不填了?|没有了"
)


def record(
    context: Context,
    *,
    text: str,
    decision: str,
    entry_id: str | None = None,
    of: Decision | None = None,
    version: str | None = None,
    unfilled: tuple[str, ...] = (),
) -> None:
    """``version``: of the base that was spoken from, where it is not the one in memory."""
    context.services.recorder.record(
        QuestionRecord(
            account=context.account.name,
            region=context.account.region,
            asked_at=context.now,
            text=deidentify(text),
            decision=decision,
            entry_id=entry_id,
            confidence=of.confidence if of else 0.0,
            base_version=version or (of.explanation.base_version if of else context.services.faq.version),
            unfilled=unfilled,
        )
    )


def kept(question: str) -> str:
    """As the talk remembers it for a while."""
    return deidentify(question)[:LONGEST_KEPT]


def worth_keeping(question: str) -> bool:
    """Whether a curator could make something of it: words beside the numbers, and no noise of the talk."""
    words = words_of(question)
    return len(words) >= SHORTEST_QUESTION and not _STEERING.fullmatch(short_simplified(words))


def words_of(question: str) -> str:
    """Its letters and digits, without what names somebody."""
    return "".join(sign for sign in without_names(question) if sign.isalnum())

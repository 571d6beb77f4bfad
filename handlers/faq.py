"""A question in plain words: its answer, a choice, an honest "not known", or the fixed words for what is not said."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.messages import TextMessage
from bot.replies import Reply
from bot.router import Asked
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.taps import WordRouter, short_simplified
from handlers.texts import faq as texts
from knowledge.faq.decision import Decision
from knowledge.faq.entry import PLACEHOLDER, Entry
from knowledge.faq.questions import QuestionRecord
from knowledge.text.deidentify import deidentify, names_somebody, without_names

MAX_RELATED = 3  # under an answer; more pushes the answer off the screen
DISCLOSURE_QUESTION = "怎么申请政府信息公开？"

_COUNTED = re.compile(r"(?<=[0-9])[ \u3000]+(?=个)")

# Words that steer the form: outside of one they ask nothing that a curator could answer.
_STEERING = re.compile(
    r"跳过|略过|(?:上|下)一步|返回.{0,4}|取消.{0,2}|退出.{0,2}|确认.{0,2}|确定.{0,2}|提交|匿名.{0,2}|继续.{0,2}|放弃.{0,2}"
    r"|重新(?:开始|填写)|重填|不填了?|没有了"
)
LONGEST_KEPT = 300  # characters of a question in the talk; what is longer is a letter (knowledge.text.normalise)
SHORTEST_QUESTION = 3  # characters; less is kept neither as a question nor as a miss
_ASKED = "asked"  # in the talk's note: the first choice that was offered, and the question, de-identified

router = WordRouter("faq")

ELSEWHERE = (Choice(texts.PERSON, "人工"), Choice(texts.FEEDBACK, "反馈"))


@router.text(r"没有?用|没(?:有)?帮助|没(?:有)?解决|答非所问|不对|答错了?")
def useless(asked: Asked, context: Context) -> Reply | None:
    """Said about the answer or the choices before; without either it is a question like any other."""
    entry_id = context.conversation.entry
    entry = context.services.faq.entry(entry_id) if entry_id else None
    if entry is None:
        return _not_among(context)
    _record(context, text="", decision="useless", entry=entry)
    context.conversation.entry = None
    return say(context, texts.USELESS, ELSEWHERE)


@router.text(r"有用|有帮助|解决了|明白了|清楚了")
def useful(asked: Asked, context: Context) -> Reply:
    return say(context, texts.USEFUL)


@router.message(TextMessage)
def ask(message: TextMessage, context: Context) -> Reply | None:
    """Whatever no other topic took, in the citizen's own words."""
    question = message.content.strip()
    if not question:
        return None
    context.conversation.entry = None
    context.conversation.topic.pop(_ASKED, None)
    if names_somebody(question) and not _words_of(question):
        return say(context, texts.ONLY_NUMBERS)
    decision = context.services.faq.decide(question, region=context.account.region, now=context.now)
    match decision.kind:
        case "answer":
            return _answer(question, decision, context)
        case "choices":
            return _choices(question, decision, context)
        case "sensitive":
            return _sensitive(decision, context)
        case "none":
            return _none(question, decision, context)


def answer_text(entry: Entry, bureau: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """What is said for an entry, and the local facts that it lacked (then it is the official contact)."""
    missing = tuple(name for name in entry.placeholders if not bureau.get(name))
    if missing:
        return texts.unfilled(entry.question, bureau), missing
    parts = [PLACEHOLDER.sub(lambda found: _fact(bureau[found[1]]), entry.answer)]
    if entry.basis:
        confirmed = entry.article_confirmed
        parts.append(texts.basis([(basis.law, basis.article if confirmed else "") for basis in entry.basis]))
    if not entry.verified:
        parts.append(texts.NOT_VERIFIED)
    return "\n\n".join(parts), ()


def _fact(told: str) -> str:
    """As answers write it: 10个工作日, where the bureau wrote 10 个工作日."""
    return _COUNTED.sub("", told)


def _answer(question: str, decision: Decision, context: Context) -> Reply:
    entry = decision.entries[0].entry
    said, missing = answer_text(entry, context.account.bureau)
    _record(context, text=question, decision="answer", entry=entry, of=decision, unfilled=missing)
    context.conversation.entry = entry.id
    related = context.services.faq.related(entry.id, region=context.account.region, now=context.now, limit=MAX_RELATED)
    parts = [said, texts.NEXT, texts.RELATED] if related else [said, texts.NEXT]
    return say(context, _with_warning(question, "\n\n".join(parts)), [_choice(other) for other in related])


def _choices(question: str, decision: Decision, context: Context) -> Reply:
    if _worth_keeping(question):
        _record(context, text=question, decision="choices", entry=decision.choices[0], of=decision)
        context.conversation.topic[_ASKED] = [decision.choices[0].question, deidentify(question)[:LONGEST_KEPT]]
    offered = [*(_choice(entry) for entry in decision.choices), Choice(texts.NONE_OF_THESE, texts.NONE_OF_THESE)]
    return say(context, _with_warning(question, texts.WHICH), offered)


def _sensitive(decision: Decision, context: Context) -> Reply:
    """Nothing of the question is kept or repeated."""
    _record(context, text="", decision="sensitive", entry=None, of=decision)
    if decision.sensitivity == "A":
        return say(context, texts.sensitive_a(context.account.bureau))
    how = Choice(texts.DISCLOSURE, DISCLOSURE_QUESTION)
    return say(context, texts.sensitive_b(context.account.bureau), (how, ELSEWHERE[0]))


def _none(question: str, decision: Decision, context: Context) -> Reply:
    if decision.chitchat is not None:
        _record(context, text="", decision="chitchat", entry=None, of=decision)
        return say(context, texts.CHITCHAT[decision.chitchat])
    if not _worth_keeping(question):
        return say(context, _with_warning(question, texts.TOO_LITTLE), ELSEWHERE)
    _record(context, text=question, decision="none", entry=None, of=decision)
    return say(context, _with_warning(question, texts.UNKNOWN), ELSEWHERE)


def _not_among(context: Context) -> Reply | None:
    """Right after a list of choices: none of them was it, so its question is one that we miss."""
    first, question = context.conversation.topic.pop(_ASKED, None) or ("", "")
    offered = context.conversation.choices
    if not question or not offered or offered[0].content != first:
        return None
    _record(context, text=question, decision="useless", entry=None)
    return say(context, texts.NOT_AMONG, ELSEWHERE)


def _worth_keeping(question: str) -> bool:
    """Whether a curator could make something of it: words beside the numbers, and no noise of the talk."""
    words = _words_of(question)
    return len(words) >= SHORTEST_QUESTION and not _STEERING.fullmatch(short_simplified(words))


def _words_of(question: str) -> str:
    """Its letters and digits, without what names somebody."""
    return "".join(sign for sign in without_names(question) if sign.isalnum())


def _choice(entry: Entry) -> Choice:
    """A tap asks the entry's own question, which is answered letter for letter."""
    return Choice(entry.question, entry.question)


def _with_warning(question: str, text: str) -> str:
    return f"{texts.PERSONAL}\n\n{text}" if names_somebody(question) else text


def _record(
    context: Context,
    *,
    text: str,
    decision: str,
    entry: Entry | None,
    of: Decision | None = None,
    unfilled: tuple[str, ...] = (),
) -> None:
    context.services.recorder.record(
        QuestionRecord(
            account=context.account.name,
            region=context.account.region,
            asked_at=context.now,
            text=deidentify(text),
            decision=decision,
            entry_id=entry.id if entry else None,
            confidence=of.confidence if of else 0.0,
            base_version=context.services.faq.version,
            unfilled=unfilled,
        )
    )

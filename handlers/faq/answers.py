"""What is said to one question: its answer, a choice, an honest "not known", or the fixed words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.replies import Reply
from handlers.answering import fits, say, told
from handlers.context import Context
from handlers.conversation import Choice, OpenQuestion, Said
from handlers.faq.ratings import rating_line
from handlers.faq.records import kept, record, worth_keeping
from handlers.texts import faq as texts
from knowledge.faq.decision import Decision
from knowledge.faq.entry import PLACEHOLDER, Entry
from knowledge.faq.follow_up import Part
from knowledge.text.deidentify import names_somebody

MAX_RELATED = 3  # under an answer; more pushes the answer off the screen
DISCLOSURE_QUESTION = "怎么申请政府信息公开？"
ELSEWHERE = (Choice(texts.PERSON, "人工"), Choice(texts.FEEDBACK, "反馈"))
TELL_ME = Choice(texts.TELL_ME, texts.TELL_ME)

_COUNTED = re.compile(r"(?<=[0-9])[ \u3000]+(?=个)")


def reply_to(part: Part, context: Context) -> Reply:
    """The one question of a message."""
    match part.decision.kind:
        case "answer":
            return _answer(part, context)
        case "choices":
            return _choices(part, context)
        case "sensitive":
            return _sensitive(part.decision, context)
        case "none":
            return _none(part, context)


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


def answered(part: Part, entry: Entry, context: Context) -> str:
    """The words of an answer, which is recorded and from now on the last one."""
    said, missing = answer_text(entry, context.account.bureau)
    decision = part.decision
    record(context, text=part.question, decision="answer", entry_id=entry.id, of=decision, unfilled=missing)
    version = decision.explanation.base_version
    context.conversation.said = Said(entry.id, version, kept(part.question), int(context.now.timestamp()))
    return f"{texts.ABOUT.format(question=entry.question)}\n{said}" if part.about else said


def offered(part: Part, context: Context) -> list[Choice]:
    """The choices for a question, which is recorded and stands open from now on."""
    choices = part.decision.choices
    if worth_keeping(part.question):
        record(context, text=part.question, decision="choices", entry_id=choices[0].id, of=part.decision)
        further = [entry.id for entry in part.decision.further]
        context.conversation.asked = OpenQuestion(kept(part.question), choices[0].question, further)
    return [choice(entry) for entry in choices]


def missed(part: Part, context: Context) -> str:
    """Recorded as missed, or as another office's matter; the words that say so.

    What leans on an answer names the matter that it leans on.
    """
    if (other := part.decision.elsewhere) is not None:
        record(context, text=part.question, decision="elsewhere", of=part.decision)
        return texts.elsewhere(other.matter, other.office, other.hotline)
    if part.about is None:
        record(context, text=part.question, decision="none", of=part.decision)
        context.conversation.missed = kept(part.question)
        return told(context, "unknown")
    text = texts.ASKED_ABOUT.format(question=part.question, about=part.about.question)
    record(context, text=text, decision="none", of=part.decision)
    context.conversation.missed = kept(text)
    return texts.NOT_TOLD.format(question=part.about.question)


def choice(entry: Entry) -> Choice:
    """A tap asks the entry's own question, which is answered letter for letter."""
    return Choice(entry.question, entry.question)


def with_warning(question: str, text: str) -> str:
    return f"{texts.PERSONAL}\n\n{text}" if names_somebody(question) else text


def _answer(part: Part, context: Context) -> Reply:
    entry = part.decision.entries[0].entry
    said = with_warning(part.question, answered(part, entry, context))
    line = rating_line((entry.id,), part.decision.explanation.base_version)
    related = context.services.faq.related(entry.id, region=context.account.region, now=context.now, limit=MAX_RELATED)
    return _with_related(context, [said, line, told(context, "next")], [choice(other) for other in related])


def _with_related(context: Context, parts: Sequence[str], related: Sequence[Choice]) -> Reply:
    """As many related questions as fit beside the answer; with one that needs several messages, all of them."""
    for count in range(len(related), 0, -1):
        text = "\n\n".join((*parts, texts.RELATED))
        if fits(text, related[:count]):
            return say(context, text, related[:count])
    if related and not fits("\n\n".join(parts)):
        return say(context, "\n\n".join((*parts, texts.RELATED)), related)
    return say(context, "\n\n".join(parts))


def _choices(part: Part, context: Context) -> Reply:
    listed = [*offered(part, context), Choice(texts.NONE_OF_THESE, texts.NONE_OF_THESE)]
    terms = part.decision.asked_back
    return say(context, with_warning(part.question, texts.ask_back(terms) if terms else texts.WHICH), listed)


def _sensitive(decision: Decision, context: Context) -> Reply:
    """Nothing of the question is kept or repeated."""
    record(context, text="", decision="sensitive", of=decision)
    if decision.sensitivity == "A":
        return say(context, texts.sensitive_a(context.account.bureau))
    how = Choice(texts.DISCLOSURE, DISCLOSURE_QUESTION)
    return say(context, texts.sensitive_b(context.account.bureau), (how, ELSEWHERE[0]))


def _none(part: Part, context: Context) -> Reply:
    if part.decision.chitchat is not None:
        record(context, text="", decision="chitchat", of=part.decision)
        about_institution = context.conversation.about_institution  # 谢谢 changes no subject
        reply = say(context, told(context, f"chitchat.{part.decision.chitchat}"))
        context.conversation.about_institution = about_institution
        return reply
    if part.about is None and part.decision.elsewhere is None and not worth_keeping(part.question):
        return say(context, with_warning(part.question, told(context, "too_little")), ELSEWHERE)
    said = with_warning(part.question, missed(part, context))
    return say(context, said, ELSEWHERE if part.decision.elsewhere else (*ELSEWHERE, TELL_ME))


def _fact(told: str) -> str:
    """As answers write it: 10个工作日, where the bureau wrote 10 个工作日."""
    return _COUNTED.sub("", told)

"""A question in plain words, and what is said about its answer: 有用, 没用, 都不是."""

from __future__ import annotations

from datetime import datetime

from bot.messages import TextMessage
from bot.replies import Reply
from bot.router import Asked
from handlers.answering import say, told
from handlers.context import Context
from handlers.conversation import Choice, Conversation, OpenQuestion
from handlers.faq.answers import ELSEWHERE, TELL_ME, choice, reply_to
from handlers.faq.ratings import TAPPED, rate, tapped_entries
from handlers.faq.records import record, words_of
from handlers.faq.together import reply_to_all
from handlers.guide import CONTINUE_FORM
from handlers.institutions.naming import without_name
from handlers.taps import WordRouter
from handlers.texts import common as common_texts
from handlers.texts import faq as texts
from knowledge.faq.entry import Entry
from knowledge.faq.service import FaqService
from knowledge.faq.several import understand
from knowledge.text.deidentify import names_somebody

# So long after an answer a question may lean on it: longer than reading takes, shorter than a talk's life.
FOLLOW_UP_SECONDS = 10 * 60

router = WordRouter("faq")
router_said = WordRouter("faq")  # asked before an open form: a tap under an answer is no field of it


@router_said.text(r"(?:以上)?都不(?:是|对)|没有我要的|不是这个|没有找到")
def none_of_these(asked: Asked, context: Context) -> Reply | None:
    """Leads on: to the next candidates, then to a person. Once for each question it is remembered as missed."""
    opened = _open_question(context)
    if opened is None or context.conversation.form_open:
        return None
    context.conversation.asked = None
    if not opened.missed:
        record(context, text=opened.question, decision="useless")
    faq, region = context.services.faq, context.account.region
    further = [entry for each in opened.further if (entry := faq.answerable(each, region=region, now=context.now))]
    if not further:
        context.conversation.missed = opened.question
        return say(context, told(context, "not_among"), (*ELSEWHERE, TELL_ME))
    context.conversation.asked = OpenQuestion(opened.question, further[0].question, [], missed=True)
    listed = [*map(choice, further), Choice(texts.NONE_OF_THESE, texts.NONE_OF_THESE)]
    return say(context, texts.FURTHER, listed)


@router_said.text(TAPPED)
def rated(asked: Asked, context: Context) -> Reply:
    """A tap under an answer, however long ago it was given."""
    entries = tapped_entries(context, asked["entries"])
    verdict = asked["word"] == texts.USEFUL_WORD
    new = rate(context, "useful" if verdict else "useless", entries=entries, version=asked["version"])
    return _thanked(context, useful=verdict, new=new)


@router.text(r"没有?用|没(?:有)?帮助|没(?:有)?解决|答非所问|不对|答错了?")
def useless(asked: Asked, context: Context) -> Reply | None:
    """Said about the choices or the answer before; without either it is a question like any other."""
    if _open_question(context) is not None:
        return none_of_these(asked, context)
    said = context.conversation.said
    if said is None:
        return None
    return _thanked(context, useful=False, new=rate(context, "useless", entries=[said.entry], version=said.version))


@router.text(r"有用|有帮助|解决了|明白了|清楚了")
def useful(asked: Asked, context: Context) -> Reply:
    said = context.conversation.said
    new = said is None or rate(context, "useful", entries=[said.entry], version=said.version)
    return _thanked(context, useful=True, new=new)


@router.message(TextMessage)
def ask(message: TextMessage, context: Context) -> Reply | None:
    """Whatever no other topic took, in the citizen's own words."""
    question = message.content.strip()
    if not question:
        return None
    if names_somebody(question) and not words_of(question):
        return say(context, texts.ONLY_NUMBERS)
    faq, region, now = context.services.faq, context.account.region, context.now
    after = answered_lately(context.conversation, faq, region=region, now=now)
    understood = understand(faq, without_name(context, question), region=region, now=now, after=after)
    context.conversation.asked = context.conversation.missed = None
    if understood.several:
        return reply_to_all(understood, context)
    [part] = understood.parts
    if part.about is None and part.decision.chitchat is None:
        context.conversation.said = None  # the talk has moved on; an answer sets it anew
    return reply_to(part, context)


def answered_lately(talk: Conversation, faq: FaqService, *, region: str | None, now: datetime) -> Entry | None:
    """The entry that the talk is still about."""
    if talk.said is None or not talk.said.within(FOLLOW_UP_SECONDS, now=now):
        return None
    return faq.answerable(talk.said.entry, region=region, now=now)


def _open_question(context: Context) -> OpenQuestion | None:
    """The question whose choices were offered last; ``None`` where something else was said since."""
    asked, offered = context.conversation.asked, context.conversation.choices
    return asked if asked is not None and offered and offered[0].content == asked.first else None


def _thanked(context: Context, *, useful: bool, new: bool) -> Reply:
    text = told(context, "useful" if useful else "useless") if new else texts.RATED_BEFORE
    if context.conversation.form_open:
        return say(context, f"{texts.RATED_IN_FORM}\n{common_texts.FORM_OPEN}", (CONTINUE_FORM,))
    return say(context, text, () if useful or not new else ELSEWHERE)

"""有答案时告诉我: offered where there was no answer. The tap is the consent, and all that is ever kept of it."""

from __future__ import annotations

from bot.replies import Reply
from bot.router import Asked
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.faq.answers import ELSEWHERE, choice
from handlers.guide import CONTINUE_FORM
from handlers.taps import WordRouter
from handlers.texts import common as common_texts
from handlers.texts import faq as texts
from knowledge.missed.waiters import KEPT, wait_for

LONGEST_REPEATED = 60  # characters of the question, so that the citizen sees which one is meant

router_waiting = WordRouter("faq.waiting")  # asked before an open form: it is no field of it


@router_waiting.text(
    r"有(?:了)?答案(?:了|时|后|的时候)?(?:请|再)?(?:告诉|通知)我(?:一下|一声)?|补上(?:答案)?(?:后|了)(?:请|再)?(?:告诉|通知)我"
)
def tell_me(asked: Asked, context: Context) -> Reply:
    """For the question that was missed last in this talk; one that is answered by now needs no waiting."""
    question = context.conversation.missed
    if question is None:
        return _said(context, texts.TELL_WHAT)
    faq, region = context.services.faq, context.account.region
    answer = faq.decide(question, region=region, now=context.now).answer
    if answer is not None and not context.conversation.form_open:
        return say(context, texts.ANSWERED_NOW, (choice(answer),))
    noted = wait_for(
        context.session,
        account=context.account.name,
        citizen=context.citizen.pseudonym,
        openid=context.citizen.openid,
        question=question,
        region=region,
        now=context.now,
        vault=context.services.vault,
    )
    if not noted:
        return _said(context, texts.TELL_TOO_MANY, *ELSEWHERE)
    return _said(context, texts.WILL_TELL.format(question=shortened(question), days=KEPT.days))


def shortened(question: str) -> str:
    """In one line, as it is repeated to who asked it."""
    plain = " ".join(question.split())
    return plain if len(plain) <= LONGEST_REPEATED else f"{plain[: LONGEST_REPEATED - 1]}…"


def _said(context: Context, text: str, *choices: Choice) -> Reply:
    if context.conversation.form_open:
        return say(context, f"{text}\n{common_texts.FORM_OPEN}", (CONTINUE_FORM,))
    return say(context, text, choices)

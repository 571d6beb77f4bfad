"""隐私 and 删除我的信息: the statement at any time, and the erasure of one citizen, asked twice."""

from __future__ import annotations

import re

from bot.replies import Reply
from bot.router import Asked, Router
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice, Conversation
from handlers.feedback import words as read
from handlers.texts import feedback as form_texts
from handlers.texts import privacy as texts
from knowledge.feedback.drafts import has_open_draft
from knowledge.feedback.queries import own_tickets
from knowledge.messages.queries import erase_messages
from knowledge.missed import waiters
from knowledge.people.consent import has_consented
from knowledge.people.erasure import erase_citizen

router: Router[Context] = Router("privacy")

ERASE_CHOICES = (Choice(texts.ERASE_WORD, texts.ERASE_WORD), Choice(texts.KEEP_WORD, texts.KEEP_WORD))
ASKED = "erase_asked"


LONGEST = 40  # characters of a message that asks for one of these
_STATEMENT = re.compile(
    r"(?:个人信息|用户)?隐私(?:政策|声明|说明|保护|条款)?|个人信息(?:保护)?(?:说明|声明|政策)", re.IGNORECASE
)
_ERASE = re.compile(read.ERASE)
_SURELY = re.compile(r"确认删除(?:我的信息)?")
_KEEP = re.compile(r"不删除?了?")


@router.text()
def answer(asked: Asked, context: Context) -> Reply | None:
    """The words are read in Traditional too, and with signs around them."""
    if len(asked.content) > LONGEST:
        return None
    words = read.plain(asked.content)
    if _STATEMENT.fullmatch(words):
        return show_statement(context)
    if _ERASE.fullmatch(words):
        return ask_to_erase(context)
    if _SURELY.fullmatch(words):
        return erase(context)
    return keep(context) if _KEEP.fullmatch(words) else None


def show_statement(context: Context) -> Reply:
    page = context.services.links.page("privacy")
    after = form_texts.STILL_OPEN if context.conversation.form_open else texts.AFTER_STATEMENT
    return say(context, f"{texts.statement(context.account.bureau, page)}\n\n{after}")


def ask_to_erase(context: Context) -> Reply:
    if not _knows(context):
        return say(context, texts.NOTHING_TO_ERASE)
    context.conversation.topic[ASKED] = True
    return say(context, texts.ASK_ERASE, ERASE_CHOICES)


def erase(context: Context) -> Reply:
    """Only after the question; a talk that was forgotten meanwhile is asked again. All in the message's transaction."""
    if not context.conversation.topic.get(ASKED):
        return ask_to_erase(context)
    session, account, citizen = context.session, context.account.name, context.citizen.pseudonym
    erased = erase_citizen(session, account=account, citizen=citizen, now=context.now, vault=context.services.vault)
    erase_messages(session, account=account, citizen=citizen)
    _forget(context.conversation)
    return say(context, texts.erased(len(erased.closed), erased.still_open))


def keep(context: Context) -> Reply | None:
    if not context.conversation.topic.pop(ASKED, None):
        return None
    return say(context, texts.KEPT)


def _knows(context: Context) -> bool:
    session, account, citizen = context.session, context.account.name, context.citizen.pseudonym
    return bool(
        has_open_draft(session, account=account, citizen=citizen, now=context.now)
        or own_tickets(session, account=account, citizen=citizen, limit=1)
        or has_consented(session, account=account, citizen=citizen)
        or waiters.is_known(session, account=account, citizen=citizen)
    )


def _forget(talk: Conversation) -> None:
    """What the talk still held of the citizen's words goes too; the form is closed."""
    talk.form_open = False
    talk.rest, talk.choices = [], []
    talk.said = talk.asked = talk.missed = talk.institution = talk.pending_media = None
    talk.topic, talk.rated = {}, []

"""进度 and 我的反馈: where a feedback stands, for who filed it and nobody else."""

from __future__ import annotations

import re

from bot.replies import Reply
from bot.router import Asked, Router
from handlers.answering import MAX_CHOICES, say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.texts import feedback as form_texts
from handlers.texts import progress as texts
from knowledge.feedback.drafts import has_open_draft
from knowledge.feedback.history import history
from knowledge.feedback.kinds import TicketStatus
from knowledge.feedback.notices import told_by_visit
from knowledge.feedback.queries import own_ticket, own_tickets
from knowledge.feedback.references import REFERENCE_PATTERN, read_reference
from knowledge.text.simplified import simplified

router: Router[Context] = Router("tracking")

SHOWN = MAX_CHOICES - 1  # one choice is left for the unfinished form


LONGEST = 60  # characters of a message that asks for one of these
_NUMBERED = re.compile(
    rf"(?:查?看?询?(?:一下)?(?:反馈)?进度|查询?(?:一下)?|编号)?[\s:：]*(?P<reference>{REFERENCE_PATTERN})(?:的?进度)?[\s。?？]*"
)
_NO_NUMBER = re.compile(r"(?:查询?|反馈)?进度[\s:：]*[A-ZＦ]?[\d\s\-－]+", re.IGNORECASE)
_MINE = re.compile(
    r"(?:查?看?询?)?我的(?:反馈|投诉|建议|咨询|求助|工单)(?:进度|记录|列表)?[\s。?？]*|(?:反馈|办理)进度[\s。?？]*"
)


@router.text()
def answer(asked: Asked, context: Context) -> Reply | None:
    """The words are read in Traditional too."""
    if len(asked.content) > LONGEST:
        return None
    words = simplified(asked.content)
    if (numbered := _NUMBERED.fullmatch(words)) is not None:
        return show_progress(read_reference(numbered["reference"]) or "", context)
    if _NO_NUMBER.fullmatch(words):
        return say(context, texts.NOT_FOUND)
    return show_mine(context) if _MINE.fullmatch(words) else None


def show_progress(reference: str, context: Context) -> Reply:
    """Somebody else's number gets, word for word, the answer for one that does not exist."""
    ticket = own_ticket(
        context.session, reference=reference, account=context.account.name, citizen=context.citizen.pseudonym
    )
    if ticket is None:
        return say(context, texts.NOT_FOUND)
    lines = history(context.session, ticket_id=ticket.id, vault=context.services.vault)
    told_by_visit(context.session, ticket_id=ticket.id, at=context.now)
    wanted = ticket.status == TicketStatus.NEED_INFO
    choices = [Choice(texts.ADD_LABEL, texts.ADD_TO.format(reference=ticket.reference))] if wanted else []
    return say(context, texts.progress(ticket, lines), choices)


def show_mine(context: Context) -> Reply:
    account, citizen = context.account.name, context.citizen.pseudonym
    tickets = own_tickets(context.session, account=account, citizen=citizen, limit=SHOWN)
    unfinished = has_open_draft(context.session, account=account, citizen=citizen, now=context.now)
    said = [texts.LIST_HEAD.format(count=len(tickets)) if tickets else texts.NONE_YET]
    choices = [Choice(texts.label(ticket), f"进度 {ticket.reference}") for ticket in tickets]
    if unfinished:
        said.append(texts.DRAFT_WAITING)
        choices.append(Choice(texts.DRAFT_LABEL, form_texts.CONTINUE))
    return say(context, "\n".join(said), choices)

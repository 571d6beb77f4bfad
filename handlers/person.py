"""人工: how to reach somebody. Phone and hours always; the hand-over where it is switched on and somebody is there."""

from __future__ import annotations

from bot.replies import Reply, Transfer
from bot.router import Asked
from handlers.answering import say, told
from handlers.context import Context
from handlers.conversation import Choice
from handlers.guide import CONTINUE_FORM
from handlers.taps import WordRouter
from handlers.texts import common as texts

router = WordRouter("person")

LEAVE_WORD = Choice(texts.FEEDBACK, "反馈")
TRANSFER = Choice(texts.TRANSFER_WORD, "转人工")


@router.text(r"转接?(?:到)?(?:人工|在线客服|客服)(?:服务|客服)?")
def hand_over(asked: Asked, context: Context) -> Reply:
    """Asked for outright; where nobody can take over, the same as 人工."""
    return Transfer() if may_transfer(context) else how_to_reach(context)


@router.text(r"(?:找|联系|我要|要)?(?:人工|真人|客服|工作人员)(?:服务|客服|咨询|电话)?")
def ask_for_person(asked: Asked, context: Context) -> Reply:
    return how_to_reach(context)


def how_to_reach(context: Context) -> Reply:
    """WeChat takes one answer: a hand-over would leave no room for the phone number, so it is one tap away."""
    card = texts.person(context.account.bureau)
    if context.conversation.form_open:
        return _while_filling(card, context)
    if may_transfer(context):
        return say(context, f"{card}\n\n{texts.TRANSFER_OPEN}", (TRANSFER, LEAVE_WORD))
    closed = context.account.customer_service_transfer
    rest = texts.TRANSFER_CLOSED if closed else told(context, "person_leave_word")
    return say(context, f"{card}\n\n{rest}", (LEAVE_WORD,))


def _while_filling(card: str, context: Context) -> Reply:
    """Word is being left already: the way leads back to it and to no second one."""
    parts: list[str] = [card]
    choices: tuple[Choice, ...] = (CONTINUE_FORM,)
    if may_transfer(context):
        parts, choices = [card, texts.TRANSFER_OPEN_IN_FORM], (TRANSFER, CONTINUE_FORM)
    elif context.account.customer_service_transfer:
        parts.append(texts.TRANSFER_CLOSED_IN_FORM)
    return say(context, "\n\n".join([*parts, texts.FORM_OPEN]), choices)


def may_transfer(context: Context) -> bool:
    hours = context.account.bureau.get("office_hours")
    return context.account.customer_service_transfer and context.services.calendar.is_office_hours(context.now, hours)

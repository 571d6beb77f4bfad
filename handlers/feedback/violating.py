"""A report of establishment violations is not taken: it gets 12310, address and hours, and nothing of it is kept."""

from __future__ import annotations

from bot.replies import Reply
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.feedback.words import tells_what
from handlers.texts import feedback as texts


def answer_violation(context: Context, words: str, *, inside: bool) -> Reply:
    """``inside`` an open form, which stays as it was. ``words`` are only looked at for whether they told something."""
    where = texts.violation(context.account.bureau, told=tells_what(words))
    if inside:
        choices = (Choice(texts.CONTINUE, texts.CONTINUE), Choice(texts.CANCEL, texts.CANCEL))
        return say(context, f"{where}\n\n{texts.VIOLATION_IN_FORM}", choices)
    return say(context, f"{where}\n\n{texts.VIOLATION_AFTER}", (Choice("提交反馈", "反馈"),))

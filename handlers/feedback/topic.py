"""Feedback outside an open form: reports are turned away, forms begun, progress told, pictures offered a use."""

from __future__ import annotations

from bot.replies import Reply
from bot.router import Asked, Router
from handlers.answering import say
from handlers.context import Context
from handlers.feedback import pictures
from handlers.feedback import words as read
from handlers.feedback.filing import confirmed_again
from handlers.feedback.starting import ask_report, start
from handlers.feedback.violating import answer_violation
from handlers.feedback.words import Word
from handlers.texts import feedback as texts
from knowledge.feedback.violations import reports_violation, tells_violation

_talk: Router[Context] = Router("feedback")

IN_A_FORM_ONLY = (Word.SKIP, Word.BACK, Word.CANCEL, Word.CONFIRM, Word.DISCARD, Word.CONTINUE)


@_talk.text()
def turn_report_away(asked: Asked, context: Context) -> Reply | None:
    """Before anything could keep a word of it."""
    words = asked.content
    told = reports_violation(words) or (read.may_start(words) and read.opening(words) and tells_violation(words))
    return answer_violation(context, words, inside=False) if told else None


@_talk.text()
def which_report(asked: Asked, context: Context) -> Reply | None:
    return ask_report(context) if read.only_reports(asked.content) else None


@_talk.text()
def start_form(asked: Asked, context: Context) -> Reply | None:
    return start(read.clean(asked.content), context) if read.may_start(asked.content) else None


@_talk.text()
def steer_without_form(asked: Asked, context: Context) -> Reply | None:
    """A second 确认 gets the same answer; other words of the form say that there is none."""
    word = read.command(asked.content)
    if word not in IN_A_FORM_ONLY or context.conversation.form_open:
        return None
    again = confirmed_again(context) if word is Word.CONFIRM else None
    return again or say(context, texts.NO_FORM)


router: Router[Context] = Router("feedback", [*pictures.router.routes, *_talk.routes])

"""Several questions of one message answered together: each under its own heading, in the order they were asked."""

from __future__ import annotations

from bot.replies import Reply
from handlers.answering import say, told
from handlers.context import Context
from handlers.conversation import Choice
from handlers.faq.answers import TELL_ME, answered, missed, offered, with_warning
from handlers.faq.ratings import rating_line
from handlers.texts import faq as texts
from knowledge.faq.follow_up import Part
from knowledge.faq.several import Understood
from knowledge.text.deidentify import deidentify

LONGEST_HEADING = 30  # characters of a question that are repeated above its answer
LONGEST_LEFT = 100  # characters of a question that a tap asks again


def reply_to_all(understood: Understood, context: Context) -> Reply:
    """Open choices and the questions that are left come as one list at the end, for numbers to pick from."""
    context.conversation.asked = None
    choices: list[Choice] = []
    parts = [_told(number, part, context, choices) for number, part in enumerate(understood.parts, start=1)]
    answers = [part.decision.answer for part in understood.parts if part.decision.answer is not None]
    if sum(part.decision.kind == "choices" for part in understood.parts) == 1:
        choices.append(Choice(texts.NONE_OF_THESE, texts.NONE_OF_THESE))
    elif choices:
        context.conversation.asked = None  # 都不是 could mean either
    version = understood.parts[0].decision.explanation.base_version
    closing = [rating_line([entry.id for entry in dict.fromkeys(answers)], version)] if answers else []
    closing.append(told(context, "next"))
    if understood.left:
        closing.append(texts.LEFT)
        choices += [_again(question) for question in understood.left]
    elif choices:
        closing.append(texts.WHICH)
    if sum(part.decision.kind == "none" and part.decision.elsewhere is None for part in understood.parts) == 1:
        choices.append(TELL_ME)  # of several it would not be clear which is meant
    opening = texts.SEVERAL.format(count=len(understood.parts) + len(understood.left))
    asked = "".join(part.question for part in understood.parts)
    return say(context, with_warning(asked, "\n\n".join((opening, *parts, *closing))), choices)


def _told(number: int, part: Part, context: Context, choices: list[Choice]) -> str:
    heading = texts.HEADING.format(number=number, question=_short(part.question))
    if part.decision.answer is not None:
        return f"{heading}\n{answered(part, part.decision.answer, context)}"
    if part.decision.kind == "choices":
        choices += [each for each in offered(part, context) if each not in choices]
        return f"{heading}\n{texts.WHICH_BELOW}"
    said = missed(part, context)
    return f"{heading}\n{said if part.decision.elsewhere else texts.UNKNOWN_AMONG}"


def _again(question: str) -> Choice:
    return Choice(_short(question), deidentify(question)[:LONGEST_LEFT])


def _short(question: str) -> str:
    plain = " ".join(deidentify(question).split()).strip("。；;，, ")
    return plain if len(plain) <= LONGEST_HEADING else f"{plain[: LONGEST_HEADING - 1]}…"

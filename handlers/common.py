"""What belongs to no topic, in three places of the order: before all topics, after the forms, after everything.

- ``router_first``: events, 帮助, 更多, 人工 and the lists behind the menu: words that always work.
- ``router_unclear``: after the forms and before the FAQ: numbers that stand for nothing, 都不是, no words.
- ``router_last``: what everybody declined.

Before any of them the edge applies ``as_text`` and ``resolve_choice``.
"""

from __future__ import annotations

from bot.messages import LinkMessage, Message, TextMessage, VideoMessage, VoiceMessage
from bot.replies import Reply
from bot.router import Asked, Router
from handlers import events, guide, person
from handlers.answering import MAX_CHOICES, say, told
from handlers.context import Context
from handlers.conversation import Choice
from handlers.taps import MENU_CONTENT, WordRouter, as_text, chosen_number, resolve_choice
from handlers.texts import common as texts

__all__ = ["MENU_CONTENT", "as_text", "resolve_choice", "router_first", "router_last", "router_unclear"]

router_first: Router[Context] = Router("first", [*events.router.routes, *guide.router.routes, *person.router.routes])
router_unclear = WordRouter("unclear")
router_last: Router[Context] = Router("last")

ELSEWHERE = (Choice(texts.PERSON, "人工"), Choice(texts.FEEDBACK, "反馈"))


@router_unclear.text(r"(?:以上)?都不(?:是|对)|没有我要的|不是这个|没有找到")
def none_of_these(asked: Asked, context: Context) -> Reply:
    return say(context, texts.NONE_OF_THESE, ELSEWHERE)


@router_unclear.message(TextMessage)
def number_without_meaning(message: TextMessage, context: Context) -> Reply | None:
    """A number that picks something has become its content; what arrives here picks nothing."""
    number = chosen_number(message.content)
    if number is None:
        return None
    offered = context.conversation.choices
    if not offered:
        return say(context, texts.NO_NUMBERS_NOW) if number <= MAX_CHOICES else None
    return say(context, texts.NO_SUCH_NUMBER.format(number=number, last=len(offered)), tuple(offered))


@router_unclear.text(r"[\W_]*")
def no_words(asked: Asked, context: Context) -> Reply:
    """Empty, or only punctuation and pictures."""
    return say(context, told(context, "please_words"))


@router_last.message(VoiceMessage)
def voice_without_words(message: VoiceMessage, context: Context) -> Reply:
    """WeChat gave no transcript; with one it would have arrived as text."""
    return say(context, told(context, "please_type"))


@router_last.message(VideoMessage)
def video(message: VideoMessage, context: Context) -> Reply:
    return say(context, told(context, "no_video"))


@router_last.message(LinkMessage)
def link(message: LinkMessage, context: Context) -> Reply:
    return say(context, told(context, "no_link"))


@router_last.message(TextMessage)
def not_understood(message: TextMessage, context: Context) -> Reply:
    return say(context, told(context, "not_understood"), ELSEWHERE)


@router_last.message(Message)
def no_such_kind(message: Message, context: Context) -> Reply:
    return say(context, texts.NO_SUCH_KIND)

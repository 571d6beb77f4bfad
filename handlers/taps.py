"""A tap is a word: menu items, scanned codes, spoken words and numbers become the text that stands for them.

The edge applies ``as_text`` and then ``resolve_choice`` before it dispatches, so every topic sees only the word.
Claiming and remembering go by the message as it came: what is made here has no identity of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from bot.messages import ClickEvent, Incoming, ScanEvent, TextMessage, VoiceMessage
from bot.replies import Reply
from bot.router import Asked, Router
from handlers.context import Context
from handlers.conversation import Conversation
from knowledge.text.simplified import simplified

H = TypeVar("H", bound="Callable[[Asked, Context], Reply | None]")

# Keys of the menu (deploy/menu.json) and of scene codes → the word that does the same.
MENU_CONTENT = {
    "ask_popular": "常见问题",
    "ask_registration": "问登记",
    "ask_annual_report": "问年报",
    "ask_certificate": "问证书",
    "ask_help": "帮助",
    "look_up_institution": "查单位",
    "look_up_nearby": "查附近",
    "look_up_code": "查代码",
    "look_up_progress": "查进度",
    "speak_feedback": "反馈",
    "speak_mine": "我的反馈",
    "speak_person": "人工",
    "speak_privacy": "隐私",
}
CREDIT_CODE = re.compile(r"(?:institution_)?([0-9A-HJ-NP-RTUW-Y]{18})")  # GB 32100: no I O S V Z
KEPT_WORDS = 512  # short texts whose Simplified form is remembered: it is asked for by every route
LONGEST_WORD = 20  # characters; our words are shorter, and what is longer is a question or a story
_NUMBER = re.compile(r"第?([1-9][0-9]?)[.、。)]?|第([1-9][0-9]?|[一二三四五六七八九])[个项条]?[。.]?")
_LONGEST_NUMBER = 12  # characters, spaces and the marks of an emoji included
_CHINESE_DIGITS = "一二三四五六七八九"
_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")  # what makes a digit an emoji


def as_text(message: Incoming) -> Incoming:
    """The text that a voice, a menu tap or a scanned code stands for; anything else as it is."""
    match message:
        case VoiceMessage(recognition=str(spoken)) if spoken.strip():
            return _text(message, spoken.strip().rstrip("。"), message.message_id)
        case ClickEvent(key=key) if key in MENU_CONTENT:
            return _text(message, MENU_CONTENT[key], int(message.sent_at.timestamp()))
        case ScanEvent(scene=scene) if (content := scene_content(scene)) is not None:
            return _text(message, content, int(message.sent_at.timestamp()))
        case _:
            return message


def resolve_choice(message: Incoming, conversation: Conversation) -> Incoming:
    """A number or a label typed for something that was offered becomes its content; anything else as it is."""
    if not isinstance(message, TextMessage) or not conversation.choices:
        return message
    typed = short_simplified(message.content.strip())
    for choice in conversation.choices:
        if typed == short_simplified(choice.label):
            return replace(message, content=choice.content)
    number = chosen_number(typed)
    if number is None or number > len(conversation.choices):
        return message
    return replace(message, content=conversation.choices[number - 1].content)


def chosen_number(typed: str) -> int | None:
    """1 to 99 for 1, １, ①, 1️⃣, 1., 第1个, 12, 1 to 9 for 第一个; ``None`` for anything else, 0 included."""
    if len(typed) > _LONGEST_NUMBER:
        return None
    plain = short_simplified(unicodedata.normalize("NFKC", typed.translate(_KEYCAP)).strip())
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    digit = found[1] or found[2]
    return int(digit) if digit.isascii() else _CHINESE_DIGITS.index(digit) + 1


def short_simplified(typed: str) -> str:
    """A short text in Simplified signs, for telling which word it is; a longer one as it came."""
    return _simplified_word(typed) if len(typed) <= LONGEST_WORD else typed


_simplified_word = lru_cache(KEPT_WORDS)(simplified)


class WordRouter(Router[Context]):
    """A router of words: 幫助 is 帮助. Its handlers see the Simplified text, so they may not keep it."""

    @staticmethod
    def read(message: TextMessage) -> TextMessage:
        """The same message where its words are Simplified already, as nearly all are: every route asks anew."""
        typed = message.content.strip()
        folded = short_simplified(typed)
        return message if folded == typed else replace(message, content=folded)


def scene_content(scene: str) -> str | None:
    """What a scanned code asks for: a menu key or an institution's code; ``None`` where it only names a place."""
    code = CREDIT_CODE.fullmatch(scene)
    return code[1] if code else MENU_CONTENT.get(scene)


def _text(message: Incoming, content: str, message_id: int) -> TextMessage:
    return TextMessage(
        to_account=message.to_account,
        openid=message.openid,
        sent_at=message.sent_at,
        message_id=message_id,
        content=content,
    )

"""The sentences that a bureau may put in its own words. What the law or a rule words is not among them: sensitive
questions, privacy, 12310, erasure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType
from typing import Literal

from handlers.texts import common, faq

Group = Literal["greeting", "unclear", "answering", "chitchat", "guide"]

SHORT, LONG = 450, 900  # bytes of UTF-8; with its choices, or an answer before it, one message of 2000 holds it
UNDER_ANSWERS = 150  # said under every answer, whose room it takes


@dataclass(frozen=True, slots=True)
class Sentence:
    """``fields``: places such as {bureau} that must stand in it, and the only ones that may. ``longest``: in bytes."""

    name: str
    label: str
    group: Group
    default: str
    longest: int = SHORT
    fields: frozenset[str] = frozenset()


def _chitchat() -> Iterator[Sentence]:
    labels = {
        "greeting": "对方问好", "thanks": "对方道谢", "farewell": "对方道别", "who": "问“你是谁”",
        "praise": "对方夸奖", "unhappy": "对方不满", "talk": "其他闲聊",
    }  # fmt: skip
    for kind, text in faq.CHITCHAT.items():
        yield Sentence(f"chitchat.{kind}", labels[kind], "chitchat", text)


_ALL = (
    Sentence("welcome", "关注时的欢迎语", "greeting", common.WELCOME, LONG, frozenset({"bureau"})),
    Sentence("welcome_back", "扫码时的欢迎语", "greeting", common.SCANNED_AGAIN),
    Sentence("help", "使用帮助", "greeting", common.HELP, LONG),
    Sentence("unknown", "没有答案", "unclear", faq.UNKNOWN),
    Sentence("too_little", "问题太短，不明白", "unclear", faq.TOO_LITTLE),
    Sentence("not_understood", "没有听懂", "unclear", common.NOT_UNDERSTOOD),
    Sentence("please_words", "只有标点或表情", "unclear", common.PLEASE_WORDS),
    Sentence("please_type", "语音没有转成文字", "unclear", common.PLEASE_TYPE),
    Sentence("no_video", "收到视频", "unclear", common.NO_VIDEO),
    Sentence("no_link", "收到链接", "unclear", common.NO_LINK),
    Sentence("next", "每条答复的结尾", "answering", faq.NEXT, UNDER_ANSWERS),
    Sentence("not_among", "选项里“都不是”", "answering", faq.NOT_AMONG),
    Sentence("useful", "对方说有用", "answering", faq.USEFUL),
    Sentence("useless", "对方说没用", "answering", faq.USELESS),
    Sentence("person_leave_word", "人工：请留言", "answering", common.LEAVE_WORD),
    Sentence("popular", "菜单“热门问题”的开头", "guide", common.POPULAR),
    Sentence("about_registration", "菜单“登记怎么办”的开头", "guide", common.ABOUT_REGISTRATION),
    Sentence("about_annual_report", "菜单“年度报告”的开头", "guide", common.ABOUT_ANNUAL_REPORT),
    Sentence("about_certificate", "菜单“证书补换”的开头", "guide", common.ABOUT_CERTIFICATE),
    Sentence("ask_institution", "菜单“查单位”", "guide", common.ASK_INSTITUTION),
    Sentence("ask_nearby", "菜单“查附近”", "guide", common.ASK_NEARBY),
    Sentence("ask_code", "菜单“查代码”", "guide", common.ASK_CODE),
    *_chitchat(),
)
CATALOGUE: Mapping[str, Sentence] = MappingProxyType({each.name: each for each in _ALL})


def filled(sentence: Sentence, text: str, values: Mapping[str, str]) -> str:
    """``text`` with its places filled; a text that is none of ours any more gives way to the committed one."""
    if not sentence.fields:
        return text
    try:
        return text.format_map(dict(values))
    except (KeyError, ValueError, IndexError, AttributeError):
        return sentence.default.format_map(dict(values))


def places_in(text: str) -> list[str]:
    """The places that a text has, such as ``bureau``; whatever is no plain {name} comes as it was written. Raises
    ``ValueError`` for braces that do not match."""
    return [
        name if not spec and conversion is None else f"{name}{conversion or ''}:{spec}"
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None
    ]

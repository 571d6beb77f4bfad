"""The name inside a question about an institution, and what of it is asked: “查一下XX”, “XX电话多少”, “电话呢”."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from knowledge.institutions.wordings import ASPECTS, CLOSING, HELD, OPENING, Aspect
from knowledge.text.simplified import simplified

__all__ = ["AskedName", "Aspect", "Leaning", "leaning", "name_in", "names_nothing", "plain_signs", "unframed"]

MAX_SENTENCE = 80  # a longer text tells a story; the name in it is not the matter


@dataclass(frozen=True, slots=True)
class AskedName:
    """``name``: as typed. ``explicit``: said with a word of looking up (查, 搜, 找): then one may say “not found”."""

    name: str
    aspect: Aspect
    explicit: bool


@dataclass(frozen=True, slots=True)
class Leaning:
    """A question that names nothing and leans on what was shown: 电话多少, 它是事业单位吗, 那家医院在哪.

    ``kind``: the kind that it says, such as 医院; empty where it says none. ``pointing``: it points at it in so many
    words (它, 那家).
    """

    aspect: Aspect
    kind: str
    pointing: bool


_LOOK_UP = (
    r"(?:查(?:一查|一下|查看|查|询一下|询下|询|找|看|下)?|搜(?:索一下|索|一下)?|找(?:一下|找)?|看(?:看|一下)"
    r"|(?:介绍|了解)(?:一?下|一些)?)"
)
_LABEL = r"(?:单位|机构)?(?:名称|全称|名字)?\s*[:：]"
_BEFORE = r"(?:(?:去|到|前往)(?=.*(?:走|去|到)$))?(?P<name>.{2,40}?)(?:的|是|有没有|有|应该|该|要|现在|，|,|\s){0,2}"
_ASKED = [(aspect, re.compile(f"{_BEFORE}(?:{wording})")) for aspect, wordings in ASPECTS for wording in wordings]
# Many as one: nearly no sentence fits any, and to ask one after the other takes four times as long.
_ASKED_AT_ALL = [
    (held, re.compile(f"{_BEFORE}(?:{'|'.join(w for aspect, ws in ASPECTS if HELD.get(aspect) is held for w in ws)})"))
    for held in (*dict.fromkeys(HELD.values()), None)
]
_EXPLICIT = re.compile(rf"(?:{_LOOK_UP}(?:{_LABEL}|[,，]|关于|有关)?|(?:单位|机构){_LABEL})\s*(?P<rest>.{{2,60}})")

_KIND = r"单位|机构|地方|学校|大学|中学|小学|幼儿园|医院|卫生院|[图书文化档案博物美术]{2,4}馆|中心|局|所|站|馆|院"
_IT = (
    r"(?:那么?|还有|再问一?下|顺便问一?下|另外|对了|[,，\s])*"
    r"(?:刚才|刚刚|上面)?(?:的|说的|查的)?"
    rf"(?P<it>(?:它们?|他们?|她|(?:该|此|[这那])[个家所间座]?(?:{_KIND})|这[家个]?|那[家个])(?:的)?)?"
    r"(?:的|是|有没有|有|应该|该|要|现在|，|,|\s){0,2}"
)
_LEANING = [(aspect, re.compile(f"{_IT}(?:{wording})")) for aspect, wordings in ASPECTS for wording in wordings]
_KIND_SAID = re.compile(f"(?:{_KIND})(?=的?$)")
# Words of the field that name no institution, however they are put together.
_NO_NAME = re.compile(
    r"(?:事业单位|党政机关|机关|群众团体|单位|法人|法定代表人|证书|登记|备案|设立|变更|注销|补领|换领|编制|机构|统一社会信用代码|代码|年度报告"
    r"|年报|网站|标识|域名|挂标|审核|公示|信息|办理|材料|流程|时限|进度|电话|地址|附近|你们|我们|这里|这个|那个|公益|一类|二类|[的和或与及、了])+"
)
_ASKING = re.compile(r"谁|哪(?!吒)|什么|啥|怎[么样]|咋|如何|为何")  # no name has one: 找谁办, 看看哪里能办
_WRAPPING = " \t　“”\"'‘’《》「」【】()（）:：,，。！!"


def name_in(sentence: str) -> AskedName | None:
    """The part of a sentence that names an institution; ``None`` where the sentence has none of the known forms.

    Whether there is such an institution is for the look-up to say.
    """
    plain = plain_signs(sentence)
    start, end = unframed(plain)
    if end - start > MAX_SENTENCE:
        return None
    found = _EXPLICIT.fullmatch(plain, start, end)
    first = found.start("rest") if found else start
    for aspect, pattern in _ASKED if _asks(plain, first, end) else ():
        if asked := pattern.fullmatch(plain, first, end):
            return _named(sentence[slice(*asked.span("name"))], aspect, explicit=bool(found))
    return _named(sentence[first:end], "card", explicit=True) if found else None


def _asks(plain: str, start: int, end: int) -> bool:
    return any(
        (held is None or held.search(plain, start, end)) and pattern.fullmatch(plain, start, end)
        for held, pattern in _ASKED_AT_ALL
    )


def leaning(sentence: str) -> Leaning | None:
    """What is asked of an institution that the sentence does not name; ``None`` where it says anything else."""
    plain = plain_signs(sentence)
    start, end = unframed(plain)
    for aspect, pattern in _LEANING:
        if found := pattern.fullmatch(plain, start, end):
            kind = _KIND_SAID.search(found["it"] or "")
            return Leaning(aspect, kind.group() if kind else "", bool(found["it"]))
    return None


def names_nothing(text: str) -> bool:
    """Whether a text is only words of the field, such as 变更登记材料; no institution is called so."""
    return _NO_NAME.fullmatch(text) is not None


def plain_signs(text: str) -> str:
    """The text in Simplified signs of common width, with a space for each emoji or sign unseen: as long as it was."""
    return simplified(text.translate(_plain))


def unframed(plain: str) -> tuple[int, int]:
    """Where the matter of a text (``plain_signs``) begins and ends, without what is said around it."""
    opening = OPENING.match(plain)
    start = opening.end() if opening else 0
    closing = CLOSING.search(plain, start)
    return start, closing.start() if closing else len(plain)


def _named(name: str, aspect: Aspect, *, explicit: bool) -> AskedName | None:
    bare = name.strip(_WRAPPING)
    if len(bare) < 2 or names_nothing(bare) or _ASKING.search(bare):
        return None
    return AskedName(bare, aspect, explicit)


class _Plain(dict[int, str]):
    """One sign for each."""

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        if 0xFF01 <= point <= 0xFF5E:  # full width
            sign = chr(point - 0xFEE0)
        elif unicodedata.category(sign) in ("So", "Sk", "Mn", "Me", "Cf", "Cc", "Co", "Cs", "Cn"):
            sign = " "
        self[point] = sign
        return sign


_plain = _Plain()

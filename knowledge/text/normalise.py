"""One normal form for what people type, so that equal questions look equal. Idempotent; never raises.

Width and case, Traditional to Simplified, control signs and emoji, punctuation, counted numerals, and the
politeness around a question. What is shown to people is never the normal form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

from knowledge.text.numerals import arabic_numerals

# A question longer than this is a letter: nobody asks in more, and matching cost grows with it.
MAX_CHARACTERS = 300

_CJK = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
# Between Latin letters or digits these belong to the word: gov.cn, 2024-1.
_INSIDE = re.compile(r"(?<=[a-z0-9])[.\-_/@:%](?=[a-z0-9])")
_GUARD = 0xF0000  # private use; such signs in a question are dropped
_PRIVATE = re.compile("[\U000f0000-\U000f007f]")
_SPACE = re.compile(r"\s+")
_LOOSE_SPACE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")

_OPENING = re.compile(
    r"^(?:您好|你好|早上好|上午好|下午好|晚上好|打扰(?:一下|了)?|麻烦(?:您|你)?(?:问|咨询)?(?:一下|下)?|劳驾|不好意思"
    r"|请教(?:一下|下)?|请问(?:您|你)?(?:一下|下)?|请告诉我|跟我说说(?=.{2})"
    r"|(?:那)?(?:我|俺|本人)?(?:就)?(?:是)?(?:现在)?(?:想|要|想要|需要)(?:问|咨询|请教|了解|知道)(?:的是)?(?:一下|下|一些)?(?:关于)?"
    r"|咨询(?:一下|下)?(?:关于)?|问(?:一下|下)|有个问题|老师|同志|客服|小编|亲|那个(?=.)|嗯+|呃+|额(?=[^外度]))"
)
_CLOSING = re.compile(
    r"(?:(?:非常|十分|多谢)?(?:谢谢|感谢|多谢)(?:您|你|了|啦|哈|大家|老师)*|麻烦(?:您|你)?(?:告知|告诉|解答|回复)?(?:一下|下|了)"
    r"|(?:急)?在线等|急{2,}|求(?:解|告知|回复|解答)|[呢啊呀吧哦噢哈嘛啦哇喔嘞咧诶欸])$"
)


def normalise(text: str) -> str:
    """The normal form, at most ``MAX_CHARACTERS`` long; empty where nothing was said but signs."""
    return strip_politeness(surface(text))


def surface(text: str) -> str:
    """The normal form with its politeness still there: what chit-chat is recognised on."""
    form = _simplify(_PRIVATE.sub("", text[: 4 * MAX_CHARACTERS]))
    while True:
        simpler = _simplify(form)
        if simpler == form:
            return form
        form = simpler


def strip_politeness(form: str) -> str:
    """Without 请问, 谢谢 and the like around it; a form that is nothing else is left whole."""
    while True:
        shorter = _CLOSING.sub("", _OPENING.sub("", form).strip()).strip()
        if shorter == form or not shorter:
            return form
        form = surface(shorter)


def simplified(text: str) -> str:
    """Each Traditional sign made Simplified; everything else as it was."""
    return text if text.isascii() else text.translate(_simplified_signs())


def is_han(sign: str) -> bool:
    point = ord(sign)
    return any(low <= point < high for low, high in _CJK)


def _simplify(text: str) -> str:
    form = text if text.isascii() else unicodedata.normalize("NFKC", text)
    form = _INSIDE.sub(_guard, form.lower()).translate(_signs())
    form = _LOOSE_SPACE.sub("", _SPACE.sub(" ", form).strip())
    return arabic_numerals(form)[:MAX_CHARACTERS].rstrip()


def _guard(found: re.Match[str]) -> str:
    """Moves a sign that belongs to its word out of reach of the table, which makes spaces of signs."""
    return chr(_GUARD + ord(found.group()))


class _Signs(dict[int, str]):
    """What becomes of each sign: itself, its Simplified form, a space for punctuation, nothing for the unseen."""

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        category = unicodedata.category(sign)
        if _GUARD <= point < _GUARD + 128:
            replacement = chr(point - _GUARD)
        elif category[0] in "LN":
            replacement = sign
        elif category in ("Cf", "Cc", "Mn", "Me", "Co", "Cs") and sign not in "\t\n\r":
            replacement = ""
        else:
            replacement = " "
        self[point] = replacement
        return replacement


@cache
def _signs() -> _Signs:
    return _Signs(_simplified_signs())


@cache
def _simplified_signs() -> dict[int, str]:
    """Each Traditional sign led to the Simplified one that it ends at, from opencc's own table."""
    convert = opencc.OpenCC("t2s").convert
    table: dict[int, str] = {}
    for low, high in _CJK:
        signs = [chr(point) for point in range(low, high)]
        for sign, simple in zip(signs, convert("\n".join(signs)).split("\n"), strict=True):
            if sign != simple:
                table[ord(sign)] = simple
    return {point: _end_of_chain(table, simple) for point, simple in table.items()}


def _end_of_chain(table: dict[int, str], simple: str) -> str:
    seen = set()
    while len(simple) == 1 and ord(simple) in table and simple not in seen:
        seen.add(simple)
        simple = table[ord(simple)]
    return simple

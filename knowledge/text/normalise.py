"""One normal form for what people type, so that equal questions look equal. Idempotent; never raises.

Width and case, Traditional to Simplified, control signs and emoji, punctuation, counted numerals, days, and the
politeness around a question. What is shown to people is never the normal form; ``normalised.py`` leads back from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from knowledge.text.dates import DATE, PADDED_MONTH, day
from knowledge.text.numerals import NUMERAL, arabic
from knowledge.text.simplified import BY_NEIGHBOURS, CJK, by_neighbours, simplified_signs

# A question longer than this is a letter: nobody asks in more, and matching cost grows with it.
MAX_CHARACTERS = 300

# A question is put in its form by everybody who looks at it: for small talk, what is sensitive, its reading, its slips.
KEPT_FORMS = 512

# Between Latin letters or digits these belong to the word: gov.cn, 2024-1.
INSIDE = re.compile(r"(?<=[a-z0-9])[.\-_/@:%](?=[a-z0-9])")
_GUARD = 0xF0000  # private use; such signs in a question are dropped
PRIVATE = re.compile("[\U000f0000-\U000f007f]")
_SPACE = re.compile(r"\s+")
_LOOSE_SPACE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")

Replacement = str | Callable[[re.Match[str]], str]
# In this order, over and over until nothing changes.
SUBSTITUTIONS: tuple[tuple[re.Pattern[str], Replacement], ...] = (
    (BY_NEIGHBOURS, by_neighbours),
    (_SPACE, " "),
    (re.compile(r"^ | $"), ""),
    (_LOOSE_SPACE, ""),
    (NUMERAL, arabic),
    (DATE, day),
    (PADDED_MONTH, ""),
)

# Only what asks for attention, never what is asked about: 老师 is addressed before 请问, and a teacher before 编制;
# 咨询 opens before 一下, and is a noun before 电话.
OPENING = re.compile(
    r"^(?:(?:老师|同志|客服|小编|亲)们?(?:[您你]?好|(?=[您你]好|请问|请教|打扰|我|想[问请了知咨]|麻烦))"
    r"|[您你]好|早上好|上午好|下午好|晚上好|打扰(?:一下|了)?|劳驾|不好意思|请告诉我|跟我说说(?=.{2})|有个问题"
    r"|麻烦(?:您|你)?(?:问|咨询)?(?:一下|下)?(?![吗不死多的])"
    r"|请教(?:一下|下)?|请问(?:您|你)?(?:一下|下)?"
    r"|(?:那)?(?:我|俺|本人)(?:就)?(?:是)?(?:现在)?(?:想要|想|要|需要)(?:问|咨询|请教|了解|知道)(?:的是)?(?:一下|下|一些)?(?:关于)?(?![谁哪])"
    r"|想(?:要)?(?:问|咨询|请教|了解|知道)(?:的是)?(?:一下|下|一些)?(?:关于)?(?![谁哪])"
    r"|咨询(?:一下|下|关于)+|问(?:一下|下)(?![岗属级设载发放])|那个(?=.)(?!人)"
    r"|嗯+|呃+|额+(?=[您你]好|请问|我|想问|那|这|就是))"
)
CLOSING = re.compile(
    r"(?:(?:非常|十分|多谢)?(?:谢谢|(?<![示达])感谢|多谢)(?:您|你|了|啦|哈|大家|老师)*"
    r"|(?<![太很好真不怕嫌更添找惹么有点别])麻烦(?:您|你)?(?:告知|告诉|解答|回复)?(?:一下|下|了)"
    r"|(?:急)?在线等|急{2,}|(?<![需要请追诉])求(?:解|告知|回复|解答)"
    r"|[呢啊呀哦噢哈啦哇喔嘞咧诶欸]|(?<!干)嘛|(?<![网酒水茶话氧陶书影咖])吧)$"
)


@lru_cache(KEPT_FORMS)
def normalise(text: str) -> str:
    """The normal form, at most ``MAX_CHARACTERS`` long; empty where nothing was said but signs."""
    return strip_politeness(surface(text))


@lru_cache(KEPT_FORMS)
def surface(text: str) -> str:
    """The normal form with its politeness still there: what chit-chat is recognised on."""
    form = _simplify(PRIVATE.sub("", text[: 4 * MAX_CHARACTERS]))
    while True:
        simpler = _simplify(form)
        if simpler == form:
            return form
        form = simpler


def strip_politeness(form: str) -> str:
    """Without 请问, 谢谢 and the like around it; a form that is nothing else is left whole."""
    while True:
        shorter = CLOSING.sub("", OPENING.sub("", form).strip()).strip()
        if shorter == form or not shorter:
            return form
        form = surface(shorter)


def is_han(sign: str) -> bool:
    point = ord(sign)
    return any(low <= point < high for low, high in CJK)


def _simplify(text: str) -> str:
    form = text if text.isascii() else unicodedata.normalize("NFKC", text)
    form = INSIDE.sub(guarded, form.lower()).translate(signs())
    for pattern, replacement in SUBSTITUTIONS:
        form = pattern.sub(replacement, form)
    return form[:MAX_CHARACTERS].rstrip()


def guarded(found: re.Match[str]) -> str:
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
def signs() -> _Signs:
    return _Signs(simplified_signs())

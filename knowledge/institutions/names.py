"""How names of institutions are written: one key for every spelling, and the parts that a name is made of.

Keys are for comparing only; what is shown is always the name as registered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import add
from zlib import crc32

from knowledge.text.normalise import surface
from knowledge.text.numerals import DIGITS, SCALES
from knowledge.text.pinyin import folded_syllable

# Longer than any registered name (the longest seen has 61 signs); cost of ranking grows with it.
MAX_KEY_CHARACTERS = 80

_NATIONS = ("国家", "中国")
SHORTEST_OF_NATION = 3  # signs: 国家教育部 leaves 教育部

_NUMERALS = frozenset([*DIGITS, *SCALES])
# After these a numeral counts (一中, 二小, 三院, 四附院); elsewhere it is part of a name (四川, 三亚, 九江).
_COUNTED = r"(?=中(?![心医国专等铁央华山])|小(?!区)|初|高|幼|医|院|附|实验|职|人民|完全|分[校院]|号|机床|研究)"
_SPOKEN = "".join(sorted(_NUMERALS))
_ORDINAL = re.compile(rf"第([{_SPOKEN}0-9]+)|([{_SPOKEN}]+){_COUNTED}")

_ANY_NUMERAL = re.compile(rf"()([{_SPOKEN}]+)")


class _Signs(dict[int, str]):
    """The simple form of one sign; signs that are no letters or digits vanish. Numerals are counted elsewhere."""

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        simple = sign if sign in _NUMERALS else surface(sign).replace(" ", "")
        self[point] = simple
        return simple


_signs = _Signs()


def plain(text: str) -> str:
    """Width, case, Traditional and punctuation levelled; no space is left."""
    return text.translate(_signs)[:MAX_KEY_CHARACTERS]


def name_key(text: str) -> str:
    """``plain`` with ordinals as digits: 第一中学, 一中学 and 1中学 share it, 北京市第一〇一中学 is 北京市101中学."""
    return _ORDINAL.sub(_counted, plain(text))


def traced_key(text: str) -> tuple[str, list[tuple[int, int]]]:
    """``name_key`` of a text, uncut, and for each of its signs where it stands in the text."""
    signs = [(sign, at) for at, typed in enumerate(text) for sign in typed.translate(_signs)]
    plain_text, key, places, done = "".join(sign for sign, _ in signs), "", list[tuple[int, int]](), 0
    for found in _ORDINAL.finditer(plain_text):
        number = _counted(found)
        key += plain_text[done : found.start()] + number
        places += [(at, at + 1) for _, at in signs[done : found.start()]]
        places += [(signs[found.start()][1], signs[found.end() - 1][1] + 1)] * len(number)
        done = found.end()
    return key + plain_text[done:], [*places, *((at, at + 1) for _, at in signs[done:])]


def spelled_keys(text: str) -> tuple[str, ...]:
    """The keys that a typed text may mean: as it is, and with every numeral counted (四机部 may be 4机部)."""
    key = name_key(text)
    counted = _ANY_NUMERAL.sub(_counted, key)
    return (key,) if counted == key else (key, counted)


def without_nation(key: str) -> str:
    """What people say after 国家 and 中国, though the name has neither; empty where too little is left to tell by."""
    rest = key[len(_NATIONS[0]) :] if key.startswith(_NATIONS) else ""
    return rest if len(rest) >= SHORTEST_OF_NATION else ""


def _counted(found: re.Match[str]) -> str:
    run = found.group(1) or found.group(2)
    value = _number(run)
    return found.group() if value is None else str(value)


@lru_cache(maxsize=4096)
def _number(run: str) -> int | None:
    """十四 → 14, 一〇一 → 101; ``None`` for what is no number, such as 八一."""
    if run.isdigit():
        return int(run)
    if all(sign in DIGITS for sign in run):
        return int("".join(str(DIGITS[sign]) for sign in run)) if len(run) != 2 else None
    total, pending = 0, None
    for sign in run:
        if sign in SCALES:
            total += (1 if pending is None else pending) * SCALES[sign]
            pending = None
        elif sign in DIGITS and (pending is None or pending == 0):
            pending = DIGITS[sign]
        else:
            return None
    return total + (pending or 0)


def pairs(key: str) -> list[str]:
    """Neighbouring signs, in order."""
    return list(map(add, key, key[1:]))


def sounding(key: str) -> str:
    """A sign a syllable, without tones and with zh/z, ang/an taken as one; what a slip of the keyboard keeps."""
    return key.translate(_sounds)


class _Sounds(dict[int, str]):
    """Of each syllable one sign of a private plane: the same in every process, since the index on disk holds them."""

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        syllable = folded_syllable(sign)
        sound = sign if syllable == sign else chr(_PRIVATE_PLANE + crc32(syllable.encode()) % _PRIVATE_SIGNS)
        self[point] = sound
        return sound


_PRIVATE_PLANE, _PRIVATE_SIGNS = 0xF0000, 0xFFFE
_sounds = _Sounds()

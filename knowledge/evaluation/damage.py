"""Questions as they arrive from hurried thumbs: each damaged in one way, the same way every time.

What is done to a question depends on the question and the kind alone, so that figures can be compared over time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import opencc

from knowledge.evaluation.damage_kind import DamageKind
from knowledge.text.pinyin import near_syllable, readings, word_readings
from knowledge.text.shapes import look_alikes
from knowledge.text.words import Segmenter

SEED = 7
# Rows 16 to 55 of GB 2312 hold the 3,755 signs in everyday use: what a keyboard offers first.
_EVERYDAY = range(0xB0, 0xD8)
_CELLS = range(0xA1, 0xFF)


def damaged(question: str, kind: DamageKind, *, segmenter: Segmenter) -> str:
    """The question with one slip; as it was where nothing in it can slip this way."""
    chance = random.Random(f"{SEED}:{kind}:{question}")  # noqa: S311 - repeatable on purpose
    match kind:
        case DamageKind.PINYIN:
            return _misheard(question, chance)
        case DamageKind.SHAPE:
            return _one_sign(question, chance, lambda sign: list(look_alikes(sign)))
        case DamageKind.LETTERS:
            return _in_letters(question, chance, segmenter)
        case DamageKind.TRADITIONAL:
            return str(_to_traditional().convert(question))


def _one_sign(question: str, chance: random.Random, others: Callable[[str], list[str]]) -> str:
    places = [(at, wrong) for at, sign in enumerate(question) if (wrong := others(sign))]
    if not places:
        return question
    at, wrong = chance.choice(places)
    return question[:at] + chance.choice(wrong) + question[at + 1 :]


def _misheard(question: str, chance: random.Random) -> str:
    """Half of the time of the very same sound, else of a near one, where there is one."""
    exactly = chance.random() < 0.5

    def others(sign: str) -> list[str]:
        same, near = _sounding_like(sign)
        return (same or near) if exactly else (near or same)

    return _one_sign(question, chance, others)


def _in_letters(question: str, chance: random.Random, segmenter: Segmenter) -> str:
    """One word of two signs or more as letters, its syllables apart or in one."""
    words = list(segmenter.cut(question))
    places = [at for at, word in enumerate(words) if len(word) > 1 and all(map(readings, word))]
    if not places:
        return question
    at = chance.choice(places)
    words[at] = chance.choice(("", " ")).join(word_readings(words[at])[0])
    return "".join(words)


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def _sounding_like(sign: str) -> tuple[list[str], list[str]]:
    """Everyday signs of the same sound, and those of a near sound that is not the same."""
    found = readings(sign)
    if not found:
        return [], []
    same, near = _everyday_signs()
    exact = [other for other in same.get(found[0], ()) if other != sign]
    return exact, [other for other in near.get(near_syllable(found[0]), ()) if readings(other)[0] != found[0]]


@cache
def _everyday_signs() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By sound and by near sound, in the order of GB 2312."""
    same: dict[str, list[str]] = {}
    near: dict[str, list[str]] = {}
    for row in _EVERYDAY:
        for cell in _CELLS:
            sign = bytes((row, cell)).decode("gb2312", errors="ignore")
            if found := readings(sign) if sign else ():
                same.setdefault(found[0], []).append(sign)
                near.setdefault(near_syllable(found[0]), []).append(sign)
    return same, near

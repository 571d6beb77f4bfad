"""What a name may be that has one wrong sign of the same sound (人名医院), or is typed in letters (tushuguan).

Both become texts in Han signs that *sound* as the name does. Which name that is, ``heard`` finds out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from knowledge.institutions.names import sounding
from knowledge.institutions.parts import words_of_the_field
from knowledge.text.normalise import is_han
from knowledge.text.numerals import DIGITS, SCALES
from knowledge.text.pinyin import folded, folded_syllable, syllable, toneless
from knowledge.text.typed_pinyin import borders_of, readings_from

LONGEST_TYPED = 60  # letters; the longest names have some twenty syllables
SHORTEST_TYPED = 6  # letters: beihang has seven; fewer may be anything
MOST_READINGS = 4  # of one run of letters: xian is 县 and 西安
LONGEST_WORD = 6  # signs

_LETTERS = re.compile(r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ' ]+", re.IGNORECASE)
# Numerals count in names, and so do the signs that make them count (一中, 二院); for all others any sign will do.
_OWN_SIGNS = {
    "yi": "一", "er": "二", "san": "三", "si": "四", "wu": "五", "liu": "六", "qi": "七", "ba": "八", "jiu": "九",
    "di": "第", "zhong": "中", "xiao": "小", "chu": "初", "gao": "高", "yuan": "院", "fu": "附", "xian": "县",
}  # fmt: skip
_NUMERALS = frozenset([*DIGITS, *SCALES])


def respelled(text: str) -> str:
    """The text with the words of the field for what only sounds like them: 一种学 is 一中学. Mostly the same text."""
    words, known = _by_sound(), words_of_the_field()
    spelled, at = "", 0
    while at < len(text):
        part = text[at]
        for length in range(min(LONGEST_WORD, len(text) - at), 1, -1):
            window = text[at : at + length]
            if window in known:
                part = window
                break
            if not _NUMERALS.intersection(window) and (word := words.get(sounding(window))):
                part = word
                break
        spelled += part
        at += len(part)
    return spelled


def in_letters(text: str) -> bool:
    """Whether a text is nothing but letters that may be a name in pinyin."""
    return _LETTERS.fullmatch(text) is not None and SHORTEST_TYPED <= len(text) <= LONGEST_TYPED


def read_letters(text: str) -> list[str]:
    """Texts in Han signs that sound as the letters do, words of the field as themselves; none for what is no pinyin."""
    tokens = [toneless(token) for token in re.split(r"[' ]+", text.lower().strip()) if token]
    letters, borders = "".join(tokens), borders_of(tokens)
    best: list[list[tuple[int, str]]] = [[] for _ in range(len(letters) + 1)]
    best[0] = [(0, "")]
    for at in range(len(letters)):
        if not best[at]:
            continue
        for end, syllables in readings_from(letters, borders, at):
            for word in _words_of(syllables):
                best[end] += [(pieces + 1, said + word) for pieces, said in best[at]]
                best[end] = sorted(set(best[end]))[:MOST_READINGS]
    return [said for _, said in best[-1]]


def _words_of(syllables: tuple[str, ...]) -> Iterator[str]:
    if len(syllables) == 1:
        if sign := _OWN_SIGNS.get(syllables[0]) or _any_signs().get(syllables[0]):
            yield sign
    elif word := _by_syllables().get(tuple(map(folded, syllables))):
        yield word


@cache
def _by_sound() -> dict[str, str]:
    """Words of the field by their sounding; of several that sound so none: nobody knows which is meant."""
    found: dict[str, str] = {}
    for word in sorted(words_of_the_field()):
        if len(word) > 1 and all(map(is_han, word)):
            found[sounding(word)] = "" if sounding(word) in found else word
    return found


@cache
def _by_syllables() -> dict[tuple[str, ...], str]:
    return {tuple(map(folded_syllable, word)): word for word in sorted(words_of_the_field()) if len(word) > 1}


@cache
def _any_signs() -> dict[str, str]:
    """A sign in common use for each syllable (the 3,755 of GB 2312's first plane)."""
    signs = (
        bytes((row, column)).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for column in range(0xA1, 0xFF)
    )
    found: dict[str, str] = {}
    for sign in filter(None, signs):
        found.setdefault(syllable(sign), sign)
    return found

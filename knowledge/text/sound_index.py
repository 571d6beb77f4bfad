"""Words found by how they sound: one code point a syllable, the same for all syllables that are easily confused.

Words are keyed all at once by ``str.translate``; only those with a sign of several readings are looked at one by one,
and once a process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from knowledge.text.pinyin import near_syllable, readings, word_readings

_HAN_WORD = re.compile("[㐀-䶿一-鿿豈-\ufaff]+")
KEPT_KEYS = 65_536  # of words with signs of several readings; one change to a base leaves nearly all words
_CLASSES = 0xE000  # private use: code points that stand for near sounds


def is_han_word(word: str) -> bool:
    return _HAN_WORD.fullmatch(word) is not None


class SoundIndex:
    """Of words in Han signs; others are left out."""

    def __init__(self, words: Iterable[str], *, longest: int) -> None:
        """``longest``: signs of the longest word that is kept."""
        kept = [word for word in words if len(word) <= longest and is_han_word(word)]
        self._words: dict[str, tuple[str, ...]] = {}
        several = _HEARD.several
        for word, key in zip(kept, near_key("\n".join(kept)).split("\n"), strict=True) if kept else ():
            self._words[key] = (*self._words.get(key, ()), word)
            if not several.isdisjoint(word) and (spoken := _spoken_key(word)) != key:
                self._words[spoken] = (*self._words.get(spoken, ()), word)

    def words(self, key: str) -> tuple[str, ...]:
        """Words with this key, in the order in which they were given."""
        return self._words.get(key, ())


def near_key(text: str) -> str:
    """How the text nearly sounds, each sign by its first reading; signs that are not Han stay."""
    return text.translate(_HEARD)


def key_of(syllables: Iterable[str]) -> str:
    return "".join(map(_HEARD.sound, syllables))


def initials(text: str) -> str:
    """The first letter of each sign's first reading; signs that are not Han stay."""
    return text.translate(_INITIALS)


@lru_cache(KEPT_KEYS)
def _spoken_key(word: str) -> str:
    return key_of(word_readings(word)[0])


class _Heard(dict[int, str]):
    """Each Han sign as the code point of its near sound. ``several``: signs seen so far with more than one reading."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}
        self._by_syllable: dict[str, str] = {}
        self.several: set[str] = set()

    def sound(self, syllable: str) -> str:
        heard = self._by_syllable.get(syllable)
        if heard is None:
            folded = near_syllable(syllable)
            heard = self._classes.setdefault(folded, chr(_CLASSES + len(self._classes)))
            self._by_syllable[syllable] = heard
        return heard

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        found = readings(sign)
        if len(found) > 1:
            self.several.add(sign)
        heard = self.sound(found[0]) if found else sign
        self[point] = heard
        return heard


class _Initials(dict[int, str]):
    def __missing__(self, point: int) -> str:
        sign = chr(point)
        letter = self[point] = found[0][0] if (found := readings(sign)) else sign
        return letter


_HEARD = _Heard()
_INITIALS = _Initials()

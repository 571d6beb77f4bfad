"""How a text sounds, sign by sign and without tones, so that slips of a pinyin keyboard still meet."""

from __future__ import annotations

from functools import lru_cache

import pypinyin
from pypinyin.phrases_dict import phrases_dict

from knowledge.text.normalise import is_han

# Sounds that most speakers of the south, and most keyboards, do not keep apart.
_FOLDED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FOLDED_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


# Further ones that a misheard word, or a dialect, takes for one another; ``near_syllable`` folds these as well.
_NEAR_STARTS = (*_FOLDED, ("n", "l"), ("r", "l"), ("hui", "hei"), ("hun", "hen"), ("hu", "h"), ("f", "h"))

READINGS_OF_SIGN = 2  # of a sign such as 行: the common ones come first
LONGEST_PHRASE = 4  # signs; nearly all phrases of the dictionary are no longer


@lru_cache(maxsize=32_768)
def syllable(sign: str) -> str:
    """The first reading of one sign, such as ``zheng``; the sign itself where it is no Chinese character."""
    if not is_han(sign):
        return sign
    readings = pypinyin.pinyin(sign, style=pypinyin.Style.NORMAL, errors="default")
    return readings[0][0] if readings else sign


@lru_cache(maxsize=32_768)
def folded_syllable(sign: str) -> str:
    """``syllable`` with zh/z, ch/c, sh/s and ang/an, eng/en, ing/in taken as one."""
    return folded(syllable(sign)) if is_han(sign) else sign


@lru_cache(maxsize=4_096)
def folded(sound: str) -> str:
    """A syllable in letters with the sounds that most do not keep apart taken as one."""
    for start, short in _FOLDED:
        if sound.startswith(start):
            sound = short + sound[len(start) :]
    for end, short in _FOLDED_ENDS:
        if sound.endswith(end):
            sound = sound[: -len(end)] + short
    return sound


def sounds(text: str) -> list[str]:
    """The folded syllable of each sign, in order."""
    return [folded_syllable(sign) for sign in text]


@lru_cache(maxsize=32_768)
def readings(sign: str) -> tuple[str, ...]:
    """All common readings of one sign without tones, ü as v, the first one first; none where it is no Han sign."""
    if not is_han(sign):
        return ()
    found = pypinyin.pinyin(sign, style=pypinyin.Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(reading.replace("ü", "v") for reading in found[0][:READINGS_OF_SIGN]) if found else ()


def word_readings(word: str) -> tuple[tuple[str, ...], ...]:
    """How a word may be read, syllable by syllable: as the dictionary of phrases reads it and its parts, and each sign
    by its first reading. Others than Han signs stand for themselves."""
    firsts = tuple((readings(sign) or (sign,))[0] for sign in word)
    if len(word) == 1:
        return tuple((reading,) for reading in readings(word)) or (firsts,)
    spoken = list(firsts)
    at = 0
    while at < len(word) - 1:
        ends = range(min(len(word), at + LONGEST_PHRASE), at + 1, -1)
        end = next((end for end in ends if word[at:end] in phrases_dict), 0)
        if end:
            spoken[at:end] = [toneless(marks[0]) for marks in phrases_dict[word[at:end]]]
        at = end or at + 1
    return (firsts,) if tuple(spoken) == firsts else (tuple(spoken), firsts)


def toneless(reading: str) -> str:
    """``lǚ`` as ``lv``; letters without marks stay."""
    return reading.translate(_TONE_MARKS)


@lru_cache(maxsize=4_096)
def near_syllable(reading: str) -> str:
    """One stand-in for all syllables that are easily taken for one another: zheng, zhen, zeng and zen are ``zen``."""
    for start, folded in _NEAR_STARTS:
        if reading.startswith(start) and len(reading) > 1:
            reading = folded + reading[len(start) :]
    for end, folded in _FOLDED_ENDS:
        if reading.endswith(end):
            reading = reading[: -len(end)] + folded
    return reading


_TONE_MARKS = {
    ord(marked): plain
    for plain, marks in {
        "a": "āáǎà",
        "e": "ēéěè",
        "i": "īíǐì",
        "o": "ōóǒò",
        "u": "ūúǔù",
        "v": "üǖǘǚǜ",
        "n": "ńňǹ",
    }.items()
    for marked in marks
}

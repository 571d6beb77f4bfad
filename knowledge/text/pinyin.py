"""How a text sounds, sign by sign and without tones, so that slips of a pinyin keyboard still meet."""

from __future__ import annotations

from functools import lru_cache

import pypinyin

from knowledge.text.normalise import is_han

# Sounds that most speakers of the south, and most keyboards, do not keep apart.
_FOLDED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FOLDED_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


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
    sound = syllable(sign)
    if not is_han(sign):
        return sound
    for start, folded in _FOLDED:
        if sound.startswith(start):
            sound = folded + sound[len(start) :]
    for end, folded in _FOLDED_ENDS:
        if sound.endswith(end):
            sound = sound[: -len(end)] + folded
    return sound


def sounds(text: str) -> list[str]:
    """The folded syllable of each sign, in order."""
    return [folded_syllable(sign) for sign in text]

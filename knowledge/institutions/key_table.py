"""Texts that are looked up whole – names, ids, codes, cells – as 64 bits each, sorted, beside the number they lead to.

The bits are a sum of the signs, each times an odd number of its place: of a million texts no two share them by chance,
and a million are reckoned in a fraction of a second.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import mul
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.institutions.columns import Column
from knowledge.institutions.records import NUMBERS, OFFSETS, mapped

LONGEST = 128  # signs of a text that count; keys are shorter (a name has at most 80)
_BITS = (1 << 64) - 1


def _mixed(number: int) -> int:
    """SplitMix64: a number of 64 bits that looks like chance, the same everywhere."""
    mixed = (number + 1) * 0x9E3779B97F4A7C15 & _BITS
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _BITS
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _BITS
    return mixed ^ mixed >> 31


_TIMES = tuple(_mixed(place) | 1 for place in range(LONGEST))


def fingerprint(text: str) -> int:
    total: int = sum(map(mul, (ord(sign) + 1 for sign in text[:LONGEST]), _TIMES))
    return total & _BITS


def fingerprints(texts: Column) -> NDArray[np.uint64]:
    """``fingerprint`` of each."""
    times = np.zeros(max(LONGEST, int(texts.lengths.max(initial=0))), np.uint64)
    times[:LONGEST] = _TIMES
    places = np.arange(len(texts.signs)) - np.repeat(texts.starts, texts.lengths)
    summed = np.zeros(len(texts.signs) + 1, np.uint64)
    np.cumsum((texts.signs + np.uint64(1)) * times[places], out=summed[1:])
    prints: NDArray[np.uint64] = summed[texts.starts + texts.lengths] - summed[texts.starts]
    return prints


def write_keys(path: Path, prints: NDArray[np.uint64], numbers: NDArray[np.uint32]) -> None:
    """``prints``: of the keys; ``numbers``: what each key leads to. One key may lead to several."""
    order = np.lexsort((numbers, prints))
    prints[order].tofile(path.with_suffix(".prints"))
    numbers[order].tofile(path.with_suffix(".numbers"))


class KeyTable:
    def __init__(self, path: Path) -> None:
        self._prints = mapped(path.with_suffix(".prints")).cast(OFFSETS)
        self._numbers = mapped(path.with_suffix(".numbers")).cast(NUMBERS)

    def __getitem__(self, key: str) -> list[int]:
        """The numbers that a key leads to, ascending."""
        wanted, found = fingerprint(key), list[int]()
        for at in range(bisect_left(self._prints, wanted), len(self._prints)):
            if self._prints[at] != wanted:
                break
            found.append(self._numbers[at])
        return found

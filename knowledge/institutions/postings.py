"""Which texts hold a token, a sign or two neighbouring ones: as sorted numbers or as one bit a text, whichever is less.

Made and asked by arithmetic on whole arrays; nothing is kept in memory but the holders of the last tokens.
"""

from __future__ import annotations

import os
import weakref
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.institutions.records import NUMBERS, OFFSETS, mapped

Numbers = NDArray[np.uint32]
Bits = NDArray[np.uint8]
Some = NDArray[np.bool_]

SIGN_BITS = 21  # of a code point
WORD = 64  # bits that are looked at together
OFTEN = 32  # a token held by more than one text in so many takes less room as bits
KEPT_HOLDERS = 128  # tokens whose holders are remembered; each at most a bit a text, so 16 MB for a million
KEPT_COUNTS = 8192
MOST_WORTH = 255  # what all tokens together may be worth, since a sum of worths is one byte


def token_code(token: str) -> int:
    """``token``: one sign or two."""
    return ord(token) if len(token) == 1 else ord(token[0]) << SIGN_BITS | ord(token[1])


@dataclass(frozen=True, slots=True)
class Listed:
    """``numbers``: of the texts, ascending."""

    numbers: Numbers

    def among(self, numbers: Numbers) -> Some:
        """Which of the numbers are held."""
        if not len(self.numbers):
            return np.zeros(len(numbers), np.bool_)
        places = np.searchsorted(self.numbers, numbers)
        found: Some = self.numbers[np.minimum(places, len(self.numbers) - 1)] == numbers
        return found

    def first(self, most: int | None = None) -> Numbers:
        return self.numbers[:most]

    def add(self, worth: int, sums: NDArray[np.uint8]) -> None:
        sums[self.numbers] += np.uint8(worth)


@dataclass(frozen=True, slots=True)
class Marked:
    """``bits``: one for each text, in whole words."""

    bits: Bits

    def among(self, numbers: Numbers) -> Some:
        marks: Bits = self.bits[numbers >> 3] >> (numbers & 7).astype(np.uint8)
        return (marks & 1).astype(np.bool_)

    def first(self, most: int | None = None) -> Numbers:
        """The numbers, ascending. Only words with a bit in them are taken apart."""
        words = np.flatnonzero(self.bits.view(np.uint64))[:most]
        rows = np.unpackbits(self.bits.reshape(-1, WORD // 8)[words], axis=1, bitorder="little")
        word, bit = np.nonzero(rows)
        return (words[word] * WORD + bit)[:most].astype(np.uint32)

    def add(self, worth: int, sums: NDArray[np.uint8]) -> None:
        sums += np.unpackbits(self.bits, count=len(sums), bitorder="little") * np.uint8(worth)


Holders = Listed | Marked
NONE = Listed(np.zeros(0, np.uint32))


def both(one: Holders, other: Holders) -> Holders:
    """The texts that are in both."""
    match one, other:
        case Marked(), Marked():
            return Marked(one.bits & other.bits)
        case Listed(), Listed() if len(other.numbers) < len(one.numbers):
            return both(other, one)
        case Listed(), _:
            return Listed(one.numbers[other.among(one.numbers)])
        case _:
            return both(other, one)


def all_of(several: Sequence[Holders]) -> Holders:
    """The texts that are in each of them. The shortest list first, so that no step is longer than that."""
    listed = sorted((one for one in several if isinstance(one, Listed)), key=lambda one: len(one.numbers))
    together: list[Holders] = [*listed, *(one for one in several if isinstance(one, Marked))]
    return reduce(both, together)


def best_of(weighted: Sequence[tuple[Holders, float]], *, texts: int, most: int) -> Numbers:
    """The texts whose holders are worth most together; of equal ones the first."""
    total = sum(worth for _, worth in weighted)
    worths = [max(1, int(worth / total * MOST_WORTH)) for _, worth in weighted]
    sums = np.zeros(texts, np.uint8)
    for (holders, _), worth in zip(weighted, worths, strict=True):
        holders.add(worth, sums)
    found = np.flatnonzero(sums >= _reached(sums, worths, most))
    best = np.argsort(-sums[found].astype(np.int16), kind="stable")[:most]
    return found[best].astype(np.uint32)


def best_among(numbers: Numbers, weighted: Sequence[tuple[Holders, float]], *, most: int) -> Numbers:
    """The numbers whose holders are worth most together; of equal ones the first."""
    worth = np.zeros(len(numbers))
    for holders, each in weighted:
        worth += holders.among(numbers) * each
    return numbers[np.argsort(-worth, kind="stable")[:most]]


def _reached(sums: NDArray[np.uint8], worths: Iterable[int], most: int) -> int:
    """The highest sum that so many reach; the lowest there is, where none does."""
    possible = sorted(reduce(lambda sums, worth: sums | {one + worth for one in sums}, worths, {0}) - {0})
    low, high = 0, len(possible) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if np.count_nonzero(sums >= possible[middle]) >= most:
            low = middle
        else:
            high = middle - 1
    return possible[low]


class Postings:
    """``texts``: how many there are."""

    def __init__(self, path: Path, *, texts: int) -> None:
        self._file = os.open(path.with_suffix(".holders"), os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._tokens = mapped(path.with_suffix(".tokens")).cast(OFFSETS)
        self._counts = mapped(path.with_suffix(".counts")).cast(NUMBERS)
        self._places = mapped(path.with_suffix(".places")).cast(OFFSETS)
        self.texts = texts
        self.count = lru_cache(KEPT_COUNTS)(self._count)
        self.holders = lru_cache(KEPT_HOLDERS)(self._holders)

    def weighted(self, tokens: Iterable[str]) -> list[tuple[Holders, float]]:
        """The holders of each token, and what it tells: the rarer, the more (the inverse frequency of BM25)."""
        return [(self.holders(token), self._worth(token)) for token in tokens]

    def _worth(self, token: str) -> float:
        count = self.count(token)
        return log(1 + (self.texts - count + 0.5) / (count + 0.5))

    def _count(self, token: str) -> int:
        """How many texts hold a token."""
        found = self._found(token)
        return 0 if found is None else self._counts[found]

    def _holders(self, token: str) -> Holders:
        found = self._found(token)
        if found is None:
            return NONE
        count, place = self._counts[found], self._places[found]
        if not _often(count, self.texts):
            return Listed(np.frombuffer(os.pread(self._file, count * 4, place), np.uint32))
        return Marked(np.frombuffer(os.pread(self._file, _row_bytes(self.texts), place), np.uint8))

    def _found(self, token: str) -> int | None:
        code = token_code(token)
        at = bisect_left(self._tokens, code)
        return at if at < len(self._tokens) and self._tokens[at] == code else None


def write_postings(path: Path, first: Numbers, second: Numbers, held_by: Numbers, *, texts: int) -> None:
    """``first`` and ``second``: the code points of each token, ``first`` nought for single signs."""
    codes, starts, numbers = _grouped(first, second, held_by, texts)
    counts = np.diff(starts, append=len(numbers))
    often = counts * OFTEN > texts
    sizes = np.where(often, _row_bytes(texts), counts * 4)
    lists_first = np.argsort(often, kind="stable")
    places = np.empty(len(codes), np.uint64)
    places[lists_first] = np.cumsum(sizes[lists_first]) - sizes[lists_first]
    with path.with_suffix(".holders").open("wb") as file:
        numbers[np.repeat(~often, counts)].tofile(file)
        for at in np.flatnonzero(often):
            marks = np.zeros(_row_bytes(texts) * 8, np.uint8)
            marks[numbers[starts[at] : starts[at] + counts[at]]] = 1
            np.packbits(marks, bitorder="little").tofile(file)
    codes.tofile(path.with_suffix(".tokens"))
    counts.astype(np.uint32).tofile(path.with_suffix(".counts"))
    places.tofile(path.with_suffix(".places"))


def _grouped(
    first: Numbers, second: Numbers, held_by: Numbers, texts: int
) -> tuple[NDArray[np.uint64], NDArray[np.intp], Numbers]:
    """The codes of the tokens, where the numbers of each begin, and all numbers: by one sort of one array."""
    known = np.zeros(1 << SIGN_BITS, np.bool_)
    known[first] = known[second] = True
    signs, ranks = np.flatnonzero(known).astype(np.uint64), (np.cumsum(known) - 1).astype(np.uint64)
    many = np.uint64(len(signs))
    joined = (ranks[first] * many + ranks[second]) * np.uint64(texts) + held_by
    joined.sort()
    joined = joined[_new(joined)]
    tokens = joined // np.uint64(texts)
    numbers = (joined - tokens * np.uint64(texts)).astype(np.uint32)
    starts = np.flatnonzero(_new(tokens))
    codes = signs[tokens[starts] // many] << np.uint64(SIGN_BITS) | signs[tokens[starts] % many]
    return codes, starts, numbers


def _new(ordered: NDArray[np.uint64]) -> Some:
    """Where each value stands for the first time."""
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return new


def _often(count: int, texts: int) -> bool:
    return count * OFTEN > texts


def _row_bytes(texts: int) -> int:
    return -(-texts // WORD) * (WORD // 8)

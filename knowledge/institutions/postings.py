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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.institutions.records import NUMBERS, OFFSETS, mapped

Numbers = NDArray[np.uint32]
Bits = NDArray[np.uint8]
Some = NDArray[np.bool_]

SIGN_BITS = 21  # of a code point
WORD = 64  # bits that are looked at together
# A token held by more than one text in so many is kept as bits. From 32 on these take less room; yet lists are read
# and compared slowly, and what more texts hold tells little.
OFTEN = 64
KEPT_HOLDERS = 128  # tokens whose holders are remembered; each at most a bit a text, so 16 MB for a million
KEPT_COUNTS = 8192
ENOUGH = 20  # times as many texts as are wanted are compared where all tokens are common
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
    """The texts that are in each of them: the shortest list against bits, which is quick, then against other lists."""
    listed = sorted((one for one in several if isinstance(one, Listed)), key=lambda one: len(one.numbers))
    together: list[Holders] = [*listed[:1], *(one for one in several if isinstance(one, Marked)), *listed[1:]]
    return reduce(both, together)


def best_of(weighted: Sequence[tuple[Holders, float]], *, texts: int, most: int) -> Numbers:
    """Texts whose holders are worth most together, of equal ones the first; some that no list holds may be missed.

    Holders that are kept as bits tell little beside lists, and take longer: they only say which of the best are better.
    """
    listed = [(one.numbers, worth) for one, worth in weighted if isinstance(one, Listed)]
    marked = [(one, worth) for one, worth in weighted if isinstance(one, Marked)]
    if not listed:
        return best_among(_held_most([one for one, _ in marked], texts, most), weighted, most=most)
    scale = MOST_WORTH / sum(worth for _, worth in listed)
    sums = np.zeros(texts, np.uint8)
    for numbers, worth in listed:
        sums[numbers] += np.uint8(max(1, int(worth * scale)))
    numbers = np.concatenate([numbers for numbers, _ in listed])
    reached = sums[numbers]
    # A text that several lists hold is counted as often.
    at_least = np.cumsum(np.bincount(reached)[::-1])[::-1]
    lowest = max(1, int(np.count_nonzero(at_least >= most * len(listed))) - 1)
    best = np.sort(numbers[reached >= lowest])
    best = best[_new(best)]
    return best_among(best, marked, most=most, worth=sums[best] / scale)


def best_among(
    numbers: Numbers, weighted: Iterable[tuple[Holders, float]], *, most: int, worth: NDArray[np.float64] | None = None
) -> Numbers:
    """The numbers whose holders are worth most together, beside what each is ``worth``; of equal ones the first."""
    total = np.zeros(len(numbers)) if worth is None else worth
    for holders, each in weighted:
        total = total + holders.among(numbers) * each
    return numbers[np.argsort(-total, kind="stable")[:most]]


def _held_most(several: Sequence[Marked], texts: int, most: int) -> Numbers:
    """Texts that so many of the holders have in common that ``most`` are found; of more than enough the first."""
    counts = np.zeros(texts, np.uint8)
    for one in several:
        counts += np.unpackbits(one.bits, count=texts, bitorder="little")
    common = len(several)
    while common > 1 and np.count_nonzero(counts >= common) < most:
        common -= 1
    return np.flatnonzero(counts >= common)[: ENOUGH * most].astype(np.uint32)


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
    text_bits = np.uint64(texts.bit_length())
    # In place: of a million names each array has a hundred megabytes, and new memory takes longer than the sums.
    joined = ranks[first]
    joined *= many
    joined += ranks[second]
    joined <<= text_bits
    joined |= held_by
    joined.sort()
    joined = joined[_new(joined)]
    numbers = (joined & ((np.uint64(1) << text_bits) - np.uint64(1))).astype(np.uint32)
    joined >>= text_bits
    tokens = joined
    starts = np.flatnonzero(_new(tokens))
    codes = signs[tokens[starts] // many] << np.uint64(SIGN_BITS) | signs[tokens[starts] % many]
    return codes, starts, numbers


def _new(ordered: NDArray[np.unsignedinteger[Any]]) -> Some:
    """Where each value stands for the first time."""
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return new


def _often(count: int, texts: int) -> bool:
    return count * OFTEN > texts


def _row_bytes(texts: int) -> int:
    return -(-texts // WORD) * (WORD // 8)

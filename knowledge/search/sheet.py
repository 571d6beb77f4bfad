"""The tokens of all entries of one version, mapped from disk, with what each row and each token weighs in this base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.tokens import (
    GROUP_SHIFT,
    ROW_MASK,
    ROW_SHIFT,
    TOKEN_MASK,
    Elements,
    Group,
    Kind,
    Vocabulary,
    rows_of,
)
from knowledge.search.weights import BaseWeights

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Picked:
    """Some entries' elements one after another: ``entry`` and ``row`` of each, both counted among the picked ones.

    ``bases``: first row of each entry; ``rows``: how many rows there are; ``totals`` and ``inverse_lengths`` by row.
    """

    tokens: Integers
    groups: Integers
    rows_of_elements: Integers
    entries_of_elements: Integers
    bases: Integers
    variants: Integers
    passages: Integers
    rows: int
    totals: Floats
    inverse_lengths: Floats


@dataclass(frozen=True, slots=True)
class RowWeights:
    """Of each row of all entries: the sum of its tokens' weights, and one over its length as a vector of them."""

    totals: Floats
    inverse_lengths: Floats


class Sheet:
    """``ends``: where each entry's elements end; ``variants`` and ``passages``: how many rows of each it has;
    ``weights``: of each token in this base."""

    def __init__(
        self,
        packed: Elements,
        *,
        ends: Integers,
        variants: Integers,
        passages: Integers,
        vocabulary: Vocabulary,
        weights: Floats,
        rows: RowWeights | None = None,
    ) -> None:
        """``rows``: as ``row_weights`` gave them; without them they are made."""
        self._packed = packed
        self._ends = np.concatenate(([0], ends)).tolist()
        self._variants = variants
        self._passages = passages
        self._row_ends = np.concatenate(([0], np.cumsum(rows_of(variants, passages)))).tolist()
        self.vocabulary = vocabulary
        self.weights = weights
        self._sign_ends, self._signs = _signs_of_words(vocabulary)
        self.row_weights = rows or self._weighed()

    def _weighed(self) -> RowWeights:
        entries = np.repeat(np.arange(len(self._variants)), np.diff(self._ends))
        rows = np.array(self._row_ends[:-1], dtype=np.int64)[entries] + (self._packed >> ROW_SHIFT & ROW_MASK)
        weights = self.weights[self._packed & TOKEN_MASK]
        count = self._row_ends[-1]
        squares = summed(rows, weights * weights, count)
        inverse = np.divide(1.0, np.sqrt(squares), out=np.zeros(count), where=squares > 0)
        return RowWeights(summed(rows, weights, count), inverse)

    def shape(self, number: int) -> tuple[int, int]:
        """How many variants and passages an entry has."""
        return int(self._variants[number]), int(self._passages[number])

    def elements(self, number: int) -> Elements:
        return self._packed[self._ends[number] : self._ends[number + 1]]

    def row(self, number: int, group: Group) -> Elements:
        """Elements of an entry's rows of one group."""
        packed = self.elements(number)
        found: Elements = packed[packed >> GROUP_SHIFT == group]
        return found

    def has_word(self, number: int, word: str) -> bool:
        """Whether one of the entry's variants has the word."""
        token = self.vocabulary.numbers[Kind.WORD].get(word)
        return token is not None and bool(np.any((self.row(number, Group.WORDS) & TOKEN_MASK) == token))

    def picked(self, numbers: Sequence[int]) -> Picked:
        parts = [self.elements(number) for number in numbers]
        packed = np.concatenate(parts)
        spans = [(self._row_ends[number], self._row_ends[number + 1]) for number in numbers]
        heights = np.array([end - start for start, end in spans])
        bases = np.cumsum(heights) - heights
        entries = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        return Picked(
            tokens=packed & TOKEN_MASK,
            groups=packed >> GROUP_SHIFT,
            rows_of_elements=bases[entries] + (packed >> ROW_SHIFT & ROW_MASK),
            entries_of_elements=entries,
            bases=bases,
            variants=self._variants[numbers],
            passages=self._passages[numbers],
            rows=int(heights.sum()),
            totals=np.concatenate([self.row_weights.totals[start:end] for start, end in spans]),
            inverse_lengths=np.concatenate([self.row_weights.inverse_lengths[start:end] for start, end in spans]),
        )

    def signs_of(self, words: Integers) -> tuple[Integers, Integers]:
        """Of each word how many signs it has, and the tokens of all their signs, one word after another."""
        starts, ends = self._sign_ends[words], self._sign_ends[words + 1]
        counts = ends - starts
        flat = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        return counts, self._signs[flat]


def summed(places: Integers, values: Floats, count: int) -> Floats:
    """For each of ``count`` places the sum of its values, added in their order: the same in every process."""
    found: Floats = np.bincount(places, values, count).astype(np.float64, copy=False)
    return found


def token_weights(vocabulary: Vocabulary, base: BaseWeights) -> Floats:
    """What each token weighs in a base, by its number."""
    found = np.zeros(vocabulary.size)
    for kind, weigh in (
        (Kind.WORD, base.words.of_token),
        (Kind.SIGN, base.signs.of_token),
        (Kind.CONCEPT, base.concepts.of_token),
    ):
        numbers = vocabulary.numbers[kind]
        found[list(numbers.values())] = [weigh(token) for token in numbers]
    return found


def _signs_of_words(vocabulary: Vocabulary) -> tuple[Integers, Integers]:
    """By the number of any token where its signs end, after those of the one before; only words have any."""
    counts = np.zeros(vocabulary.size + 1, dtype=np.int64)
    words = sorted(vocabulary.numbers[Kind.WORD].items(), key=lambda item: item[1])
    counts[[number + 1 for _, number in words]] = [len(word) for word, _ in words]
    signs = vocabulary.numbers[Kind.SIGN]
    flat = np.array([signs[sign] for word, _ in words for sign in word], dtype=np.int64)
    return np.cumsum(counts), flat

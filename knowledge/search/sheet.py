"""The tokens of all entries of one version, mapped from disk, with what each row and each token weighs in this base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.search.arrays import Floats, Integers, Numbers, summed
from knowledge.search.tokens import GROUP_SHIFT, ROW_MASK, Elements, Group, Kind, Vocabulary, rows_of
from knowledge.search.weights import BaseWeights


@dataclass(frozen=True, slots=True)
class Shape:
    """Of each entry where its elements end, and how many variants and passages it has."""

    ends: Integers
    variants: Integers
    passages: Integers


@dataclass(frozen=True, slots=True)
class RowWeights:
    """Of each row of all entries: where its elements end, the sum of their weights, and one over its length as a
    vector of them."""

    ends: Integers
    totals: Floats
    inverse_lengths: Floats


@dataclass(frozen=True, slots=True)
class Picked:
    """Some entries. ``bases``: the first row of each, counted among the picked ones, which have ``rows`` in all;
    ``firsts``: the same, counted among the rows of all entries. ``lengths``: elements of each."""

    tokens: Numbers
    places: Numbers
    lengths: Integers
    bases: Integers
    firsts: Integers
    variants: Integers
    passages: Integers
    rows: int

    def entries_of(self, at: Integers) -> Integers:
        """Which of the picked entries have these elements."""
        found: Integers = np.searchsorted(self.lengths.cumsum(), at, side="right")
        return found


class Sheet:
    """Read-only; safe for any number of threads."""

    def __init__(
        self,
        elements: Elements,
        shape: Shape,
        *,
        vocabulary: Vocabulary,
        weights: Floats,
        rows: RowWeights | None = None,
    ) -> None:
        """``weights``: of each token in this base. ``rows``: as an earlier sheet of them had it, else it is made."""
        self._elements = elements
        self._shape = shape
        self._ends = [0, *shape.ends.tolist()]
        self._row_ends = np.concatenate(([0], np.cumsum(rows_of(shape.variants, shape.passages))))
        self.vocabulary = vocabulary
        self.weights = weights
        self._sign_ends, self._signs = _signs_of_words(vocabulary)
        self.row_weights = rows or self._weighed()

    def _weighed(self) -> RowWeights:
        rows = np.repeat(self._row_ends[:-1], np.diff(self._ends)) + (self._elements.places & ROW_MASK)
        weights, count = self.weights[self._elements.tokens], int(self._row_ends[-1])
        squares = summed(rows, weights * weights, count)
        inverse = np.divide(1.0, np.sqrt(squares), out=np.zeros(count), where=squares > 0)
        return RowWeights(np.cumsum(np.bincount(rows, minlength=count)), summed(rows, weights, count), inverse)

    def shape(self, number: int) -> tuple[int, int]:
        """How many variants and passages an entry has."""
        return int(self._shape.variants[number]), int(self._shape.passages[number])

    def elements(self, number: int) -> Elements:
        span = slice(self._ends[number], self._ends[number + 1])
        return Elements(self._elements.tokens[span], self._elements.places[span])

    def has_word(self, number: int, word: str) -> bool:
        """Whether one of the entry's variants has the word."""
        token, own = self.vocabulary.numbers[Kind.WORD].get(word), self.elements(number)
        return token is not None and bool(np.any(own.tokens[own.places >> GROUP_SHIFT == Group.WORDS] == token))

    def picked(self, numbers: Sequence[int]) -> Picked:
        starts = [self._ends[number] for number in numbers]
        ends = [self._ends[number + 1] for number in numbers]
        spans = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        at = np.array(numbers)
        firsts = self._row_ends[at]
        heights = self._row_ends[at + 1] - firsts
        return Picked(
            tokens=np.concatenate([self._elements.tokens[span] for span in spans]),
            places=np.concatenate([self._elements.places[span] for span in spans]),
            lengths=np.array(ends) - starts,
            bases=heights.cumsum() - heights,
            firsts=firsts,
            variants=self._shape.variants[at],
            passages=self._shape.passages[at],
            rows=int(heights.sum()),
        )

    def tokens_of(self, rows: Integers) -> tuple[Numbers, Integers]:
        """The tokens of some rows of all entries, one row after another, and which of them each token is of."""
        ends = self.row_weights.ends[rows].tolist()
        starts = [int(self.row_weights.ends[row - 1]) if row else 0 for row in rows.tolist()]
        parts = [self._elements.tokens[start:end] for start, end in zip(starts, ends, strict=True)]
        owners = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        return np.concatenate(parts), owners

    def signs_of(self, words: Numbers) -> tuple[Integers, Integers]:
        """Of each word how many signs it has, and the tokens of all their signs, one word after another."""
        starts, ends = self._sign_ends[words], self._sign_ends[words + 1]
        counts = ends - starts
        flat = np.repeat(starts - (counts.cumsum() - counts), counts) + np.arange(int(counts.sum()))
        return counts, self._signs[flat]


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

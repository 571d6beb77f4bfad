"""The tokens of an entry as numbers in rows: what a question is compared with, for many entries in few steps.

An entry has one row for each variant's words, matter and concepts, for each passage's signs and concepts, and one for
all words that it knows and for all signs of its variants. A row is a set of tokens, in the order of their spelling, so
that sums are the same in every process. Passages are the category, pieces of the answer, and the entry's own question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from knowledge.search.arrays import Integers, Numbers
from knowledge.search.reading import Reading

GROUP_SHIFT = 24
ROW_MASK = (1 << GROUP_SHIFT) - 1


class Kind(IntEnum):
    """What a token is; the same signs may be a word and a concept."""

    WORD = 0
    SIGN = 1
    CONCEPT = 2


class Group(IntEnum):
    """Rows of one sort, in their order in an entry."""

    WORDS = 0  # a row for each variant, as of the next two
    MATTER = 1
    CONCEPTS = 2
    PASSAGE_SIGNS = 3  # a row for each passage, as of the next
    PASSAGE_CONCEPTS = 4
    KNOWN_WORDS = 5  # one row: of the variants, the category and the answer
    SIGNS = 6  # one row: single signs of the variants


KIND_OF = {
    Group.WORDS: Kind.WORD,
    Group.MATTER: Kind.WORD,
    Group.CONCEPTS: Kind.CONCEPT,
    Group.PASSAGE_SIGNS: Kind.SIGN,
    Group.PASSAGE_CONCEPTS: Kind.CONCEPT,
    Group.KNOWN_WORDS: Kind.WORD,
    Group.SIGNS: Kind.SIGN,
}


@dataclass(slots=True)
class Vocabulary:
    """A number for each token of a kind. It only grows, so that elements made with it hold in later versions."""

    numbers: Mapping[Kind, dict[str, int]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    size: int = 0

    @classmethod
    def of(cls, stored: Sequence[Mapping[str, int]]) -> Vocabulary:
        """``stored``: as ``stored`` gives it."""
        numbers = {kind: dict(stored[kind]) for kind in Kind}
        return cls(numbers, sum(map(len, numbers.values())))

    def stored(self) -> list[dict[str, int]]:
        return [self.numbers[kind] for kind in Kind]

    def add(self, kind: Kind, token: str) -> int:
        numbers = self.numbers[kind]
        number = numbers.get(token)
        if number is None:
            number = numbers[token] = self.size
            self.size += 1
            if kind is Kind.WORD:  # a word is also known in part, by its signs
                for sign in token:
                    self.add(Kind.SIGN, sign)
        return number


@dataclass(frozen=True, slots=True)
class Elements:
    """``tokens`` of one entry or more, row by row; ``places``: ``group << 24 | row`` of each, rows of an entry counted
    from nought."""

    tokens: Numbers
    places: Numbers


def elements(variants: Sequence[Reading], context: Sequence[Reading], vocabulary: Vocabulary) -> Elements:
    """``context``: readings of the category and of the passages of the answer."""
    tokens: list[int] = []
    places: list[int] = []
    row = 0
    for group, rows in _rows(variants, context):
        kind = KIND_OF[group]
        for said in rows:
            tokens += [vocabulary.add(kind, token) for token in sorted(said)]
            places += [group << GROUP_SHIFT | row] * len(said)
            row += 1
    return Elements(np.array(tokens, dtype=np.int32), np.array(places, dtype=np.int32))


def passages_of(context: Sequence[Reading]) -> int:
    """How many rows of passages there are: the context's, and the entry's own question."""
    return len(context) + 1


def rows_of(variants: Integers, passages: Integers) -> Integers:
    """How many rows entries have."""
    return 3 * variants + 2 * passages + 2


def single_signs(reading: Reading) -> frozenset[str]:
    return frozenset(sign for sign in reading.signs if len(sign) == 1)


def _rows(variants: Sequence[Reading], context: Sequence[Reading]) -> Iterable[tuple[Group, Sequence[frozenset[str]]]]:
    passages = (*context, variants[0])
    words = [reading.words for reading in variants]
    yield Group.WORDS, words
    yield Group.MATTER, [reading.matter for reading in variants]
    yield Group.CONCEPTS, [reading.concepts for reading in variants]
    yield Group.PASSAGE_SIGNS, [single_signs(reading) for reading in passages]
    yield Group.PASSAGE_CONCEPTS, [reading.concepts for reading in passages]
    yield Group.KNOWN_WORDS, [frozenset().union(*words, *(reading.words for reading in context))]
    yield Group.SIGNS, [frozenset().union(*map(single_signs, variants))]

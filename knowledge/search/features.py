"""How a question and an entry fit, as numbers that mean the same in every base: shares, never raw scores.

What a token weighs comes from the base it is matched in (weights.py), what an entry says from its tokens (sheet.py) and
its profile (profiles.py). All candidates of a question are compared with it at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge.search.arrays import Booleans, Floats, Integers, summed
from knowledge.search.profiles import EntryProfile, by_group
from knowledge.search.reading import Reading
from knowledge.search.sheet import Picked, Sheet
from knowledge.search.tokens import GROUP_SHIFT, ROW_MASK, Group, Kind, single_signs
from knowledge.search.weights import BaseWeights, Weights

IN_ANSWER = 0.7  # what a word counts that only the answer or the category has; by hand, 0.5 to 0.9 rank alike
FIRST = 0.9999  # of the best BM25 is first: the index keeps single precision, equals differ in the last digit
# What the spelling counts beside words and matter in finding the closest variant: ranks as the cosine of signs and
# pairs of signs did, at a fifth of the time (three bases, 1,550 questions).
SPELLING = 0.5
CLOSENESS_DIGITS = 9  # equals whose sums were made in another order differ later; the first of them is the closest
IN_SIGNS = 0.5  # what a word counts whose signs stand in other words: 公章 and 印章 share half of half


class Features(NamedTuple):
    """All between 0 and 1. The closest variant is the one whose words, matter and spelling fit best."""

    words: float  # share of the question's words that the entry has; in part where only its answer or signs do
    matter_missed: float  # share of the question's matter that neither the variants nor the answer have
    variant_covered: float  # share of the closest variant's words that the question has, in part by their signs
    passage_signs: float  # share of the question's single signs in one passage: a piece of the answer, the question
    passage_concepts: float  # the same of what it speaks of
    concepts: float  # share of what the question speaks of that the variants speak of, in these words or akin
    concepts_unasked: float  # the rarest thing that the closest variant speaks of and the question does not
    concepts_and_aspects: float  # concepts, where the question also asks for what the variants ask for
    aspects_missed: float  # the question asks for something that the entry does not speak of
    aspects_unasked: float  # the entry mostly asks for something that the question does not ask
    kinds_clash: float  # 设立 against 变更
    kinds_unsaid: float  # the entry is about one kind, the question does not say which
    numbers_clash: float
    denial_clash: float
    same_form: float  # letter for letter after normalising
    retrieval: float  # BM25 of the index, over the best candidate's
    retrieved_first: float


FEATURE_NAMES = Features._fields


class _Asked:
    """The question's tokens of one kind, in one order, so that sums are the same in every process."""

    def __init__(self, tokens: Iterable[str], weights: Weights) -> None:
        self.tokens = sorted(tokens)
        self.weights = [weights[token] for token in self.tokens]
        self.total = math.fsum(self.weights)


class Question:
    """A reading with its weights in one base: made once, compared with every candidate.

    Its tokens are counted through: words first, then concepts, then signs, those that only its words have last.
    """

    def __init__(self, reading: Reading, weights: BaseWeights, sheet: Sheet) -> None:
        self.reading = reading
        self.kinds = by_group(reading.kinds)
        self._base = weights
        self._sheet = sheet
        self._words = _Asked(reading.words, weights.words)
        self._concepts = _Asked(reading.concepts, weights.concepts)
        self._signs = _Asked(single_signs(reading), weights.signs)
        self._aspects = [(aspect, weights.aspects[aspect]) for aspect in sorted(reading.aspects)]
        self._aspects_scale = _scale(np.array([weight * weight for _, weight in self._aspects]))
        further = sorted({sign for word in self._words.tokens for sign in word}.difference(self._signs.tokens))
        self._all_signs = [*self._signs.tokens, *further]
        words, concepts = len(self._words.tokens), len(self._words.tokens) + len(self._concepts.tokens)
        self._word_places, self._concept_places = slice(0, words), slice(words, concepts)
        self._sign_places = slice(concepts, concepts + len(self._all_signs))
        self._weights = np.array(
            [*self._words.weights, *self._concepts.weights, *self._signs.weights, *[0.0] * len(further)]
        )
        self._matter = np.zeros(len(self._weights), dtype=bool)
        self._matter[self._word_places] = [token in reading.matter for token in self._words.tokens]
        self._places = self._numbered()

    def _numbered(self) -> NDArray[np.int16]:
        """For each token of the base its place among the question's, counted from one; nought where it has none."""
        known = self._sheet.vocabulary.numbers
        tokens = [known[Kind.WORD].get(token, -1) for token in self._words.tokens]
        tokens += [known[Kind.CONCEPT].get(token, -1) for token in self._concepts.tokens]
        tokens += [known[Kind.SIGN].get(token, -1) for token in self._all_signs]
        places = np.zeros(self._sheet.vocabulary.size + 1, dtype=np.int16)
        places[tokens] = np.arange(1, len(tokens) + 1)
        places[-1] = 0  # where tokens went that the base does not know
        return places

    def features(
        self,
        numbers: Sequence[int],
        profiles: Sequence[EntryProfile],
        aspects: Sequence[float],
        retrieval: Sequence[float],
    ) -> list[Features]:
        """Of each candidate. ``aspects``: its ``aspects_length``. ``retrieval``: its BM25 over the best one's."""
        picked = self._sheet.picked(numbers)
        shared = self._shared(picked)
        closest = self._closest(picked, shared, profiles)
        weights = self._weights
        concepts = _share(shared.has[Group.CONCEPTS][:, self._concept_places], weights[self._concept_places])
        columns = np.array(
            (
                self._known_words(shared),
                1 - _share(shared.has[Group.KNOWN_WORDS], weights * self._matter),
                self._covered(picked, closest),
                *self._passages(picked, shared),
                concepts,
                self._unasked(picked, closest),
            )
        )
        return [
            Features._make((*values, *self._said(profile, variant, values[5], length), share, float(share >= FIRST)))
            for profile, variant, length, share, values in zip(
                profiles, closest.tolist(), aspects, retrieval, columns.T.tolist(), strict=True
            )
        ]

    def _said(self, entry: EntryProfile, variant: int, concepts: float, aspects: float) -> tuple[float, ...]:
        """From ``concepts_and_aspects`` to ``same_form``: what an entry's profile tells."""
        reading, kinds = self.reading, entry.kinds
        asked, numbers = reading.aspects, reading.numbers
        return (
            concepts * self._aspects_alike(entry, aspects) if concepts and asked else 0.0,
            float(bool(asked) and asked.isdisjoint(entry.aspects)),
            float(not entry.main_aspects <= asked),
            float(bool(kinds and self.kinds) and self._clashes(kinds)),
            float(bool(kinds) and not kinds.keys() <= self.kinds.keys()),
            float(bool(numbers and entry.numbers) and numbers.isdisjoint(entry.numbers)),
            float(bool(entry.denying >> variant & 1) != reading.denies),
            float(reading.form in entry.forms),
        )

    def _shared(self, picked: Picked) -> _Shared:
        places = self._places[picked.tokens]
        hits = places.nonzero()[0]
        at, where = places[hits] - 1, picked.places[hits]
        entries = picked.entries_of(hits)
        rows, weights = picked.bases[entries] + (where & ROW_MASK), self._weights[at]
        squares = weights * weights
        has = np.zeros((len(Group), len(picked.bases), len(self._weights)), dtype=bool)
        has[where >> GROUP_SHIFT, entries, at] = True
        return _Shared(
            has=has,
            sums=summed(rows, weights, picked.rows),
            squares=summed(rows, squares, picked.rows),
            matter_squares=summed(rows, squares * self._matter[at], picked.rows),
        )

    def _closest(self, picked: Picked, shared: _Shared, profiles: Sequence[EntryProfile]) -> Integers:
        """Of each entry the variant whose words, matter and spelling fit best; of equals the first."""
        variants = picked.variants
        starts = variants.cumsum() - variants
        rows = (picked.bases - starts).repeat(variants) + np.arange(int(variants.sum()))
        whole = rows + (picked.firsts - picked.bases).repeat(variants)
        further = variants.repeat(variants)  # from the row of a variant's words to that of its matter
        inverse, squares = self._sheet.row_weights.inverse_lengths, self._weights * self._weights
        fit = shared.squares[rows] * inverse[whole] * _scale(squares[self._word_places])
        fit += shared.matter_squares[rows + further] * inverse[whole + further] * _scale(squares * self._matter)
        forms = [form for profile in profiles for form in profile.forms]
        fit += SPELLING / 100 * process.cdist([self.reading.form], forms, scorer=fuzz.ratio, dtype=np.float64)[0]
        fit = fit.round(CLOSENESS_DIGITS)
        best = (fit == np.maximum.reduceat(fit, starts).repeat(variants)).nonzero()[0]
        first: Integers = best[best.searchsorted(starts)] - starts
        return first

    def _known_words(self, shared: _Shared) -> Floats:
        words, lengths = self._words.tokens, [len(word) for word in self._words.tokens]
        if not words:
            return np.zeros(len(shared.has[0]))
        at, signs = {sign: place for place, sign in enumerate(self._all_signs)}, len(self._all_signs)
        places = [number * signs + at[sign] for number, word in enumerate(words) for sign in word]
        in_words = np.bincount(places, minlength=len(words) * signs).reshape(len(words), signs)
        in_signs = IN_SIGNS * (shared.has[Group.SIGNS][:, self._sign_places] @ in_words.T) / lengths
        in_answer = np.where(shared.has[Group.KNOWN_WORDS][:, self._word_places], IN_ANSWER, in_signs)
        known = np.where(shared.has[Group.WORDS][:, self._word_places], 1.0, in_answer)
        return _share(known, self._weights[self._word_places])

    def _covered(self, picked: Picked, closest: Integers) -> Floats:
        """Share of the closest variant's words that the question has, in part by their signs."""
        rows = picked.firsts + closest
        words, entries = self._sheet.tokens_of(rows)
        counts, signs = self._sheet.signs_of(words)
        said = np.zeros(len(self._weights) + 1, dtype=bool)
        said[1:][self._sign_places][: len(self._signs.tokens)] = True
        in_signs = summed(np.arange(len(words)).repeat(counts), said[self._places[signs]], len(words)) / counts
        known = np.where(self._places[words] > 0, 1.0, IN_SIGNS * in_signs)
        got = summed(entries, known * self._sheet.weights[words], len(closest))
        totals = self._sheet.row_weights.totals[rows]
        covered: Floats = np.divide(got, totals, out=np.zeros(len(closest)), where=totals > 0)
        return covered

    def _passages(self, picked: Picked, shared: _Shared) -> tuple[Floats, Floats]:
        """The largest share in one passage: of the question's signs, and of what it speaks of."""
        signs = picked.bases + 3 * picked.variants
        borders = np.stack((signs, signs + picked.passages, signs + 2 * picked.passages), axis=1)
        best = np.maximum.reduceat(shared.sums, borders.ravel()).reshape(-1, 3)
        return _over(best[:, 0], self._signs.total), _over(best[:, 1], self._concepts.total)

    def _unasked(self, picked: Picked, closest: Integers) -> Floats:
        """The rarest thing that the closest variant speaks of and the question does not."""
        concepts, entries = self._sheet.tokens_of(picked.firsts + 2 * picked.variants + closest)
        weights = np.where(self._places[concepts] > 0, 0.0, self._sheet.weights[concepts])
        heaviest = np.zeros(len(closest))
        np.maximum.at(heaviest, entries, weights)
        heaviest /= self._base.concepts.highest
        return heaviest

    def _aspects_alike(self, entry: EntryProfile, length: float) -> float:
        """Cosine of what the question asks for and what the variants do, by how many of them."""
        theirs = entry.aspects
        product = sum([weight * weight * theirs.get(aspect, 0.0) for aspect, weight in self._aspects])
        return product * self._aspects_scale / length if product else 0.0

    def _clashes(self, kinds: Mapping[str, frozenset[str]]) -> bool:
        return any(group in kinds and values.isdisjoint(kinds[group]) for group, values in self.kinds.items())


def aspects_length(entry: EntryProfile, weights: Weights) -> float:
    """Of the vector of what its variants ask for."""
    return math.sqrt(sum([(share * weights[aspect]) ** 2 for aspect, share in entry.aspects.items()]))


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the question and some entries share.

    ``has``: by group of rows, entry and place: whether the entry has it there. ``sums`` and ``squares`` of weights by
    row, ``matter_squares`` of those tokens that are the question's matter.
    """

    has: Booleans
    sums: Floats
    squares: Floats
    matter_squares: Floats


def _share(known: Floats | Booleans, weights: Floats) -> Floats:
    """By entry: the weight of what is known, over that of all."""
    found: Floats = (known * weights).sum(axis=1)
    return _over(found, float(weights.sum()))


def _over(values: Floats, total: float) -> Floats:
    over: Floats = values / total if total else np.zeros(len(values))
    return over


def _scale(squares: Floats) -> float:
    square = float(squares.sum())
    return 1 / math.sqrt(square) if square else 0.0

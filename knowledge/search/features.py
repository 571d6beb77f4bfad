"""How a question and an entry fit, as numbers that mean the same in every base: shares, never raw scores.

What a token weighs comes from the base it is matched in (weights.py), what an entry says from its tokens (sheet.py) and
its profile (profiles.py). All candidates of a question are compared with it at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge.search.profiles import EntryProfile, by_group
from knowledge.search.reading import Reading
from knowledge.search.sheet import Floats, Integers, Picked, Sheet, summed
from knowledge.search.tokens import Group, Kind, single_signs
from knowledge.search.weights import BaseWeights, Weights

Booleans = NDArray[np.bool_]

IN_ANSWER = 0.7  # what a word counts that only the answer or the category has; by hand, 0.5 to 0.9 rank alike
FIRST = 0.9999  # of the best BM25 is first: the index adds in single precision, equals differ in the last digit
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
        self.weights = np.array([weights[token] for token in self.tokens])
        self.total = float(self.weights.sum())


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
        self._aspects = {aspect: weights.aspects[aspect] for aspect in sorted(reading.aspects)}
        self._matter = np.array([token in reading.matter for token in self._words.tokens], dtype=bool)
        self._further = sorted({sign for word in self._words.tokens for sign in word}.difference(self._signs.tokens))
        self._weights = np.concatenate(
            (self._words.weights, self._concepts.weights, self._signs.weights, np.zeros(len(self._further)))
        )
        self._places = self._numbered()
        self._in_words = self._signs_in_words()

    @property
    def _word_places(self) -> slice:
        return slice(0, len(self._words.tokens))

    @property
    def _concept_places(self) -> slice:
        return slice(len(self._words.tokens), len(self._words.tokens) + len(self._concepts.tokens))

    @property
    def _sign_places(self) -> slice:
        return slice(len(self._words.tokens) + len(self._concepts.tokens), len(self._weights))

    def _numbered(self) -> NDArray[np.int16]:
        """For each token of the base its place among the question's, counted from one; nought where it has none."""
        places = np.zeros(self._sheet.vocabulary.size, dtype=np.int16)
        place = 1
        for kind, tokens in (
            (Kind.WORD, self._words.tokens),
            (Kind.CONCEPT, self._concepts.tokens),
            (Kind.SIGN, [*self._signs.tokens, *self._further]),
        ):
            numbers = self._sheet.vocabulary.numbers[kind]
            for token in tokens:
                if (number := numbers.get(token)) is not None:
                    places[number] = place
                place += 1
        return places

    def _signs_in_words(self) -> Floats:
        """How often each word has each sign, over its length."""
        at = {sign: place for place, sign in enumerate((*self._signs.tokens, *self._further))}
        found = np.zeros((len(self._words.tokens), len(at)))
        for place, word in enumerate(self._words.tokens):
            for sign in word:
                found[place, at[sign]] += 1
        return found

    def features(
        self, numbers: Sequence[int], profiles: Sequence[EntryProfile], retrieval: Sequence[float]
    ) -> list[Features]:
        """Of each candidate. ``retrieval``: its BM25 over the best one's."""
        picked = self._sheet.picked(numbers)
        shared = self._shared(picked)
        closest = self._closest(picked, shared, profiles)
        columns = (
            self._known_words(shared),
            1 - _share(shared.has[Group.KNOWN_WORDS][:, self._word_places], self._words.weights * self._matter),
            self._covered(picked, shared, closest),
            *self._passages(picked, shared),
            _share(shared.has[Group.CONCEPTS][:, self._concept_places], self._concepts.weights),
            self._unasked(picked, shared, closest),
        )
        return [
            self._whole(profile, variant, share, values)
            for profile, variant, share, values in zip(
                profiles, closest.tolist(), retrieval, np.array(columns).T.tolist(), strict=True
            )
        ]

    def _whole(self, entry: EntryProfile, variant: int, retrieval: float, values: Sequence[float]) -> Features:
        """``values``: from ``words`` to ``concepts_unasked``."""
        reading = self.reading
        words, matter_missed, variant_covered, passage_signs, passage_concepts, concepts, concepts_unasked = values
        return Features(
            words=words,
            matter_missed=matter_missed,
            variant_covered=variant_covered,
            passage_signs=passage_signs,
            passage_concepts=passage_concepts,
            concepts=concepts,
            concepts_unasked=concepts_unasked,
            concepts_and_aspects=concepts * self._aspects_alike(entry) if concepts else 0.0,
            aspects_missed=float(bool(reading.aspects) and reading.aspects.isdisjoint(entry.aspects)),
            aspects_unasked=float(not entry.main_aspects <= reading.aspects),
            kinds_clash=float(self._clashes(entry)),
            kinds_unsaid=float(not entry.kinds.keys() <= self.kinds.keys()),
            numbers_clash=float(bool(reading.numbers and entry.numbers) and reading.numbers.isdisjoint(entry.numbers)),
            denial_clash=float(bool(entry.denying >> variant & 1) != reading.denies),
            same_form=float(reading.form in entry.forms),
            retrieval=retrieval,
            retrieved_first=float(retrieval >= FIRST),
        )

    def _shared(self, picked: Picked) -> _Shared:
        places = self._places[picked.tokens]
        hits = np.flatnonzero(places)
        at = places[hits] - 1
        rows, weights = picked.rows_of_elements[hits], self._weights[at]
        matter = np.zeros(len(self._weights), dtype=bool)
        matter[self._word_places] = self._matter
        squares = weights * weights
        has = np.zeros((len(Group), len(picked.bases), len(self._weights)), dtype=bool)
        has[picked.groups[hits], picked.entries_of_elements[hits], at] = True
        return _Shared(
            places=places,
            has=has,
            sums=summed(rows, weights, picked.rows),
            squares=summed(rows, squares, picked.rows),
            matter_squares=summed(rows, squares * matter[at], picked.rows),
        )

    def _closest(self, picked: Picked, shared: _Shared, profiles: Sequence[EntryProfile]) -> Integers:
        """Of each entry the variant whose words, matter and spelling fit best; of equals the first."""
        starts = np.cumsum(picked.variants) - picked.variants
        rows = np.repeat(picked.bases - starts, picked.variants) + np.arange(int(picked.variants.sum()))
        matter = rows + np.repeat(picked.variants, picked.variants)
        fit = shared.squares[rows] * picked.inverse_lengths[rows] * _scale(self._words.weights)
        fit += (
            shared.matter_squares[matter] * picked.inverse_lengths[matter] * _scale(self._words.weights[self._matter])
        )
        forms = [form for profile in profiles for form in profile.forms]
        fit += SPELLING / 100 * process.cdist([self.reading.form], forms, scorer=fuzz.ratio, dtype=np.float64)[0]
        fit = fit.round(CLOSENESS_DIGITS)
        best = np.flatnonzero(fit == np.repeat(np.maximum.reduceat(fit, starts), picked.variants))
        first: Integers = best[np.searchsorted(best, starts)] - starts
        return first

    def _known_words(self, shared: _Shared) -> Floats:
        in_signs = IN_SIGNS * (shared.has[Group.SIGNS][:, self._sign_places] @ self._in_words.T)
        in_signs /= [len(word) for word in self._words.tokens]
        words = self._word_places
        in_answer = np.where(shared.has[Group.KNOWN_WORDS][:, words], IN_ANSWER, in_signs)
        return _share(np.where(shared.has[Group.WORDS][:, words], 1.0, in_answer), self._words.weights)

    def _covered(self, picked: Picked, shared: _Shared, closest: Integers) -> Floats:
        """Share of the closest variant's words that the question has, in part by their signs."""
        chosen = picked.bases + closest
        at = _elements_of(picked, chosen)
        words, entries = picked.tokens[at], picked.entries_of_elements[at]
        counts, signs = self._sheet.signs_of(words)
        said = np.zeros(len(self._weights) + 1, dtype=bool)
        first = self._sign_places.start + 1
        said[first : first + len(self._signs.tokens)] = True
        owners = np.repeat(np.arange(len(words)), counts)
        in_signs = summed(owners, said[self._places[signs]], len(words)) / counts
        known = np.where(shared.places[at] > 0, 1.0, IN_SIGNS * in_signs)
        got = summed(entries, known * self._sheet.weights[words], len(closest))
        totals = picked.totals[chosen]
        covered: Floats = np.divide(got, totals, out=np.zeros(len(closest)), where=totals > 0)
        return covered

    def _passages(self, picked: Picked, shared: _Shared) -> tuple[Floats, Floats]:
        """The largest share in one passage: of the question's signs, and of what it speaks of."""
        signs = picked.bases + 3 * picked.variants
        borders = np.stack((signs, signs + picked.passages, signs + 2 * picked.passages), axis=1)
        best = np.maximum.reduceat(shared.sums, borders.ravel()).reshape(-1, 3)
        return _over(best[:, 0], self._signs.total), _over(best[:, 1], self._concepts.total)

    def _unasked(self, picked: Picked, shared: _Shared, closest: Integers) -> Floats:
        """The rarest thing that the closest variant speaks of and the question does not."""
        at = _elements_of(picked, picked.bases + 2 * picked.variants + closest)
        at = at[shared.places[at] == 0]
        heaviest = np.zeros(len(closest))
        np.maximum.at(heaviest, picked.entries_of_elements[at], self._sheet.weights[picked.tokens[at]])
        heaviest /= self._base.concepts.highest
        return heaviest

    def _aspects_alike(self, entry: EntryProfile) -> float:
        """Cosine of what the question asks for and what the variants do, by how many of them."""
        weigh = self._base.aspects.of_token
        mine = self._aspects
        if not mine or not entry.aspects:
            return 0.0
        length = math.sqrt(sum([(share * weigh(aspect)) ** 2 for aspect, share in entry.aspects.items()]))
        product = sum([weight * weight * entry.aspects.get(aspect, 0.0) for aspect, weight in mine.items()])
        return product / math.sqrt(sum([weight * weight for weight in mine.values()])) / length

    def _clashes(self, entry: EntryProfile) -> bool:
        return any(
            group in entry.kinds and values.isdisjoint(entry.kinds[group]) for group, values in self.kinds.items()
        )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the question and some entries share. ``places``: of each element, its place among the question's tokens.

    ``has``: by group of rows, entry and place: whether the entry has it there. ``sums`` and ``squares`` of weights by
    row, ``matter_squares`` of those tokens that are the question's matter.
    """

    places: NDArray[np.int16]
    has: Booleans
    sums: Floats
    squares: Floats
    matter_squares: Floats


def _elements_of(picked: Picked, rows: Integers) -> Integers:
    """Places of the elements of these rows."""
    wanted = np.zeros(picked.rows, dtype=bool)
    wanted[rows] = True
    return np.flatnonzero(wanted[picked.rows_of_elements])


def _share(known: NDArray[np.float64] | Booleans, weights: Floats) -> Floats:
    """By entry: the weight of what is known, over that of all."""
    found: Floats = (known * weights).sum(axis=1)
    return _over(found, float(weights.sum()))


def _over(values: Floats, total: float) -> Floats:
    over: Floats = values / total if total else np.zeros(len(values))
    return over


def _scale(weights: Floats) -> float:
    square = float((weights * weights).sum())
    return 1 / math.sqrt(square) if square else 0.0

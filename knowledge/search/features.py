"""How a question and an entry fit, as numbers that mean the same in every base: shares, never raw scores.

What a token weighs comes from the base it is matched in: rare tokens say more (inverse document frequency).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from knowledge.search.reading import Reading


@dataclass(frozen=True, slots=True)
class Features:
    """All between 0 and 1. ``best_*``: of the variant that fits best; ``entry_*``: of all variants together."""

    best_signs: float  # cosine of single signs and pairs
    best_words: float  # cosine of words, synonyms as equals
    best_matter: float  # cosine of what is left without the asking phrases
    best_together: float  # mean of the above and of ratio, one variant at a time
    ratio: float  # rapidfuzz, of the whole strings
    partial: float  # rapidfuzz, the shorter inside the longer
    order: float  # longest common subsequence, as a share of the question
    variant_covered: float  # share of the variant's words that the question has
    entry_signs: float  # share of the question's signs that the entry has
    entry_words: float
    entry_matter: float
    answer_words: float  # share of the question's words found in question, category or answer
    sounds: float  # cosine of pairs of syllables
    aspects_shared: float
    aspects_missed: float  # the question asks for something that the entry does not speak of
    aspects_unasked: float  # the best variant asks for something that the question does not ask
    kinds_clash: float  # 设立 against 变更
    kinds_unsaid: float  # the entry is about one kind, the question does not say which
    numbers_clash: float
    denial_clash: float
    same_form: float  # letter for letter after normalising
    retrieval: float  # BM25 of the index, over the best candidate's

    def values(self) -> tuple[float, ...]:
        return astuple(self)


FEATURE_NAMES = tuple(field.name for field in fields(Features))


class Weights:
    """Inverse document frequency of the tokens of one base; unknown tokens weigh as those of a single entry."""

    def __init__(self, documents: Iterable[frozenset[str]]) -> None:
        counted: Counter[str] = Counter()
        total = 0
        for tokens in documents:
            counted.update(tokens)
            total += 1
        self._weights = {token: _inverse_frequency(total, found) for token, found in counted.items()}
        self._unknown = _inverse_frequency(total, 0.5)

    def of(self, tokens: Iterable[str]) -> dict[str, float]:
        known, unknown = self._weights, self._unknown
        return {token: known.get(token, unknown) for token in tokens}

    def __getitem__(self, token: str) -> float:
        return self._weights.get(token, self._unknown)


def _inverse_frequency(total: int, found: float) -> float:
    return math.log(1 + (total - found + 0.5) / (found + 0.5))


@dataclass(frozen=True, slots=True)
class BaseWeights:
    """What tokens weigh in one base, by the kind of token."""

    signs: Weights
    words: Weights
    sounds: Weights
    aspects: Weights


@dataclass(frozen=True, slots=True)
class VariantProfile:
    """A variant with what it weighs: lengths of its vectors."""

    reading: Reading
    signs_length: float
    words_length: float
    matter_length: float
    sounds_length: float
    words_sum: float


@dataclass(frozen=True, slots=True)
class EntryProfile:
    """An entry as the matching needs it: each variant, and everything together."""

    variants: tuple[VariantProfile, ...]
    signs: frozenset[str]
    words: frozenset[str]
    answer_words: frozenset[str]
    aspects: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    numbers: frozenset[str]


def profile(variants: Iterable[Reading], context: Iterable[Reading], weights: BaseWeights) -> EntryProfile:
    """``context``: readings of the answer and the category."""
    readings = tuple(variants)
    words = frozenset().union(*(reading.words for reading in readings))
    kinds: dict[str, set[str]] = {}
    for reading in readings:
        for group, value in reading.kinds:
            kinds.setdefault(group, set()).add(value)
    return EntryProfile(
        variants=tuple(_variant(reading, weights) for reading in readings),
        signs=frozenset().union(*(reading.signs for reading in readings)),
        words=words,
        answer_words=words.union(*(reading.words for reading in context)),
        aspects=frozenset().union(*(reading.aspects for reading in readings)),
        kinds={group: frozenset(values) for group, values in kinds.items()},
        numbers=frozenset().union(*(reading.numbers for reading in readings)),
    )


def _variant(reading: Reading, weights: BaseWeights) -> VariantProfile:
    return VariantProfile(
        reading=reading,
        signs_length=_length(weights.signs.of(reading.signs)),
        words_length=_length(weights.words.of(reading.words)),
        matter_length=_length(weights.words.of(reading.matter)),
        sounds_length=_length(weights.sounds.of(reading.sounds)),
        words_sum=math.fsum(weights.words.of(reading.words).values()),
    )


def _length(vector: Mapping[str, float]) -> float:
    return math.sqrt(math.fsum(weight * weight for weight in vector.values()))


class Question:
    """A reading with its weights in one base: made once, compared with every candidate."""

    def __init__(self, reading: Reading, weights: BaseWeights) -> None:
        self.reading = reading
        self.signs = weights.signs.of(reading.signs)
        self.words = weights.words.of(reading.words)
        self.matter = weights.words.of(reading.matter)
        self.sounds = weights.sounds.of(reading.sounds)
        self.aspects = weights.aspects.of(reading.aspects)
        self._lengths = tuple(map(_length, (self.signs, self.words, self.matter, self.sounds)))
        self._sums = tuple(math.fsum(part.values()) for part in (self.signs, self.words, self.matter, self.aspects))
        self.kinds: dict[str, set[str]] = {}
        for group, value in reading.kinds:
            self.kinds.setdefault(group, set()).add(value)

    def features(self, entry: EntryProfile, *, retrieval: float) -> Features:
        best = _Best()
        for variant in entry.variants:
            self._compare(variant, best)
        reading = self.reading
        signs_sum, words_sum, matter_sum, aspects_sum = self._sums
        shared = reading.aspects & entry.aspects
        asked = best.closest.aspects if best.closest else frozenset()
        return Features(
            best_signs=best.signs,
            best_words=best.words,
            best_matter=best.matter,
            best_together=best.together,
            ratio=best.ratio,
            partial=best.partial,
            order=best.order,
            variant_covered=best.covered,
            entry_signs=_share(self.signs, entry.signs, signs_sum),
            entry_words=_share(self.words, entry.words, words_sum),
            entry_matter=_share(self.matter, entry.words, matter_sum),
            answer_words=_share(self.words, entry.answer_words, words_sum),
            sounds=best.sounds,
            aspects_shared=_share(self.aspects, shared, aspects_sum),
            aspects_missed=float(bool(reading.aspects) and not shared),
            aspects_unasked=float(bool(asked - reading.aspects)),
            kinds_clash=float(self._clashes(entry)),
            kinds_unsaid=float(any(group not in self.kinds for group in entry.kinds)),
            numbers_clash=float(
                bool(reading.numbers) and bool(entry.numbers) and not (reading.numbers & entry.numbers)
            ),
            denial_clash=float(best.closest is not None and best.closest.denies != reading.denies),
            same_form=float(best.same),
            retrieval=retrieval,
        )

    def _compare(self, variant: VariantProfile, best: _Best) -> None:
        reading, mine = variant.reading, self.reading
        signs_length, words_length, matter_length, sounds_length = self._lengths
        signs = _cosine(self.signs, mine.signs & reading.signs, signs_length * variant.signs_length)
        common_words = mine.words & reading.words
        words = _cosine(self.words, common_words, words_length * variant.words_length)
        matter = _cosine(self.matter, mine.matter & reading.matter, matter_length * variant.matter_length)
        ratio = fuzz.ratio(mine.form, reading.form) / 100
        together = (signs + words + matter + ratio) / 4
        best.signs = max(best.signs, signs)
        best.words = max(best.words, words)
        best.matter = max(best.matter, matter)
        best.ratio = max(best.ratio, ratio)
        best.sounds = max(
            best.sounds, _cosine(self.sounds, mine.sounds & reading.sounds, sounds_length * variant.sounds_length)
        )
        if together > best.together or best.closest is None:
            best.together, best.closest = together, reading
            best.partial = fuzz.partial_ratio(mine.form, reading.form) / 100
            best.order = LCSseq.similarity(mine.form, reading.form) / max(len(mine.form), 1)
            best.covered = (
                math.fsum(self.words[word] for word in common_words) / variant.words_sum if variant.words_sum else 0.0
            )
        best.same = best.same or mine.form == reading.form

    def _clashes(self, entry: EntryProfile) -> bool:
        return any(group in entry.kinds and not (values & entry.kinds[group]) for group, values in self.kinds.items())


@dataclass(slots=True)
class _Best:
    signs: float = 0.0
    words: float = 0.0
    matter: float = 0.0
    together: float = 0.0
    ratio: float = 0.0
    partial: float = 0.0
    order: float = 0.0
    covered: float = 0.0
    sounds: float = 0.0
    same: bool = False
    closest: Reading | None = None


def _cosine(weights: Mapping[str, float], common: frozenset[str], lengths: float) -> float:
    """Both sides weigh a token the same, so the product of the two vectors is the sum of the squares."""
    if not common or not lengths:
        return 0.0
    return math.fsum(weights[token] ** 2 for token in common) / lengths


def _share(weights: Mapping[str, float], found: frozenset[str], total: float) -> float:
    if not total:
        return 0.0
    return math.fsum(weight for token, weight in weights.items() if token in found) / total

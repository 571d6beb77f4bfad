"""How a question and an entry fit, as numbers that mean the same in every base: shares, never raw scores.

What a token weighs comes from the base it is matched in (weights.py), what an entry is from its profile (profiles.py).
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from knowledge.search.profiles import Bits, EntryProfile, VariantWeights, by_group, spread
from knowledge.search.reading import Reading
from knowledge.search.weights import BaseWeights, Weights


class Features(NamedTuple):
    """All between 0 and 1. ``best_*``: of the variant that fits best; ``entry_*``: of all variants together."""

    best_signs: float  # cosine of single signs and pairs
    best_words: float  # cosine of words, synonyms as equals
    best_matter: float  # cosine of what is left without the asking phrases
    best_together: float  # mean of the three, one variant at a time; that variant is the closest
    ratio: float  # rapidfuzz, the question and the closest variant
    partial: float  # rapidfuzz, the shorter inside the longer
    order: float  # longest common subsequence, as a share of the question
    variant_covered: float  # share of the closest variant's words that the question has
    entry_signs: float  # share of the question's signs that the entry has
    entry_words: float
    entry_matter: float
    answer_words: float  # share of the question's words found in question, category or answer
    rarest_missed: float  # weight of the rarest word of the matter that the entry lacks, over the rarest there is
    variant_missed: float  # the same the other way round: what the closest variant says and the question does not
    sounds: float  # share of the question's pairs of syllables that the entry has
    aspects_shared: float  # how many of the entry's variants ask for what the question asks for
    aspects_missed: float  # the question asks for something that the entry does not speak of
    aspects_unasked: float  # the entry mostly asks for something that the question does not ask
    kinds_clash: float  # 设立 against 变更
    kinds_unsaid: float  # the entry is about one kind, the question does not say which
    numbers_clash: float
    denial_clash: float
    same_form: float  # letter for letter after normalising
    retrieval: float  # BM25 of the index, over the best candidate's


FEATURE_NAMES = Features._fields


class _Part:
    """One kind of the question's tokens with their weights: what it shares with a set, as a share or a cosine."""

    __slots__ = ("_terms", "_weigh", "scale", "tokens", "total", "weights")

    def __init__(self, tokens: frozenset[str], weights: Weights) -> None:
        self.tokens = tokens
        self.weights = weights.of(sorted(tokens))  # in one order, so that sums are the same in every process
        self._weigh = self.weights.__getitem__
        self._terms = [(token, weight, weight * weight) for token, weight in self.weights.items()]
        square = math.fsum(square for _, _, square in self._terms)
        self.scale = 1 / math.sqrt(square) if square else 0.0
        self.total = math.fsum(self.weights.values())

    def cosines(self, others: Mapping[str, Bits], inverse_lengths: Sequence[float]) -> tuple[list[float], float]:
        """With each variant; and the share of the question that the variants have together.

        Both sides weigh a token the same, so the product of two vectors is the sum of the squares.
        """
        patterns: dict[Bits, float] = {}
        shared = 0.0
        has = others.get
        for token, weight, square in self._terms:  # the innermost loop of an answer
            bits = has(token)
            if bits is not None:
                shared += weight
                patterns[bits] = patterns.get(bits, 0.0) + square
        if not patterns:
            return [0.0] * len(inverse_lengths), 0.0
        scale = self.scale
        products = spread(patterns, len(inverse_lengths))
        cosines = [product * inverse * scale for product, inverse in zip(products, inverse_lengths, strict=True)]
        return cosines, shared / self.total

    def share(self, others: Container[str]) -> float:
        if not self.total:
            return 0.0
        return sum([weight for token, weight, _ in self._terms if token in others]) / self.total

    def weight_in(self, others: Mapping[str, Bits], variant: Bits) -> float:
        return sum([weight for token, weight, _ in self._terms if others.get(token, 0) & variant])


class Question:
    """A reading with its weights in one base: made once, compared with every candidate."""

    def __init__(self, reading: Reading, weights: BaseWeights) -> None:
        self.reading = reading
        self.kinds = by_group(reading.kinds)
        self._signs = _Part(reading.signs, weights.signs)
        self._words = _Part(reading.words, weights.words)
        self._matter = _Part(reading.matter, weights.words)
        self._sounds = _Part(reading.sounds, weights.sounds)
        self._aspects = _Part(reading.aspects, weights.aspects)
        self._word_weights = weights.words

    def features(self, entry: EntryProfile, variants: VariantWeights, *, retrieval: float) -> Features:
        by_signs, entry_signs = self._signs.cosines(entry.signs, variants.signs)
        by_words, entry_words = self._words.cosines(entry.words, variants.words)
        by_matter, _ = self._matter.cosines(entry.matter, variants.matter)
        together = [sum(three) / 3 for three in zip(by_signs, by_words, by_matter, strict=True)]
        best = max(together)
        at = together.index(best)
        variant = 1 << at
        reading, form, other = self.reading, self.reading.form, entry.forms[at]
        missed = [token for token, bits in entry.matter.items() if bits & variant and token not in reading.words]
        return Features(
            best_signs=max(by_signs),
            best_words=max(by_words),
            best_matter=max(by_matter),
            best_together=best,
            ratio=fuzz.ratio(form, other) / 100,
            partial=fuzz.partial_ratio(form, other) / 100,
            order=LCSseq.similarity(form, other) / max(len(form), 1),
            variant_covered=self._covered(entry, variant, variants.words_sum[at]),
            entry_signs=entry_signs,
            entry_words=entry_words,
            entry_matter=self._matter.share(entry.words),
            answer_words=self._words.share(entry.answer_words),
            rarest_missed=self._rarest(reading.matter - entry.answer_words),
            variant_missed=self._rarest(missed),
            sounds=self._sounds.share(entry.sounds),
            aspects_shared=self._aspects_shared(entry),
            aspects_missed=float(bool(reading.aspects) and reading.aspects.isdisjoint(entry.aspects)),
            aspects_unasked=float(not entry.main_aspects <= reading.aspects),
            kinds_clash=float(self._clashes(entry)),
            kinds_unsaid=float(not entry.kinds.keys() <= self.kinds.keys()),
            numbers_clash=float(bool(reading.numbers and entry.numbers) and reading.numbers.isdisjoint(entry.numbers)),
            denial_clash=float(bool(entry.denying & variant) != reading.denies),
            same_form=float(form in entry.forms),
            retrieval=retrieval,
        )

    def _covered(self, entry: EntryProfile, variant: Bits, whole: float) -> float:
        return self._words.weight_in(entry.words, variant) / whole if whole else 0.0

    def _rarest(self, missed: Iterable[str]) -> float:
        return self._word_weights.heaviest(missed) / self._word_weights.highest

    def _aspects_shared(self, entry: EntryProfile) -> float:
        if not self._aspects.total:
            return 0.0
        shares = [weight * entry.aspects.get(aspect, 0.0) for aspect, weight in self._aspects.weights.items()]
        return math.fsum(shares) / self._aspects.total

    def _clashes(self, entry: EntryProfile) -> bool:
        return any(
            group in entry.kinds and values.isdisjoint(entry.kinds[group]) for group, values in self.kinds.items()
        )

"""How a question and an entry fit, as numbers that mean the same in every base: shares, never raw scores.

What a token weighs comes from the base it is matched in (weights.py), what an entry is from its profile (profiles.py).
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from knowledge.search.profiles import Bits, EntryProfile, VariantWeights, by_group, spread
from knowledge.search.reading import Reading
from knowledge.search.weights import BaseWeights, Weights

IN_ANSWER = 0.7  # what a word counts that only the answer or the category has; by hand, 0.5 to 0.9 rank alike
FIRST = 0.9999  # of the best BM25 is first: the index adds in single precision, equals differ in the last digit
# What the spelling counts beside words and matter in finding the closest variant: ranks as the cosine of signs and
# pairs of signs did, at a fifth of the time (three bases, 1,550 questions).
SPELLING = 0.5
EQUAL = 1e-9  # so near are equals whose sums were made in another order; the first of them is the closest
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


class _Part:
    """One kind of the question's tokens with their weights: what it shares with a set, as a share or a cosine."""

    __slots__ = ("_terms", "scale", "tokens", "total", "weights")

    def __init__(self, tokens: frozenset[str], weights: Weights) -> None:
        self.tokens = tokens
        self.weights = weights.of(sorted(tokens))  # in one order, so that sums are the same in every process
        self._terms = [(token, weight, weight * weight) for token, weight in self.weights.items()]
        square = math.fsum(square for _, _, square in self._terms)
        self.scale = 1 / math.sqrt(square) if square else 0.0
        self.total = math.fsum(self.weights.values())

    def cosines(self, others: Mapping[str, Bits], inverse_lengths: Sequence[float]) -> list[float]:
        """With each variant. Both sides weigh a token the same, so the product is the sum of the squares."""
        patterns: dict[Bits, float] = {}
        has = others.get
        for token, _, square in self._terms:  # the innermost loop of an answer
            bits = has(token)
            if bits is not None:
                patterns[bits] = patterns.get(bits, 0.0) + square
        if not patterns:
            return [0.0] * len(inverse_lengths)
        scale = self.scale
        products = spread(patterns, len(inverse_lengths))
        return [product * inverse * scale for product, inverse in zip(products, inverse_lengths, strict=True)]

    def share(self, others: Container[str]) -> float:
        if not self.total:
            return 0.0
        return sum([weight for token, weight, _ in self._terms if token in others]) / self.total

    def best_share(self, others: Mapping[str, Bits], passages: int) -> float:
        """The largest share in one passage."""
        patterns: dict[Bits, float] = {}
        has = others.get
        for token, weight, _ in self._terms:
            bits = has(token)
            if bits is not None:
                patterns[bits] = patterns.get(bits, 0.0) + weight
        return max(spread(patterns, passages)) / self.total if patterns else 0.0


class Question:
    """A reading with its weights in one base: made once, compared with every candidate."""

    def __init__(self, reading: Reading, weights: BaseWeights) -> None:
        self.reading = reading
        self.kinds = by_group(reading.kinds)
        self._signs = _Part(frozenset(sign for sign in reading.signs if len(sign) == 1), weights.signs)
        self._words = _Part(reading.words, weights.words)
        self._matter = _Part(reading.matter, weights.words)
        self._concepts = _Part(reading.concepts, weights.concepts)
        self._aspects = _Part(reading.aspects, weights.aspects)
        self._base = weights

    def features(self, entry: EntryProfile, variants: VariantWeights, *, retrieval: float) -> Features:
        at = self._closest(entry, variants)
        variant = 1 << at
        reading = self.reading
        concepts = self._concepts.share(entry.concepts)
        unasked = [c for c, bits in entry.concepts.items() if bits & variant and c not in reading.concepts]
        highest = self._base.concepts.highest
        return Features(
            words=self._known_words(entry),
            matter_missed=1 - self._matter.share(entry.answer_words),
            variant_covered=self._covered(entry, variant),
            passage_signs=self._signs.best_share(entry.passage_signs, entry.passages),
            passage_concepts=self._concepts.best_share(entry.passage_concepts, entry.passages),
            concepts=concepts,
            concepts_unasked=self._base.concepts.heaviest(unasked) / highest,
            concepts_and_aspects=concepts * self._aspects_alike(entry),
            aspects_missed=float(bool(reading.aspects) and reading.aspects.isdisjoint(entry.aspects)),
            aspects_unasked=float(not entry.main_aspects <= reading.aspects),
            kinds_clash=float(self._clashes(entry)),
            kinds_unsaid=float(not entry.kinds.keys() <= self.kinds.keys()),
            numbers_clash=float(bool(reading.numbers and entry.numbers) and reading.numbers.isdisjoint(entry.numbers)),
            denial_clash=float(bool(entry.denying & variant) != reading.denies),
            same_form=float(reading.form in entry.forms),
            retrieval=retrieval,
            retrieved_first=float(retrieval >= FIRST),
        )

    def _closest(self, entry: EntryProfile, variants: VariantWeights) -> int:
        by_words = self._words.cosines(entry.words, variants.words)
        by_matter = self._matter.cosines(entry.matter, variants.matter)
        form, best, closest = self.reading.form, -1.0, 0
        for at, (words, matter, other) in enumerate(zip(by_words, by_matter, entry.forms, strict=True)):
            if words + matter + SPELLING > best:  # else no spelling makes it the closest
                together = words + matter + SPELLING * fuzz.ratio(form, other) / 100
                if together > best + EQUAL:
                    best, closest = together, at
        return closest

    def _known_words(self, entry: EntryProfile) -> float:
        if not self._words.total:
            return 0.0
        got = 0.0
        signs = entry.signs
        for token, weight in self._words.weights.items():
            if token in entry.words:
                got += weight
            elif token in entry.answer_words:
                got += IN_ANSWER * weight
            else:
                got += IN_SIGNS * weight * sum([sign in signs for sign in token]) / len(token)
        return got / self._words.total

    def _covered(self, entry: EntryProfile, variant: Bits) -> float:
        whole = got = 0.0
        mine, signs, weigh = self.reading.words, self.reading.signs, self._base.words.of_token
        for token, bits in entry.words.items():
            if bits & variant:
                weight = weigh(token)
                whole += weight
                known = 1.0 if token in mine else IN_SIGNS * sum([sign in signs for sign in token]) / len(token)
                got += known * weight
        return got / whole if whole else 0.0

    def _aspects_alike(self, entry: EntryProfile) -> float:
        """Cosine of what the question asks for and what the variants do, by how many of them."""
        weigh = self._base.aspects.of_token
        mine = self._aspects.weights
        if not mine or not entry.aspects:
            return 0.0
        length = math.sqrt(sum([(share * weigh(aspect)) ** 2 for aspect, share in entry.aspects.items()]))
        product = sum([weight * weight * entry.aspects.get(aspect, 0.0) for aspect, weight in mine.items()])
        return product * self._aspects.scale / length

    def _clashes(self, entry: EntryProfile) -> bool:
        return any(
            group in entry.kinds and values.isdisjoint(entry.kinds[group]) for group, values in self.kinds.items()
        )

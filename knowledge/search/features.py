"""How a question and an entry fit, as numbers that mean the same in every base: shares, never raw scores.

What a token weighs comes from the base it is matched in: rare tokens say more (inverse document frequency).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from knowledge.search.reading import Reading

LOOK_ALIKE = 0.66  # of the letters left without the kind: 多久能办好 and 多久办结; by hand, on the starter base
MAIN_ASPECT = 0.5  # an aspect that at least half of the variants ask for is what the entry is about


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


class Weights:
    """Inverse document frequency of the tokens of one base; unknown tokens weigh as those of a single entry."""

    def __init__(self, documents: Iterable[frozenset[str]]) -> None:
        counted: Counter[str] = Counter()
        total = 0
        for tokens in documents:
            counted.update(tokens)
            total += 1
        self.highest = _inverse_frequency(total, 0.5)  # of an unknown token; none weighs more
        self._weights = _Table({token: _inverse_frequency(total, found) for token, found in counted.items()})
        self._weights.unknown = self.highest

    def of(self, tokens: Iterable[str]) -> dict[str, float]:
        table = self._weights
        return {token: table[token] for token in tokens}

    def heaviest(self, tokens: Iterable[str]) -> float:
        """What the heaviest of them weighs; 0 where there is none."""
        return max(map(self._weights.__getitem__, tokens), default=0.0)

    def __getitem__(self, token: str) -> float:
        return self._weights[token]


class _Table(dict[str, float]):
    """Weights by token; a token that is not in it weighs ``unknown`` and is not remembered."""

    unknown: float

    def __missing__(self, _: str) -> float:
        return self.unknown


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
    words_sum: float


@dataclass(frozen=True, slots=True)
class EntryProfile:
    """An entry as the matching needs it: each variant, and everything together.

    ``aspects``: share of the variants that ask for it. ``named_kinds``: kinds that the entry's own question names,
    by group. ``bare_forms``: the variants without the words that name a kind.
    """

    variants: tuple[VariantProfile, ...]
    forms: frozenset[str]
    bare_forms: tuple[str, ...]
    named_kinds: Mapping[str, frozenset[str]]
    signs: frozenset[str]
    words: frozenset[str]
    answer_words: frozenset[str]
    sounds: frozenset[str]
    aspects: Mapping[str, float]
    main_aspects: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    numbers: frozenset[str]


def profile(variants: Iterable[Reading], context: Iterable[Reading], weights: BaseWeights) -> EntryProfile:
    """``context``: readings of the answer and the category."""
    readings = tuple(variants)
    words = frozenset().union(*(reading.words for reading in readings))
    asked = Counter(aspect for reading in readings for aspect in reading.aspects)
    aspects = {aspect: count / len(readings) for aspect, count in sorted(asked.items())}
    return EntryProfile(
        variants=tuple(_variant(reading, weights) for reading in readings),
        forms=frozenset(reading.form for reading in readings),
        bare_forms=tuple(reading.bare for reading in readings),
        named_kinds=_by_group(readings[0].kinds),
        signs=frozenset().union(*(reading.signs for reading in readings)),
        words=words,
        answer_words=words.union(*(reading.words for reading in context)),
        sounds=frozenset().union(*(reading.sounds for reading in readings)),
        aspects=aspects,
        main_aspects=frozenset(aspect for aspect, share in aspects.items() if share >= MAIN_ASPECT),
        kinds=_by_group(kind for reading in readings for kind in reading.kinds),
        numbers=frozenset().union(*(reading.numbers for reading in readings)),
    )


def look_alike(one: EntryProfile, other: EntryProfile, *, said: Mapping[str, frozenset[str]]) -> bool:
    """Whether two entries differ by a kind that the question does not name, and ask nearly the same without it."""
    differ = any(
        group not in said and values.isdisjoint(other.named_kinds.get(group, values))
        for group, values in one.named_kinds.items()
    )
    return differ and any(
        fuzz.ratio(mine, theirs) >= 100 * LOOK_ALIKE for mine in one.bare_forms for theirs in other.bare_forms
    )


def _variant(reading: Reading, weights: BaseWeights) -> VariantProfile:
    words = weights.words.of(reading.words)
    return VariantProfile(
        reading=reading,
        signs_length=_length(weights.signs.of(reading.signs)),
        words_length=_length(words),
        matter_length=_length(weights.words.of(reading.matter)),
        words_sum=math.fsum(words.values()),
    )


def _by_group(kinds: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for group, value in kinds:
        groups.setdefault(group, set()).add(value)
    return {group: frozenset(values) for group, values in groups.items()}


def _length(vector: Mapping[str, float]) -> float:
    return math.sqrt(math.fsum([weight * weight for weight in vector.values()]))


class _Part:
    """One kind of the question's tokens with their weights: what it shares with a set, as a share or a cosine."""

    __slots__ = ("_square", "_weigh", "length", "tokens", "total", "weights")

    def __init__(self, tokens: frozenset[str], weights: Weights) -> None:
        self.tokens = tokens
        self.weights = weights.of(tokens)
        squares = {token: weight * weight for token, weight in self.weights.items()}
        self._square, self._weigh = squares.__getitem__, self.weights.__getitem__
        self.length = math.sqrt(math.fsum(squares.values()))
        self.total = math.fsum(self.weights.values())

    def cosine(self, others: frozenset[str], length: float) -> float:
        """Both sides weigh a token the same, so the product of the two vectors is the sum of the squares."""
        common = self.tokens & others
        if not common:
            return 0.0
        return math.fsum(map(self._square, common)) / (self.length * length)

    def share(self, others: frozenset[str]) -> float:
        return math.fsum(map(self._weigh, self.tokens & others)) / self.total if self.total else 0.0

    def weight(self, tokens: frozenset[str]) -> float:
        return math.fsum(map(self._weigh, tokens))


class Question:
    """A reading with its weights in one base: made once, compared with every candidate."""

    def __init__(self, reading: Reading, weights: BaseWeights) -> None:
        self.reading = reading
        self.kinds = _by_group(reading.kinds)
        self._signs = _Part(reading.signs, weights.signs)
        self._words = _Part(reading.words, weights.words)
        self._matter = _Part(reading.matter, weights.words)
        self._sounds = _Part(reading.sounds, weights.sounds)
        self._aspects = _Part(reading.aspects, weights.aspects)
        self._word_weights = weights.words

    def features(self, entry: EntryProfile, *, retrieval: float) -> Features:
        closest, signs, words, matter, together = self._closest(entry)
        reading, form, other = self.reading, self.reading.form, closest.reading
        return Features(
            best_signs=signs,
            best_words=words,
            best_matter=matter,
            best_together=together,
            ratio=fuzz.ratio(form, other.form) / 100,
            partial=fuzz.partial_ratio(form, other.form) / 100,
            order=LCSseq.similarity(form, other.form) / max(len(form), 1),
            variant_covered=self._covered(closest),
            entry_signs=self._signs.share(entry.signs),
            entry_words=self._words.share(entry.words),
            entry_matter=self._matter.share(entry.words),
            answer_words=self._words.share(entry.answer_words),
            rarest_missed=self._rarest(reading.matter - entry.answer_words),
            variant_missed=self._rarest(other.matter - reading.words),
            sounds=self._sounds.share(entry.sounds),
            aspects_shared=self._aspects_shared(entry),
            aspects_missed=float(bool(reading.aspects) and reading.aspects.isdisjoint(entry.aspects)),
            aspects_unasked=float(not entry.main_aspects <= reading.aspects),
            kinds_clash=float(self._clashes(entry)),
            kinds_unsaid=float(not entry.kinds.keys() <= self.kinds.keys()),
            numbers_clash=float(bool(reading.numbers and entry.numbers) and reading.numbers.isdisjoint(entry.numbers)),
            denial_clash=float(other.denies != reading.denies),
            same_form=float(form in entry.forms),
            retrieval=retrieval,
        )

    def _closest(self, entry: EntryProfile) -> tuple[VariantProfile, float, float, float, float]:
        """The closest variant; the best of each cosine; the closest one's mean."""
        closest, best_signs, best_words, best_matter, best = entry.variants[0], 0.0, 0.0, 0.0, -1.0
        by_signs, by_words, by_matter = self._signs.cosine, self._words.cosine, self._matter.cosine
        for variant in entry.variants:  # the innermost loop of an answer, hence no call that can be spared
            other = variant.reading
            signs = by_signs(other.signs, variant.signs_length)
            words = by_words(other.words, variant.words_length)
            matter = by_matter(other.matter, variant.matter_length)
            together = (signs + words + matter) / 3
            if together > best:
                closest, best = variant, together
            if signs > best_signs:
                best_signs = signs
            if words > best_words:
                best_words = words
            if matter > best_matter:
                best_matter = matter
        return closest, best_signs, best_words, best_matter, best

    def _covered(self, variant: VariantProfile) -> float:
        if not variant.words_sum:
            return 0.0
        return self._words.weight(self.reading.words & variant.reading.words) / variant.words_sum

    def _rarest(self, missed: frozenset[str]) -> float:
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

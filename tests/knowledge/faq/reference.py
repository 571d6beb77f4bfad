"""Matching as it is defined, without an index and without bits: every entry, plain sets, BM25 written out. Slow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.faq.entry import Entry
from knowledge.faq.generation import INDEX_FIELDS
from knowledge.faq.matching import RETRIEVAL_FLOOR
from knowledge.search.features import FIRST, IN_ANSWER, IN_SIGNS, SPELLING, Features
from knowledge.search.index import K1, B
from knowledge.search.profiles import MAIN_ASPECT
from knowledge.search.ranking import confidences, learned_model, none_features
from knowledge.search.reading import Reader, Reading, passages

Tokens = Callable[[Reading], frozenset[str]]


@dataclass(frozen=True)
class Read:
    """An entry with the readings of all that it says."""

    entry: Entry
    variants: list[Reading]
    context: list[Reading]

    def all(self, tokens: Tokens) -> frozenset[str]:
        return frozenset().union(*map(tokens, self.variants))

    def field(self, name: str) -> list[str]:
        """What the index holds of it."""
        readings = self.context if name == "answer" else self.variants
        kind = "words" if name == "answer" else name
        return [token for reading in readings for token in getattr(reading, kind)]

    @property
    def known_words(self) -> frozenset[str]:
        return self.all(lambda r: r.words).union(*(reading.words for reading in self.context))


class Reference:
    def __init__(self, entries: Sequence[Entry], reader: Reader) -> None:
        self.read = [
            Read(
                entry,
                [reader.read(variant) for variant in entry.variants],
                [reader.read(text) for text in (entry.category, *passages(entry.answer)) if text],
            )
            for entry in entries
        ]

    def ranked(self, reading: Reading) -> list[tuple[str, float, Features]]:
        """Best first: id, confidence, features."""
        scores = [self._bm25(each, reading) for each in self.read]
        highest = max(scores, default=0.0)
        kept = [
            (each, score / highest)
            for each, score in zip(self.read, scores, strict=True)
            if score > 0 and score >= RETRIEVAL_FLOOR * highest
        ]
        features = [self.features(reading, each, share) for each, share in kept]
        known = frozenset().union(*(each.known_words for each in self.read))
        unknown = len(reading.words - known) / len(reading.words) if reading.words else 1.0
        sure = confidences(learned_model(), features, none_features(signs=len(reading.form), unknown=unknown))
        found = [(each.entry.id, value, f) for (each, _), value, f in zip(kept, sure, features, strict=True)]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def _bm25(self, each: Read, reading: Reading) -> float:
        looked_for = {name: reading.words if name == "answer" else getattr(reading, name) for name in INDEX_FIELDS}
        return sum(
            boost * sum(self._term(name, token, each) for token in looked_for[name])
            for name, boost in INDEX_FIELDS.items()
        )

    def _term(self, name: str, token: str, each: Read) -> float:
        fields = [one.field(name) for one in self.read]
        having = sum(token in field for field in fields)
        mine = each.field(name)
        often = Counter(mine)[token]
        if not often:
            return 0.0
        rarity = math.log(1 + (len(fields) - having + 0.5) / (having + 0.5))
        mean = sum(map(len, fields)) / len(fields)
        return rarity * (K1 + 1) * often / (often + K1 * (1 - B + B * len(mine) / mean))

    def weight(self, token: str, tokens: Tokens) -> float:
        found = sum(token in each.all(tokens) for each in self.read)
        return math.log(1 + (len(self.read) - (found or 0.5) + 0.5) / ((found or 0.5) + 0.5))

    def total(self, some: Iterable[str], tokens: Tokens) -> float:
        return sum(self.weight(token, tokens) for token in some)

    def share(self, mine: frozenset[str], theirs: frozenset[str], tokens: Tokens) -> float:
        whole = self.total(mine, tokens)
        return self.total(mine & theirs, tokens) / whole if whole else 0.0

    def cosine(self, mine: frozenset[str], theirs: frozenset[str], tokens: Tokens) -> float:
        def square(some: Iterable[str]) -> float:
            return sum(self.weight(token, tokens) ** 2 for token in some)

        return square(mine & theirs) / math.sqrt(square(mine) * square(theirs)) if mine & theirs else 0.0

    def features(self, reading: Reading, each: Read, retrieval: float) -> Features:
        closest = max(each.variants, key=lambda variant: self._closeness(reading, variant))
        asked = Counter(aspect for variant in each.variants for aspect in variant.aspects)
        main = {aspect for aspect, count in asked.items() if count / len(each.variants) >= MAIN_ASPECT}
        kinds: dict[str, set[str]] = {}
        for group, value in (kind for variant in each.variants for kind in variant.kinds):
            kinds.setdefault(group, set()).add(value)
        said = {group for group, _ in reading.kinds}
        numbers = each.all(lambda r: r.numbers)
        concepts = self.share(reading.concepts, each.all(_concepts), _concepts)
        unasked = [self.weight(concept, _concepts) for concept in closest.concepts - reading.concepts]
        around = [*each.context, each.variants[0]]
        return Features(
            words=self._known(reading, each),
            matter_missed=1 - self.share(reading.matter, each.known_words, _words),
            variant_covered=self._covered(reading, closest),
            passage_signs=max(self.share(_single(reading), _single(one), _signs) for one in around),
            passage_concepts=max(self.share(reading.concepts, one.concepts, _concepts) for one in around),
            concepts=concepts,
            concepts_unasked=max(unasked, default=0.0) / self.weight("\n", _concepts),
            concepts_and_aspects=concepts * self._aspects(reading, asked, len(each.variants)),
            aspects_missed=float(bool(reading.aspects) and not reading.aspects & set(asked)),
            aspects_unasked=float(not main <= reading.aspects),
            kinds_clash=float(
                any(group in kinds and not kinds[group] & {v for g, v in reading.kinds if g == group} for group in said)
            ),
            kinds_unsaid=float(not set(kinds) <= said),
            numbers_clash=float(bool(reading.numbers and numbers) and not reading.numbers & numbers),
            denial_clash=float(closest.denies != reading.denies),
            same_form=float(reading.form in {variant.form for variant in each.variants}),
            retrieval=retrieval,
            retrieved_first=float(retrieval >= FIRST),
        )

    def _closeness(self, reading: Reading, variant: Reading) -> float:
        together = (
            self.cosine(reading.words, variant.words, _words)
            + self.cosine(reading.matter, variant.matter, _words)
            + SPELLING * 2 * common_signs(reading.form, variant.form) / max(1, len(reading.form) + len(variant.form))
        )
        return round(together, 9)  # the first of equals, whatever the order in which a sum was made

    def _known(self, reading: Reading, each: Read) -> float:
        known = 0.0
        for word in reading.words:
            if word in each.all(_words):
                part = 1.0
            elif word in each.known_words:
                part = IN_ANSWER
            else:
                part = IN_SIGNS * sum(sign in each.all(_signs) for sign in word) / len(word)
            known += part * self.weight(word, _words)
        whole = self.total(reading.words, _words)
        return known / whole if whole else 0.0

    def _covered(self, reading: Reading, variant: Reading) -> float:
        covered = 0.0
        for word in variant.words:
            in_signs = IN_SIGNS * sum(sign in reading.signs for sign in word) / len(word)
            covered += (1.0 if word in reading.words else in_signs) * self.weight(word, _words)
        whole = self.total(variant.words, _words)
        return covered / whole if whole else 0.0

    def _aspects(self, reading: Reading, asked: Counter[str], variants: int) -> float:
        mine = {aspect: self.weight(aspect, _aspects) for aspect in reading.aspects}
        theirs = {aspect: count / variants * self.weight(aspect, _aspects) for aspect, count in asked.items()}
        if not mine or not theirs:
            return 0.0
        product = sum(value * theirs.get(aspect, 0.0) for aspect, value in mine.items())
        return product / math.hypot(*mine.values()) / math.hypot(*theirs.values())


def common_signs(one: str, other: str) -> int:
    """How many signs stand in both, in one order."""
    row = [0] * (len(other) + 1)
    for sign in one:
        above = row.copy()
        for at, theirs in enumerate(other, start=1):
            row[at] = above[at - 1] + 1 if sign == theirs else max(above[at], row[at - 1])
    return row[-1]


def _signs(reading: Reading) -> frozenset[str]:
    return reading.signs


def _words(reading: Reading) -> frozenset[str]:
    return reading.words


def _concepts(reading: Reading) -> frozenset[str]:
    return reading.concepts


def _aspects(reading: Reading) -> frozenset[str]:
    return reading.aspects


def _single(reading: Reading) -> frozenset[str]:
    return frozenset(sign for sign in reading.signs if len(sign) == 1)

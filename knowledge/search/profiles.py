"""An entry as the matching needs it: made once from its readings, the same in every base, kept on disk as it is.

Which variant has a token is one bit of a number, so that a question's token is looked up once for all variants.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz

from knowledge.search.reading import Reading, numbers_in, without_denials, without_numbers
from knowledge.search.weights import BaseWeights, TokenCounts, Weights

LOOK_ALIKE = 0.66  # of the letters left without the kind: 多久能办好 and 多久办结; by hand, on the starter base
ALL_BUT_EQUAL = 0.8  # of the letters left without numbers or negations; by hand, on the starter base
MAIN_ASPECT = 0.5  # an aspect that at least half of the variants ask for is what the entry is about
KEPT_PLACES = 4096  # patterns of variants remembered; those of ten variants are 1023

Bits = int  # bit n: the n-th variant has it


@dataclass(frozen=True, slots=True)
class EntryProfile:
    """Strings, numbers and collections of them, nothing else: it is stored field by field.

    ``forms`` and ``bare_forms``: of each variant, the latter without the words that name a kind. ``signs``: each single
    sign of the variants once. ``answer_words``: words of the variants, the category and the answer. ``aspects``: share
    of the variants that ask for it. ``passages``: how many: the category, pieces of the answer, the entry's own
    question; a bit each in ``passage_*``. ``named_kinds``: kinds that the entry's own question names, by group.
    """

    forms: tuple[str, ...]
    bare_forms: tuple[str, ...]
    denying: Bits
    signs: str
    words: Mapping[str, Bits]
    matter: Mapping[str, Bits]
    concepts: Mapping[str, Bits]
    passages: int
    passage_signs: Mapping[str, Bits]
    passage_concepts: Mapping[str, Bits]
    answer_words: frozenset[str]
    aspects: Mapping[str, float]
    main_aspects: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    named_kinds: Mapping[str, frozenset[str]]
    numbers: frozenset[str]


class VariantWeights(NamedTuple):
    """For each variant, in the weights of one base: one over the lengths of its vectors."""

    words: Sequence[float]
    matter: Sequence[float]


def profile(variants: Iterable[Reading], context: Iterable[Reading]) -> EntryProfile:
    """``context``: readings of the category and of the passages of the answer."""
    readings = tuple(variants)
    around = tuple(context)
    passages = (*around, readings[0])
    words = _bits(readings, lambda reading: reading.words)
    asked = Counter(aspect for reading in readings for aspect in reading.aspects)
    aspects = {aspect: count / len(readings) for aspect, count in sorted(asked.items())}
    return EntryProfile(
        forms=tuple(reading.form for reading in readings),
        bare_forms=tuple(reading.bare for reading in readings),
        denying=sum(1 << at for at, reading in enumerate(readings) if reading.denies),
        signs="".join(sorted(sign for sign in frozenset().union(*(each.signs for each in readings)) if len(sign) == 1)),
        words=words,
        matter=_bits(readings, lambda reading: reading.matter),
        concepts=_bits(readings, lambda reading: reading.concepts),
        passages=len(passages),
        passage_signs=_bits(passages, lambda reading: frozenset(sign for sign in reading.signs if len(sign) == 1)),
        passage_concepts=_bits(passages, lambda reading: reading.concepts),
        answer_words=frozenset(words).union(*(reading.words for reading in around)),
        aspects=aspects,
        main_aspects=frozenset(aspect for aspect, share in aspects.items() if share >= MAIN_ASPECT),
        kinds=by_group(kind for reading in readings for kind in reading.kinds),
        named_kinds=by_group(readings[0].kinds),
        numbers=frozenset().union(*(reading.numbers for reading in readings)),
    )


def look_alike(best: EntryProfile, other: EntryProfile, reading: Reading) -> bool:
    """Whether the two ask nearly the same but for a kind, a number or a negation, and the question does not say which.

    A question that denies as the best one does has said so.
    """
    return (
        _other_kind(best, other, said=by_group(reading.kinds))
        or _other_number(best, other, said=reading.numbers)
        or (bool(best.denying & 1) != reading.denies and _other_denial(best, other))
    )


def names_other_number(entry: EntryProfile, reading: Reading) -> bool:
    """The entry's own question speaks of a number, the question of one that no variant has: 12345 is not 12310."""
    return bool(reading.numbers and numbers_in(entry.forms[0])) and reading.numbers.isdisjoint(entry.numbers)


def _other_kind(best: EntryProfile, other: EntryProfile, *, said: Mapping[str, frozenset[str]]) -> bool:
    differ = any(
        group not in said and values.isdisjoint(other.named_kinds.get(group, values))
        for group, values in best.named_kinds.items()
    )
    return differ and any(
        fuzz.ratio(mine, theirs) >= 100 * LOOK_ALIKE for mine in best.bare_forms for theirs in other.bare_forms
    )


def _other_number(best: EntryProfile, other: EntryProfile, *, said: frozenset[str]) -> bool:
    mine, theirs = numbers_in(best.forms[0]), numbers_in(other.forms[0])
    if not mine or not theirs or mine == theirs or said & (mine ^ theirs):
        return False
    return fuzz.ratio(without_numbers(best.forms[0]), without_numbers(other.forms[0])) >= 100 * ALL_BUT_EQUAL


def _other_denial(best: EntryProfile, other: EntryProfile) -> bool:
    """Words change places with a negation (哪些要登记, 不登记的有哪些), so their order does not count."""
    if best.denying & 1 == other.denying & 1:
        return False
    mine, theirs = (sorted(without_denials(entry.forms[0])) for entry in (best, other))
    return fuzz.ratio(mine, theirs) >= 100 * ALL_BUT_EQUAL


def by_group(kinds: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for group, value in kinds:
        groups.setdefault(group, set()).add(value)
    return {group: frozenset(values) for group, values in sorted(groups.items())}


def variant_weights(entry: EntryProfile, weights: BaseWeights) -> VariantWeights:
    variants = len(entry.forms)
    return VariantWeights(
        words=_inverse_lengths(entry.words, weights.words, variants),
        matter=_inverse_lengths(entry.matter, weights.words, variants),
    )


def count(counts: TokenCounts, entry: EntryProfile, *, signs: Iterable[str], times: int) -> None:
    """Adds an entry to the counts; ``times`` -1 takes it out again. ``signs``: its signs and pairs, each once."""
    counts.entries += times
    for counter, tokens in (
        (counts.signs, signs),
        (counts.words, entry.words),
        (counts.aspects, entry.aspects),
        (counts.concepts, entry.concepts),
        (counts.known, entry.answer_words),
    ):
        for token in tokens:
            counter[token] += times
            if not counter[token]:
                del counter[token]


class _Places(dict[Bits, tuple[int, ...]]):
    """The places of a number's bits. Bounded; a pattern that finds no room is read anew."""

    def __missing__(self, bits: Bits) -> tuple[int, ...]:
        places = tuple(at for at in range(bits.bit_length()) if bits >> at & 1)
        if len(self) < KEPT_PLACES:
            self[bits] = places
        return places


_places = _Places()


def spread(by_pattern: Mapping[Bits, float], variants: int) -> list[float]:
    """For each variant the sum of what its patterns weigh."""
    totals = [0.0] * variants
    for pattern, weight in by_pattern.items():
        for at in _places[pattern]:
            totals[at] += weight
    return totals


def _bits(readings: Sequence[Reading], kind: Callable[[Reading], frozenset[str]]) -> dict[str, Bits]:
    """In the order of the tokens, so that sums over them are the same in every process."""
    found: dict[str, Bits] = {}
    for at, reading in enumerate(readings):
        for token in kind(reading):
            found[token] = found.get(token, 0) | 1 << at
    return dict(sorted(found.items()))


def _inverse_lengths(tokens: Mapping[str, Bits], weights: Weights, variants: int) -> list[float]:
    """Every token of a base passes here at each change of it, hence no call that can be spared."""
    squares: dict[Bits, float] = {}
    weigh = weights.of_token
    for token, bits in tokens.items():
        weight = weigh(token)
        squares[bits] = squares.get(bits, 0.0) + weight * weight
    return [1 / math.sqrt(square) if square else 0.0 for square in spread(squares, variants)]

"""What an entry says beside its tokens (tokens.py): made once from its readings, the same in every base, kept on disk
as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.search.reading import Reading, numbers_in, without_denials, without_numbers

LOOK_ALIKE = 0.66  # of the letters left without the kind: 多久能办好 and 多久办结; by hand, on the starter base
ALL_BUT_EQUAL = 0.8  # of the letters left without numbers or negations; by hand, on the starter base
MAIN_ASPECT = 0.5  # an aspect that at least half of the variants ask for is what the entry is about

Bits = int  # bit n: the n-th variant does


@dataclass(frozen=True, slots=True)
class EntryProfile:
    """Strings, numbers and collections of them, nothing else: it is stored field by field.

    ``forms`` and ``bare_forms``: of each variant, the latter without the words that name a kind. ``aspects``: share of
    the variants that ask for it. ``named_kinds``: kinds that the entry's own question names, by group.
    """

    forms: tuple[str, ...]
    bare_forms: tuple[str, ...]
    denying: Bits
    aspects: Mapping[str, float]
    main_aspects: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    named_kinds: Mapping[str, frozenset[str]]
    numbers: frozenset[str]


def profile(variants: Iterable[Reading]) -> EntryProfile:
    readings = tuple(variants)
    asked = Counter(aspect for reading in readings for aspect in reading.aspects)
    aspects = {aspect: count / len(readings) for aspect, count in sorted(asked.items())}
    return EntryProfile(
        forms=tuple(reading.form for reading in readings),
        bare_forms=tuple(reading.bare for reading in readings),
        denying=sum(1 << at for at, reading in enumerate(readings) if reading.denies),
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
        (bool(best.named_kinds) and _other_kind(best, other, said=by_group(reading.kinds)))
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
    if not best.numbers or not other.numbers:
        return False
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

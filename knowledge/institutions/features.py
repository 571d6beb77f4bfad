"""What of a typed text and a name speaks for the name, as numbers between 0 and 1. Rarity is the base's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from knowledge.institutions.alignment import Alignment, aligned
from knowledge.institutions.names import sounding
from knowledge.institutions.parts import MUNICIPALITIES, Field, Part, Shape, shape_of

LONG = 5  # signs from which a text is a name in other words rather than an abbreviation, and its places are read
COMMON = 50  # a word in every fiftieth name is as common as can be
CHINESE_MEDICINE = "中医"  # and 中医药; hospitals of it share sponsors, universities and second names
_NUMBER = re.compile(r"[0-9]+")


class Frequencies(Protocol):
    """How often signs and pairs of signs stand in the names of a base."""

    @property
    def surfaces(self) -> int: ...

    def sign_count(self, sign: str) -> int: ...

    def pair_count(self, pair: str) -> int: ...


class Features(NamedTuple):
    """``cover``: share of the typed signs that stand in the name, in order; ``ratio``: 1 − edits over both lengths;
    ``first``, ``last``: the same sign at the end in question; ``longer``: signs more than typed, of twenty.

    Shares of the typed signs by how they touch a word: ``starts``, ``ends``, ``inner``. ``strange``: share of what is
    typed that the name lacks, rare signs weighing more; ``whole``: it lacks nothing. ``run``: share of steps from a
    word to itself or the next.

    Of the words of the name: ``unsaid_…`` those not touched; ``own``: share touched of what sets it apart;
    ``own_first``: the first of these is; ``all_words``, ``all_but_one``: how many are touched; ``common``: how often
    its words stand in names of the base. ``municipality``: it sits in one of the four.

    Of a long text: ``places``, ``narrowest``: the name has all its places, and the last of them, at least by their
    sound; ``other_place``: the share that it lacks; ``same_field``; ``same_medicine``: both speak of Chinese medicine.
    ``other_field``, ``other_number``: both name one, and they differ.
    """

    cover: float
    ratio: float
    first: float
    last: float
    longer: float
    starts: float
    ends: float
    inner: float
    strange: float
    whole: float
    run: float
    unsaid_place: float
    unsaid_number: float
    unsaid_kind: float
    unsaid_branch: float
    own: float
    own_first: float
    all_words: float
    all_but_one: float
    common: float
    municipality: float
    places: float
    narrowest: float
    other_place: float
    same_field: float
    same_medicine: float
    other_field: float
    other_number: float


FEATURE_NAMES = Features._fields


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that is compared with many names. ``places``: those read in a long text, each with its sounding."""

    key: str
    rarities: tuple[float, ...]
    numbers: frozenset[str]
    places: tuple[tuple[str, str], ...]
    field: Field

    @classmethod
    def of(cls, key: str, counts: Frequencies) -> Typed:
        """``key``: in normal form (``name_key``), not empty."""
        shape = shape_of(key)
        places = shape.places if len(key) >= LONG else ()
        return cls(
            key=key,
            rarities=tuple(_rarity(counts.sign_count(sign), counts.surfaces) for sign in key),
            numbers=frozenset(_NUMBER.findall(key)),
            places=tuple((place, sounding(place)) for place in places),
            field=shape.field,
        )


def features(typed: Typed, name: str, counts: Frequencies) -> Features:
    """``name`` in normal form and not empty."""
    key, shape, length = typed.key, shape_of(name), len(typed.key)
    found = aligned(key, shape.words)
    starts, _, _, ends, inner = found.touches
    return Features._make(
        (
            LCSseq.similarity(key, name) / length,
            fuzz.ratio(key, name) / 100,
            float(key[0] == name[0]),
            float(key[-1] == name[-1]),
            min(1.0, max(0, len(name) - length) / 20),
            starts / length,
            ends / length,
            inner / length,
            _strange(typed, found),
            float(len(found.placed) == length),
            _run(found),
            *_words(shape, frozenset(found.words)),
            _common(shape, counts),
            float(shape.seat in MUNICIPALITIES),
            *_held(typed, name),
            *_fields(typed, name, shape.field),
            float(not typed.numbers <= frozenset(_NUMBER.findall(name))) if typed.numbers else 0.0,
        )
    )


def same_numbers(typed: str, key: str) -> bool:
    """Whether every number typed is one of the name, whole: 1 is no part of 15."""
    return frozenset(_NUMBER.findall(typed)) <= frozenset(_NUMBER.findall(key))


def _strange(typed: Typed, found: Alignment) -> float:
    if len(found.placed) == len(typed.key):
        return 0.0
    return max(0.0, 1 - sum(typed.rarities[at] for at in found.placed) / max(sum(typed.rarities), 0.01))


def _rarity(count: int, names: int) -> float:
    return log((names + 2) / (count + 0.5)) / log(names + 2)


def _run(found: Alignment) -> float:
    steps = len(found.words) - 1
    if steps < 1:
        return 1.0
    return sum(after - before <= 1 for before, after in pairwise(found.words)) / steps


def _words(shape: Shape, touched: frozenset[int]) -> tuple[float, ...]:
    """From ``unsaid_place`` to ``all_but_one``."""
    unsaid = [0] * len(Part)
    own = []
    for at, part in enumerate(shape.parts):
        if part is Part.OWN:
            own.append(at in touched)
        elif at not in touched:
            unsaid[part] += 1
    return (
        float(shape.parts[0] is Part.PLACE and 0 not in touched),
        float(unsaid[Part.NUMBER] > 0),
        float(unsaid[Part.KIND] > 0),
        min(3, unsaid[Part.BRANCH]) / 3,
        sum(own) / len(own) if own else 1.0,
        float(own[0]) if own else 1.0,
        float(len(touched) == len(shape.words)),
        float(len(touched) == len(shape.words) - 1),
    )


def _common(shape: Shape, counts: Frequencies) -> float:
    often = max(1, counts.surfaces) / COMMON
    total = 0.0
    for word in shape.words:
        if len(word) > 1:
            total += min(1.0, counts.pair_count(word[:2]) / often)
    return total / len(shape.words)


def _held(typed: Typed, name: str) -> tuple[float, float, float]:
    """``places``, ``narrowest`` and ``other_place``."""
    if not typed.places:
        return 0.0, 0.0, 0.0
    held = [place in name for place, _ in typed.places]
    if not all(held):
        heard = sounding(name)
        held = [there or sound in heard for there, (_, sound) in zip(held, typed.places, strict=True)]
    return float(all(held)), float(held[-1]), held.count(False) / len(held)


def _fields(typed: Typed, name: str, field: Field) -> tuple[float, float, float]:
    """``same_field``, ``same_medicine`` and ``other_field``."""
    if Field.UNKNOWN in (typed.field, field):
        return 0.0, 0.0, 0.0
    same, long = typed.field is field, len(typed.key) >= LONG
    chinese = field is Field.MEDICAL and CHINESE_MEDICINE in typed.key and CHINESE_MEDICINE in name
    return float(same and long), float(same and long and chinese), float(not same)

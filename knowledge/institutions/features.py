"""What of a typed text and a name speaks for the name, as numbers between 0 and 1. Rarity is the base's own."""

from __future__ import annotations

import re
from functools import lru_cache
from math import log
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from knowledge.institutions.alignment import Alignment, Touch, aligned
from knowledge.institutions.names import sounding
from knowledge.institutions.parts import MUNICIPALITIES, Field, Part, Shape, shape_of

LONG = 5  # signs from which a text is a name in other words rather than an abbreviation, and its places are read
COMMON = 50  # a word in every fiftieth name is as common as can be
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
    sound; ``other_place``: the share that it lacks; ``same_field``. ``other_field``, ``other_number``: both name one,
    and they differ.
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
    other_field: float
    other_number: float


FEATURE_NAMES = Features._fields


def features(typed: str, name: str, counts: Frequencies) -> Features:
    """Both in normal form (``name_key``) and not empty."""
    shape, length = shape_of(name), len(typed)
    found = aligned(typed, shape.words)
    touched = frozenset(found.words)
    touches = found.touches
    return Features(
        cover=LCSseq.similarity(typed, name) / length,
        ratio=fuzz.ratio(typed, name) / 100,
        first=float(typed[0] == name[0]),
        last=float(typed[-1] == name[-1]),
        longer=min(1.0, max(0, len(name) - length) / 20),
        starts=touches[Touch.FIRST] / length,
        ends=touches[Touch.LAST] / length,
        inner=touches[Touch.INNER] / length,
        strange=_strange(typed, found, counts),
        whole=float(len(found.placed) == length),
        run=_run(found),
        common=_common(shape, counts),
        municipality=float(shape.seat in MUNICIPALITIES),
        other_number=float(not same_numbers(typed, name)),
        **_words(shape, touched),
        **_long(typed, name, shape),
    )


def same_numbers(typed: str, key: str) -> bool:
    """Whether every number typed is one of the name, whole: 1 is no part of 15."""
    wanted = _NUMBER.findall(typed)
    return not wanted or set(wanted) <= set(_NUMBER.findall(key))


def _strange(typed: str, found: Alignment, counts: Frequencies) -> float:
    if len(found.placed) == len(typed):
        return 0.0
    rarities = [_rarity(counts.sign_count(sign), counts.surfaces) for sign in typed]
    return 1 - sum(rarities[at] for at in found.placed) / max(sum(rarities), 0.01)


def _rarity(count: int, names: int) -> float:
    return log((names + 1) / (count + 0.5)) / log(names + 1)


def _run(found: Alignment) -> float:
    steps = len(found.words) - 1
    if steps < 1:
        return 1.0
    return sum(after - before <= 1 for before, after in zip(found.words, found.words[1:], strict=False)) / steps


def _common(shape: Shape, counts: Frequencies) -> float:
    often = counts.surfaces / COMMON
    shares = [min(1.0, counts.pair_count(word[:2]) / often) for word in shape.words if len(word) > 1]
    return sum(shares) / max(1, len(shape.words))


def _words(shape: Shape, touched: frozenset[int]) -> dict[str, float]:
    unsaid = [0] * len(Part)
    own = []
    for at, part in enumerate(shape.parts):
        if part is Part.OWN:
            own.append(at in touched)
        elif at not in touched:
            unsaid[part] += 1
    return {
        "unsaid_place": float(Part.PLACE in shape.parts[:1] and 0 not in touched),
        "unsaid_number": float(unsaid[Part.NUMBER] > 0),
        "unsaid_kind": float(unsaid[Part.KIND] > 0),
        "unsaid_branch": min(3, unsaid[Part.BRANCH]) / 3,
        "own": sum(own) / len(own) if own else 1.0,
        "own_first": float(own[0]) if own else 1.0,
        "all_words": float(len(touched) == len(shape.words)),
        "all_but_one": float(len(touched) == len(shape.words) - 1),
    }


def _long(typed: str, name: str, shape: Shape) -> dict[str, float]:
    asked = _asked(typed)
    places = asked.places if len(typed) >= LONG else ()
    held = [place in name or sounding(place) in sounding(name) for place in places]
    long = len(typed) >= LONG and asked.field is not Field.UNKNOWN
    return {
        "places": float(bool(held) and all(held)),
        "narrowest": float(bool(held) and held[-1]),
        "other_place": held.count(False) / len(held) if held else 0.0,
        "same_field": float(long and asked.field is shape.field),
        "other_field": float(Field.UNKNOWN not in (asked.field, shape.field) and asked.field is not shape.field),
    }


@lru_cache(maxsize=8)
def _asked(typed: str) -> Shape:
    """The shape of the text of one look-up, which is compared with many names."""
    return shape_of(typed)

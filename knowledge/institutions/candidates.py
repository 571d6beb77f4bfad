"""Names that may be meant, by several cheap recallers; which of them is, ``search`` finds out. No step is O(names)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rapidfuzz.distance import LCSseq

from knowledge.institutions.features import LONG
from knowledge.institutions.index import InstitutionIndex
from knowledge.institutions.names import pairs, sounding
from knowledge.institutions.parts import Field, shape_of
from knowledge.institutions.postings import Holders, Postings, best_among, best_of, both

# On 34,158 names the right one is among these for 99 % of abbreviations; on a million damaged ones for 98 %.
COVERING_CANDIDATES = 40  # of those that begin and end like it, that begin, that end so, and of all
SIMILAR_CANDIDATES = 60
SOUNDING_CANDIDATES = 40
NEIGHBOURS = 20  # of each of the places typed
FEW_CANDIDATES = 30  # with fewer, single signs are asked for as well: slow on a million names, and then rarely needed
# Common tokens tell little and are held by many: measured on a million names, recall stays the same.
RARE_TOKENS = 5
RARE_SOUNDS = 4  # a pair of syllables stands in more names than one of signs
RARE_PLACES = 2
FIRST_COVERING = 20  # of these at least one must hold all that was typed, else slips are reckoned with

# What the names of a field hold, so that a place and a field find what a second name means (县中医院: 县人民医院).
_FIELD_PAIRS = {
    Field.MEDICAL: ("医院", "卫生", "保健"),
    Field.SCHOOL: ("中学", "小学", "学校", "学院", "大学"),
    Field.CULTURE: ("图书", "文化"),
}


def candidates(index: InstitutionIndex, typed: str, *, slips: bool) -> list[int]:
    """Numbers of surfaces. What is no slip of the keyboard but an abbreviation is not looked for by its sound."""
    found = covering(index, index.holding(typed), typed)
    if not slips:
        return found
    covered = any(holds(index.surface(number).key, typed) for number in found[:FIRST_COVERING])
    if not covered or len(typed) < LONG:
        found += _most_of(index.pairs, pairs(typed), limit=SIMILAR_CANDIDATES)
    if not covered:
        found += _most_of(index.sounds, pairs(sounding(typed)), limit=SOUNDING_CANDIDATES, rarest=RARE_SOUNDS)
    if len(found) < FEW_CANDIDATES:
        found += _most_of(index.signs, typed, limit=SIMILAR_CANDIDATES)
    return found


def covering(index: InstitutionIndex, held: Holders, typed: str) -> list[int]:
    """Of ``held`` those that begin and end as what was typed, then those that begin or end so; the shorter ones first.

    Every sign typed stands in them, the shape of an abbreviation.
    """
    begin, end = (both(held, index.pairs.holders(pair)) for pair in (f"^{typed[0]}", f"{typed[-1]}$"))
    parts = (both(begin, end), begin, end, held)
    return _distinct(number for part in parts for number in part.first(COVERING_CANDIDATES).tolist())


def neighbours(index: InstitutionIndex, typed: str) -> list[int]:
    """Surfaces of the field that hold a place of a long text; those that share most of it first."""
    shape = shape_of(typed)
    if len(typed) < LONG or shape.field is Field.UNKNOWN:
        return []
    kinds = [index.pairs.holders(pair) for pair in _FIELD_PAIRS[shape.field]]
    alike = index.pairs.weighted(_rarest(index.pairs, pairs(typed), RARE_TOKENS))
    found: list[int] = []
    for place in _rarest(index.pairs, (name[:2] for name in shape.places), RARE_PLACES):
        numbers = index.pairs.holders(place).first()
        inside = numbers[np.any([kind.among(numbers) for kind in kinds], axis=0)]
        found += best_among(inside, alike, most=NEIGHBOURS).tolist()
    return sorted(set(found))


def holds(key: str, typed: str) -> bool:
    """Whether every sign typed stands in the key, in order."""
    return LCSseq.similarity(typed, key) == len(typed)


def _most_of(postings: Postings, tokens: Iterable[str], *, limit: int, rarest: int = RARE_TOKENS) -> list[int]:
    """Surfaces with the most, and rarest, of the tokens; only the rarest tokens are asked for at all."""
    weighted = postings.weighted(_rarest(postings, tokens, rarest))
    return best_of(weighted, texts=postings.texts, most=limit).tolist() if weighted else []


def _rarest(postings: Postings, tokens: Iterable[str], most: int) -> list[str]:
    """The rarest tokens that there are; of all as rare the first by their code."""
    counted = sorted((postings.count(token), token) for token in dict.fromkeys(tokens))
    return [token for count, token in counted if count][:most]


def _distinct(numbers: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(numbers))

"""Candidates by several cheap recallers, then one ranking over them all. No step is O(names)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tantivy import Occur, Query

from knowledge.institutions.index import SCHEMA, InstitutionIndex, Source, Surface
from knowledge.institutions.names import pairs, sound_pairs
from knowledge.institutions.ranking import confidence, features

# On 34,158 names the right one is among these for 99 % of abbreviations; on a million damaged ones for 98 %.
COVERING_CANDIDATES = 100
SIMILAR_CANDIDATES = 60
SOUNDING_CANDIDATES = 40
FEW_CANDIDATES = 30  # with fewer, single signs are asked for as well: slow on a million names, and then rarely needed
# Long lists of common signs make a query slow and find no more: measured on a million names, recall stays the same.
RARE_TOKENS = 5
RARE_SIGNS = 6
MAX_TYPED_SIGNS = 40  # a longer text is no name; find_in cuts it out first
EXACT_LIMIT = 50
SHORT = 3  # signs up to which an alias counts only when it is spelled exactly so
OTHER_NUMBER = 0.5  # what is left of the confidence where the names differ in a number: 第一中学, 第三中学

_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Ranked:
    """``complete``: every sign typed stands in the name, in order."""

    surface: Surface
    confidence: float
    complete: bool


def exact_names(index: InstitutionIndex, key: str) -> list[Surface]:
    """Surfaces spelled exactly so, registered names before aliases before former names."""
    found = [index.surface(number) for number in index.exact(f"name:{key}", limit=EXACT_LIMIT)]
    return sorted(found, key=lambda surface: (surface.source, surface.owner))


def ranked(index: InstitutionIndex, keys: Sequence[str], *, limit: int) -> list[Ranked]:
    """The best surfaces for what was typed, given as its possible keys; at most one of each institution.

    Ties go to the register's own names, then to the order of the index.
    """
    scored: list[Ranked] = []
    for typed in (key[:MAX_TYPED_SIGNS] for key in keys if key):
        numbers = set(_candidates(index, typed))
        surfaces = (index.surface(number) for number in numbers)
        scored += [_ranked(typed, surface) for surface in surfaces if not _said_or_not(surface)]
    scored.sort(key=lambda one: (-one.confidence, one.surface.source, one.surface.owner))
    best: dict[int, Ranked] = {}
    for one in scored:
        best.setdefault(one.surface.owner, one)
        if len(best) == limit:
            break
    return list(best.values())


def _said_or_not(surface: Surface) -> bool:
    """A short second name is never nearly said: 中大 is not nearly 中农大."""
    return surface.source is Source.SHORT_NAME or (surface.source is not Source.NAME and len(surface.key) <= SHORT)


def _ranked(typed: str, surface: Surface) -> Ranked:
    found = features(typed, surface.key)
    numbered = same_numbers(typed, surface.key)
    sure = confidence(found) * (1.0 if numbered else OTHER_NUMBER)
    return Ranked(surface, sure, found.cover == 1.0 and numbered)


def same_numbers(typed: str, key: str) -> bool:
    """Whether every number typed is one of the name, whole: 1 is no part of 15."""
    wanted = _NUMBER.findall(typed)
    return not wanted or set(wanted) <= set(_NUMBER.findall(key))


def ranked_in_area(index: InstitutionIndex, key: str, area: str, *, limit: int) -> list[Ranked]:
    """The institutions of an area (``area_keys``) that a bare kind word may mean, best first.

    Those whose name ends so; where none does, those that hold every sign of it in order (疾控中心).
    """
    inside = Query.boolean_query([(Occur.Must, _term("exact", area)), (Occur.Must, _covering(index, key))])
    surfaces = [index.surface(number) for number in index.search(inside, limit=COVERING_CANDIDATES)]
    found = [one for one in (_ranked(key, surface) for surface in surfaces) if one.complete]
    ending = [one for one in found if one.surface.key.endswith(key)]
    ordered = sorted(ending or found, key=lambda one: (-one.confidence, one.surface.source, one.surface.owner))
    best: dict[int, Ranked] = {}
    for one in ordered:
        best.setdefault(one.surface.owner, one)
    return list(best.values())[:limit]


def _candidates(index: InstitutionIndex, typed: str) -> list[int]:
    found = index.search(_covering(index, typed), limit=COVERING_CANDIDATES)
    found += _any_of(index, "pairs", pairs(typed), limit=SIMILAR_CANDIDATES)
    found += _any_of(index, "sounds", sound_pairs(typed), limit=SOUNDING_CANDIDATES)
    if len(found) < FEW_CANDIDATES:
        found += _any_of(index, "signs", [*typed, f"^{typed[0]}"], limit=SIMILAR_CANDIDATES)
    return found


def _covering(index: InstitutionIndex, typed: str) -> Query:
    """Every sign typed must stand in the name: the shape of an abbreviation. Of many signs the rarest are enough."""
    required = [(Occur.Must, _term("signs", sign)) for sign in _rarest(index, "signs", typed, RARE_SIGNS)]
    ends = [(Occur.Should, _term("signs", sign)) for sign in (f"^{typed[0]}", f"{typed[-1]}$")]
    return Query.boolean_query([*required, *ends])


def _any_of(index: InstitutionIndex, field: str, tokens: Iterable[str], *, limit: int) -> list[int]:
    """Surfaces with the most, and rarest, of the tokens; only the rarest tokens are asked for at all."""
    terms = [(Occur.Should, _term(field, token)) for token in _rarest(index, field, tokens, RARE_TOKENS)]
    return index.search(Query.boolean_query(terms), limit=limit) if terms else []


def _rarest(index: InstitutionIndex, field: str, tokens: Iterable[str], most: int) -> list[str]:
    counted = sorted((index.frequency(field, token), token) for token in dict.fromkeys(tokens))
    return [token for count, token in counted if count or field == "signs"][:most]


def _term(field: str, token: str) -> Query:
    return Query.term_query(SCHEMA, field, token)

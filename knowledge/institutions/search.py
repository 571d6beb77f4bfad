"""Candidates by several cheap recallers, then one ranking over them all. No step is O(names)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tantivy import Occur, Query

from knowledge.institutions.index import SCHEMA, InstitutionIndex, Surface
from knowledge.institutions.names import pairs, sound_pairs
from knowledge.institutions.ranking import confidence, features

# Measured on 34,158 names: the right one is among these for 99.7 % of abbreviations; more adds time, not hits.
COVERING_CANDIDATES = 100
SIMILAR_CANDIDATES = 60
SOUNDING_CANDIDATES = 40
MAX_TYPED_SIGNS = 40  # a longer text is no name; find_in cuts it out first
EXACT_LIMIT = 50


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
        scored += [_ranked(typed, index.surface(number)) for number in numbers]
    scored.sort(key=lambda one: (-one.confidence, one.surface.source, one.surface.owner))
    best: dict[int, Ranked] = {}
    for one in scored:
        best.setdefault(one.surface.owner, one)
        if len(best) == limit:
            break
    return list(best.values())


def _ranked(typed: str, surface: Surface) -> Ranked:
    found = features(typed, surface.key)
    return Ranked(surface, confidence(found), found.cover == 1.0)


def _candidates(index: InstitutionIndex, typed: str) -> list[int]:
    similar = _similar(typed)
    covering = Query.boolean_query([*_all_signs(typed), (Occur.Should, similar)])
    found = index.search(covering, limit=COVERING_CANDIDATES)
    found += index.search(similar, limit=SIMILAR_CANDIDATES)
    if len(typed) > 1:
        sounding = [(Occur.Should, _term("sounds", sound)) for sound in sound_pairs(typed)]
        found += index.search(Query.boolean_query(sounding), limit=SOUNDING_CANDIDATES)
    return found


def _all_signs(typed: str) -> list[tuple[Occur, Query]]:
    """Every sign typed must stand in the name: the shape of an abbreviation."""
    return [(Occur.Must, Query.const_score_query(_term("signs", sign), 0.0)) for sign in dict.fromkeys(typed)]


def _similar(typed: str) -> Query:
    signs = [*dict.fromkeys(typed), f"^{typed[0]}", f"{typed[-1]}$"]
    terms = [_term("signs", sign) for sign in signs] + [_term("pairs", pair) for pair in pairs(typed)]
    return Query.boolean_query([(Occur.Should, term) for term in terms])


def _term(field: str, token: str) -> Query:
    return Query.term_query(SCHEMA, field, token)

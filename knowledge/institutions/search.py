"""Candidates by several cheap recallers, then one ranking over them all. No step is O(names)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq
from tantivy import Occur, Query

from knowledge.institutions.features import LONG, features
from knowledge.institutions.index import SCHEMA, InstitutionIndex, Source, Surface
from knowledge.institutions.names import pairs, sounding
from knowledge.institutions.parts import Field, shape_of
from knowledge.institutions.ranking import Model, learned_model

# On 34,158 names the right one is among these for 99 % of abbreviations; on a million damaged ones for 98 %.
COVERING_CANDIDATES = 100
SIMILAR_CANDIDATES = 60
SOUNDING_CANDIDATES = 40
NEIGHBOURS = 20  # of each of the places typed
FEW_CANDIDATES = 30  # with fewer, single signs are asked for as well: slow on a million names, and then rarely needed
# Long lists of common signs make a query slow and find no more: measured on a million names, recall stays the same.
RARE_TOKENS = 5
RARE_SIGNS = 6
RARE_PLACES = 2
WEIGHED = 32  # the most promising by signs alone, whose words are then compared
MAX_TYPED_SIGNS = 40  # a longer text is no name; find_in cuts it out first
EXACT_LIMIT = 50
SHORT = 3  # signs up to which an alias counts only when it is spelled exactly so

# What the names of a field hold, so that a place and a field find what a second name means (县中医院: 县人民医院).
_FIELD_PAIRS = {
    Field.MEDICAL: ("医院", "卫生", "保健"),
    Field.SCHOOL: ("中学", "小学", "学校", "学院", "大学"),
    Field.CULTURE: ("图书", "文化"),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """``score``: see ``ranking``. ``complete``: every sign typed stands in the name, in order, and every number whole.
    ``doubtful``: a number, place or field was typed that the name contradicts; never an answer."""

    surface: Surface
    score: float
    complete: bool
    doubtful: bool


def exact_names(index: InstitutionIndex, key: str) -> list[Surface]:
    """Surfaces spelled exactly so, registered names before aliases before former names."""
    found = [index.surface(number) for number in index.exact(f"name:{key}", limit=EXACT_LIMIT)]
    return sorted(found, key=lambda surface: (surface.source, surface.owner))


def ranked(index: InstitutionIndex, keys: Sequence[str], *, limit: int) -> list[Ranked]:
    """The best surfaces for what was typed, given as its possible keys; at most one of each institution.

    Ties go to the register's own names, then to the shorter one.
    """
    model, scored = learned_model(), list[Ranked]()
    for typed in (key[:MAX_TYPED_SIGNS] for key in keys if key):
        scored += [weighed(index, typed, surface, model) for surface in promising(index, typed)]
    scored.sort(key=_order)
    best: dict[int, Ranked] = {}
    for one in scored:
        best.setdefault(one.surface.owner, one)
        if len(best) == limit:
            break
    return list(best.values())


def _order(one: Ranked) -> tuple[float, int, int, str, int]:
    surface = one.surface
    return -one.score, surface.source, len(surface.key), surface.key, surface.owner


def weighed(index: InstitutionIndex, typed: str, surface: Surface, model: Model) -> Ranked:
    found = features(typed, surface.key, index)
    doubtful = found.other_number > 0 or found.other_place > 0 or found.other_field > 0
    return Ranked(surface, model.score(found), found.cover == 1.0 and not found.other_number, doubtful)


def nearly_said(surface: Surface) -> bool:
    """Whether a surface may be meant without being spelled so; a short one is not: 中大 is not nearly 中农大."""
    return surface.source is not Source.SHORT_NAME and (surface.source is Source.NAME or len(surface.key) > SHORT)


def promising(index: InstitutionIndex, typed: str) -> list[Surface]:
    """The candidates that are closest sign by sign, and those near the places typed."""
    alike = [index.surface(number) for number in sorted(set(_candidates(index, typed)))]
    closest = sorted(filter(nearly_said, alike), key=lambda surface: -_closeness(typed, surface.key))[:WEIGHED]
    taken = {(surface.owner, surface.key) for surface in closest}
    near = map(index.surface, _neighbours(index, typed))
    return closest + [one for one in near if nearly_said(one) and (one.owner, one.key) not in taken]


def _closeness(typed: str, key: str) -> float:
    """A rough first ranking; its weights are those of the same features in the learned one."""
    ends = (typed[0] == key[0]) + 0.4 * (typed[-1] == key[-1])
    return 4 * LCSseq.similarity(typed, key) / len(typed) + fuzz.ratio(typed, key) / 100 + ends


def ranked_in_area(index: InstitutionIndex, key: str, area: str, *, limit: int) -> list[Ranked]:
    """The institutions of an area (``area_keys``) that a bare kind word may mean, best first.

    Those whose name ends so; where none does, those that hold every sign of it in order (疾控中心).
    """
    inside = Query.boolean_query([(Occur.Must, _term("exact", area)), (Occur.Must, _covering(index, key))])
    surfaces = [index.surface(number) for number in index.search(inside, limit=COVERING_CANDIDATES)]
    model = learned_model()
    found = [one for one in (weighed(index, key, surface, model) for surface in surfaces) if one.complete]
    ending = [one for one in found if one.surface.key.endswith(key)]
    ordered = sorted(ending or found, key=_order)
    best: dict[int, Ranked] = {}
    for one in ordered:
        best.setdefault(one.surface.owner, one)
    return list(best.values())[:limit]


def _candidates(index: InstitutionIndex, typed: str) -> list[int]:
    found = index.search(_covering(index, typed), limit=COVERING_CANDIDATES)
    found += _any_of(index, "pairs", pairs(typed), limit=SIMILAR_CANDIDATES)
    found += _any_of(index, "sounds", pairs(sounding(typed)), limit=SOUNDING_CANDIDATES)
    if len(found) < FEW_CANDIDATES:
        found += _any_of(index, "signs", [*typed, f"^{typed[0]}"], limit=SIMILAR_CANDIDATES)
    return found


def _neighbours(index: InstitutionIndex, typed: str) -> list[int]:
    """Surfaces of the field that hold a place of a long text; those that share most of it first."""
    shape = shape_of(typed)
    if len(typed) < LONG or shape.field is Field.UNKNOWN:
        return []
    kinds = Query.boolean_query([(Occur.Should, _term("pairs", pair)) for pair in _FIELD_PAIRS[shape.field]])
    alike = [(Occur.Should, _term("pairs", pair)) for pair in _rarest(index, "pairs", pairs(typed), RARE_TOKENS)]
    found: list[int] = []
    for place in _rarest(index, "pairs", (name[:2] for name in shape.places), RARE_PLACES):
        inside = [(Occur.Must, _term("pairs", place)), (Occur.Must, kinds)]
        found += index.search(Query.boolean_query([*inside, *alike]), limit=NEIGHBOURS)
    return sorted(set(found))


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

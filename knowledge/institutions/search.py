"""Candidates by several cheap recallers, then one ranking over them all. No step is O(names)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq
from tantivy import Occur, Query

from knowledge.institutions.features import LONG, Typed, features
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
RARE_SOUNDS = 4  # a pair of syllables stands in more names than one of signs
RARE_SIGNS = 6
RARE_PLACES = 2
WEIGHED = 32  # the most promising by signs alone, whose words are then compared
FAR_BEHIND = 2.0  # of the closest; who is further has no chance
FIRST_COVERING = 20  # of these at least one must hold all that was typed, else slips are reckoned with
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
    for number, key in enumerate(key[:MAX_TYPED_SIGNS] for key in keys if key):
        typed = Typed.of(key, index)
        surfaces = promising(index, key, slips=number == 0)
        scored += [weighed(index, typed, surface, model) for surface in surfaces]
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


def weighed(index: InstitutionIndex, typed: Typed, surface: Surface, model: Model) -> Ranked:
    found = features(typed, surface.key, index)
    doubtful = found.other_number > 0 or found.other_place > 0 or found.other_field > 0
    return Ranked(surface, model.score(found), found.cover == 1.0 and not found.other_number, doubtful)


def nearly_said(surface: Surface) -> bool:
    """Whether a surface may be meant without being spelled so; a short one is not: 中大 is not nearly 中农大."""
    return surface.source is not Source.SHORT_NAME and (surface.source is Source.NAME or len(surface.key) > SHORT)


def promising(index: InstitutionIndex, typed: str, *, slips: bool = True) -> list[Surface]:
    """The candidates that are closest sign by sign, and those near the places typed.

    ``slips``: whether some sign may be wrong; a second reading of the same text is taken by the letter.
    """
    surfaces = map(index.surface, dict.fromkeys(_candidates(index, typed, slips=slips)))
    rated = [(_closeness(typed, one.key), one) for one in surfaces if nearly_said(one)]
    rated.sort(key=lambda pair: (-pair[0], pair[1].key, pair[1].owner))
    closest = [one for close, one in rated[:WEIGHED] if close >= rated[0][0] - FAR_BEHIND]
    if not slips or (closest and _holds(closest[0].key, typed)):
        return closest
    taken = {(surface.owner, surface.key) for surface in closest}
    near = map(index.surface, _neighbours(index, typed))
    return closest + [one for one in near if nearly_said(one) and (one.owner, one.key) not in taken]


def _holds(key: str, typed: str) -> bool:
    """Whether every sign typed stands in the key, in order."""
    return LCSseq.similarity(typed, key) == len(typed)


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
    model, typed = learned_model(), Typed.of(key, index)
    found = [one for one in (weighed(index, typed, surface, model) for surface in surfaces) if one.complete]
    ending = [one for one in found if one.surface.key.endswith(key)]
    ordered = sorted(ending or found, key=_order)
    best: dict[int, Ranked] = {}
    for one in ordered:
        best.setdefault(one.surface.owner, one)
    return list(best.values())[:limit]


def _candidates(index: InstitutionIndex, typed: str, *, slips: bool) -> list[int]:
    """Numbers of surfaces. What is no slip of the keyboard but an abbreviation is not looked for by its sound."""
    found = index.search(_covering(index, typed), limit=COVERING_CANDIDATES)
    if not slips:
        return found
    covered = any(_holds(index.surface(number).key, typed) for number in found[:FIRST_COVERING])
    if not covered or len(typed) < LONG:
        found += _any_of(index, "signs", pairs(typed), limit=SIMILAR_CANDIDATES)
    if not covered:
        found += _any_of(index, "sounds", pairs(sounding(typed)), limit=SOUNDING_CANDIDATES, most=RARE_SOUNDS)
    if len(found) < FEW_CANDIDATES:
        found += _any_of(index, "signs", [*typed, f"^{typed[0]}"], limit=SIMILAR_CANDIDATES)
    return found


def _neighbours(index: InstitutionIndex, typed: str) -> list[int]:
    """Surfaces of the field that hold a place of a long text; those that share most of it first."""
    shape = shape_of(typed)
    if len(typed) < LONG or shape.field is Field.UNKNOWN:
        return []
    kinds = Query.boolean_query([(Occur.Should, _term("signs", pair)) for pair in _FIELD_PAIRS[shape.field]])
    alike = [(Occur.Should, _term("signs", pair)) for pair in _rarest(index, "signs", pairs(typed), RARE_TOKENS)]
    found: list[int] = []
    for place in _rarest(index, "signs", (name[:2] for name in shape.places), RARE_PLACES):
        inside = [(Occur.Must, _term("signs", place)), (Occur.Must, kinds)]
        found += index.search(Query.boolean_query([*inside, *alike]), limit=NEIGHBOURS)
    return sorted(set(found))


def _covering(index: InstitutionIndex, typed: str) -> Query:
    """Every sign typed must stand in the name: the shape of an abbreviation. Of many signs the rarest are enough."""
    unknown = [sign for sign in typed if not index.frequency("signs", sign)]
    rarest = unknown[:1] or _rarest(index, "signs", typed, RARE_SIGNS)
    required = [(Occur.Must, _term("signs", sign)) for sign in rarest]
    ends = [(Occur.Should, _term("signs", sign)) for sign in (f"^{typed[0]}", f"{typed[-1]}$")]
    return Query.boolean_query([*required, *ends])


def _any_of(
    index: InstitutionIndex, field: str, tokens: Iterable[str], *, limit: int, most: int = RARE_TOKENS
) -> list[int]:
    """Surfaces with the most, and rarest, of the tokens; only the rarest tokens are asked for at all."""
    terms = [(Occur.Should, _term(field, token)) for token in _rarest(index, field, tokens, most)]
    return index.search(Query.boolean_query(terms), limit=limit) if terms else []


def _rarest(index: InstitutionIndex, field: str, tokens: Iterable[str], most: int) -> list[str]:
    """The rarest tokens that there are; of all as rare the first by their code."""
    counted = sorted((index.frequency(field, token), token) for token in dict.fromkeys(tokens))
    return [token for count, token in counted if count][:most]


def _term(field: str, token: str) -> Query:
    return Query.term_query(SCHEMA, field, token)

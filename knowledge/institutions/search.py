"""What was typed against its candidates: a rough first look at all, then one ranking of the most promising."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from knowledge.institutions.candidates import candidates, covering, holds, neighbours
from knowledge.institutions.features import Typed, features
from knowledge.institutions.index import InstitutionIndex
from knowledge.institutions.places import area_numbers
from knowledge.institutions.postings import Listed
from knowledge.institutions.ranking import Model, learned_model
from knowledge.institutions.surfaces import Source, Surface

WEIGHED = 24  # the most promising by signs alone, whose words are then compared
FAR_BEHIND = 2.0  # of the closest; who is further has no chance
MAX_TYPED_SIGNS = 40  # a longer text is no name; find_in cuts it out first
EXACT_LIMIT = 50
NATIONAL = ("中国", "中央", "中华", "国家")
SHORT = 3  # signs up to which an alias counts only when it is spelled exactly so


@dataclass(frozen=True, slots=True)
class Ranked:
    """``score``: see ``ranking``. ``complete``: every sign typed stands in the name, in order, and every number whole.
    ``doubtful``: a number, place or field was typed that the name contradicts; never an answer."""

    surface: Surface
    score: float
    complete: bool
    doubtful: bool


def exact_names(index: InstitutionIndex, key: str) -> list[Surface]:
    """Surfaces spelled exactly so, registered names before aliases before former names; of what several are called,
    the nation's first."""
    found = sorted(index.named(key), key=lambda surface: (surface.source, surface.number))[:EXACT_LIMIT]
    if len(found) < 2:
        return found
    return sorted(found, key=lambda surface: (surface.source, not _national(index, surface)))


def _national(index: InstitutionIndex, surface: Surface) -> bool:
    return index.card(surface.owner).name.startswith(NATIONAL)


def ranked(index: InstitutionIndex, keys: Sequence[str], *, limit: int) -> list[Ranked]:
    """The best surfaces for what was typed, given as its possible keys; at most one of each institution.

    Ties go to the register's own names, then to the shorter one, then to the lower key, then by ``Surface.number``.
    """
    model, scored = learned_model(), list[Ranked]()
    for number, key in enumerate(key[:MAX_TYPED_SIGNS] for key in keys if key):
        typed = Typed.of(key, index)
        surfaces = promising(index, key, slips=number == 0)
        scored += [weighed(index, typed, surface, model) for surface in surfaces]
    scored.sort(key=precedence)
    best: dict[int, Ranked] = {}
    for one in scored:
        best.setdefault(one.surface.owner, one)
        if len(best) == limit:
            break
    return list(best.values())


def precedence(one: Ranked) -> tuple[float, int, int, str, int]:
    """Lower goes first."""
    surface = one.surface
    return -one.score, surface.source, len(surface.key), surface.key, surface.number


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
    surfaces = map(index.surface, dict.fromkeys(candidates(index, typed, slips=slips)))
    rated = [(_closeness(typed, one.key), one) for one in surfaces if nearly_said(one)]
    rated.sort(key=lambda pair: (-pair[0], len(pair[1].key), pair[1].key, pair[1].number))
    closest = [one for close, one in rated[:WEIGHED] if close >= rated[0][0] - FAR_BEHIND]
    if not slips or (closest and holds(closest[0].key, typed)):
        return closest
    taken = {(surface.owner, surface.key) for surface in closest}
    near = map(index.surface, neighbours(index, typed))
    return closest + [one for one in near if nearly_said(one) and (one.owner, one.key) not in taken]


def _closeness(typed: str, key: str) -> float:
    """A rough first ranking; its weights are those of the same features in the learned one."""
    ends = (typed[0] == key[0]) + 0.4 * (typed[-1] == key[-1])
    return 4 * LCSseq.similarity(typed, key) / len(typed) + fuzz.ratio(typed, key) / 100 + ends


def ranked_in_area(index: InstitutionIndex, key: str, region: str, *, limit: int) -> list[Ranked]:
    """The institutions of an area that a bare kind word may mean, best first.

    Those whose name ends so; where none does, those that hold every sign of it in order (疾控中心).
    """
    inside = Listed(index.inside(area_numbers(region), index.holding(key).first()))
    surfaces = [index.surface(number) for number in covering(index, inside, key)]
    model, typed = learned_model(), Typed.of(key, index)
    found = [one for one in (weighed(index, typed, surface, model) for surface in surfaces) if one.complete]
    ending = [one for one in found if one.surface.key.endswith(key)]
    ordered = sorted(ending or found, key=precedence)
    best: dict[int, Ranked] = {}
    for one in ordered:
        best.setdefault(one.surface.owner, one)
    return list(best.values())[:limit]

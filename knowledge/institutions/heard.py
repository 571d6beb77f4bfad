"""Names that sound like what was typed: for a wrong sign of the same sound, and for names in pinyin letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from rapidfuzz.distance import LCSseq

from knowledge.institutions.candidates import SOUNDING_CANDIDATES
from knowledge.institutions.features import same_numbers
from knowledge.institutions.index import InstitutionIndex
from knowledge.institutions.names import name_key, pairs, sounding
from knowledge.institutions.places import area_numbers, closeness
from knowledge.institutions.postings import all_of, best_of
from knowledge.institutions.search import MAX_TYPED_SIGNS
from knowledge.institutions.surfaces import Surface

SHORTEST_PART = 4  # signs; what is shorter must be all that a name sounds like
FEWEST_SAME = 0.5  # share of the signs typed that stand in the name as they are; of letters none can
LARGEST_REST = 0.5  # share of a name that may be left unsaid where only its sound is known


def heard(
    index: InstitutionIndex, texts: Iterable[str], *, region: str | None, limit: int, by_sound_alone: bool
) -> list[Surface]:
    """Surfaces that hold each sound of one of the texts in order, at most one of an institution; whole names first,
    then those of ``region``. ``by_sound_alone``: the texts' signs stand for letters and say nothing themselves."""
    found: dict[int, tuple[tuple[object, ...], Surface]] = {}
    for key in (name_key(text)[:MAX_TYPED_SIGNS] for text in texts):
        if len(key) < 2:
            continue
        for surface in map(index.surface, _sounding_so(index, sounding(key), region)):
            if _fits(key, surface.key, by_sound_alone=by_sound_alone):
                rank = _rank(index, key, surface, region)
                if surface.owner not in found or rank < found[surface.owner][0]:
                    found[surface.owner] = (rank, surface)
    return [surface for _, surface in sorted(found.values())][:limit]


def _sounding_so(index: InstitutionIndex, sounds: str, region: str | None) -> Iterator[int]:
    """Numbers of surfaces that hold the sounds side by side, those of the region first; then what shares most."""
    tokens = list(dict.fromkeys(pairs(sounds)))
    numbers = all_of([index.sounds.holders(pair) for pair in tokens]).first()
    near = index.inside(area_numbers(region), numbers) if region else numbers[:0]
    weighted = index.sounds.weighted(token for token in tokens if index.sounds.count(token))
    alike = best_of(weighted, texts=index.surfaces, most=SOUNDING_CANDIDATES) if weighted else numbers[:0]
    each = (found[:SOUNDING_CANDIDATES].tolist() for found in (near, numbers, alike))
    return iter(dict.fromkeys(chain.from_iterable(each)))


def _fits(key: str, name: str, *, by_sound_alone: bool) -> bool:
    typed, sounds = sounding(key), sounding(name)
    if len(typed) < SHORTEST_PART:
        return typed == sounds
    if LCSseq.similarity(typed, sounds) < len(typed) or not same_numbers(key, name):
        return False
    if by_sound_alone:
        return len(typed) >= LARGEST_REST * len(sounds)
    return LCSseq.similarity(key, name) >= FEWEST_SAME * len(key)


def _rank(index: InstitutionIndex, key: str, surface: Surface, region: str | None) -> tuple[object, ...]:
    typed, sounds = sounding(key), sounding(surface.key)
    near = closeness(index.card(surface.owner).region, region)
    return typed != sounds, typed not in sounds, -near, len(sounds), surface.key, surface.number

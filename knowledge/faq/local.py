"""Of entries that ask the same for several places, only the most local one speaks."""

from __future__ import annotations

from rapidfuzz import fuzz

from knowledge.faq.matching import Match
from knowledge.search.decision import KEPT_CANDIDATES

# Two entries ask the same thing where their questions are this alike; then the more local one speaks.
SAME_QUESTION = 0.9


def local_first(matches: list[Match]) -> list[Match]:
    """Only the most local one of those that ask the same stays, with the confidence of both."""
    if len({match.region for match in matches[: 2 * KEPT_CANDIDATES]}) < 2:
        return matches
    kept: list[Match] = []
    for match in matches:
        twin = next((at for at, other in enumerate(kept) if _ask_the_same(match, other)), None)
        if twin is None:
            kept.append(match)
        else:
            kept[twin] = _more_local(kept[twin], match)
    return sorted(kept, key=lambda match: (-match.confidence, match.id))


def _more_local(one: Match, other: Match) -> Match:
    together = round(min(1.0, one.confidence + other.confidence), 6)
    local = max(one, other, key=lambda match: (_depth(match.region), match.confidence))
    return local._replace(confidence=together)


def _depth(region: str | None) -> int:
    return 0 if region is None else 1 + sum(region[at : at + 2] != "00" for at in (2, 4))


def _ask_the_same(one: Match, other: Match) -> bool:
    if one.region == other.region:
        return False
    mine, theirs = one.entry, other.entry
    if set(mine.variants) & set(theirs.variants):
        return True
    return fuzz.ratio(mine.question, theirs.question) >= 100 * SAME_QUESTION

"""What a look-up finds: hits with what they are ranked by, and whether one of them is meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from knowledge.institutions.cards import InstitutionCard
from knowledge.institutions.codes import CodeNote
from knowledge.institutions.parts import is_anybodys
from knowledge.institutions.places import INSIDE, closeness
from knowledge.institutions.ranking import confidence

Matched = Literal["name", "alias", "former_name", "code", "certificate", "address"]

# Answer outright from this confidence, and this far ahead of the next (in score); offer from the lower one. From a grid
# over both tuning sets: the most right answers where fewer than 2 % of the abbreviations are answered wrongly. Nothing
# right was found below 0.17.
SURE = 0.70
AHEAD = 1.2
WORTH_OFFERING = 0.15
EXACT = 10.0  # the score of what is spelled exactly so; above any that is only like it
HOME_BONUS = 1.0  # in score, a step of closeness; at home it outweighs the advantage of the four municipalities


@dataclass(frozen=True, slots=True)
class Hit:
    """``matched_name``: the alias or former name that matched, as registered. ``exact``: spelled so, not only like it.
    ``complete``: every sign typed stands in the matched name, in order. ``score``: what hits are ranked by.
    ``doubtful``: what was typed contradicts the name somewhere."""

    institution: InstitutionCard
    confidence: float
    matched_on: Matched
    matched_name: str | None = None
    exact: bool = False
    complete: bool = False
    score: float = 0.0
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """``one``: it is the first hit; ``several``: ask which; ``none``: nothing near enough. Hits are best first and go
    on after the one that is meant. ``note``: what a typed credit code looks like."""

    kind: Literal["one", "several", "none"]
    hits: tuple[Hit, ...] = ()
    note: CodeNote | None = None


def home_first(hits: list[Hit], region: str | None) -> list[Hit]:
    """Near ties go to the account's own area; a clearly better name elsewhere stays ahead."""
    return sorted((_at_home(hit, region) for hit in hits), key=lambda hit: -hit.score)


def _at_home(hit: Hit, region: str | None) -> Hit:
    near = closeness(hit.institution.region, region)
    if not near or hit.confidence < WORTH_OFFERING:
        return hit
    score = hit.score + HOME_BONUS * near
    return replace(hit, score=score, confidence=1.0 if hit.exact else confidence(score))


def anybodys(key: str, ordered: list[Hit], region: str | None) -> bool:
    """Whether the name that is spelled exactly so is only a number and a kind, and others that are called so as well
    could be meant: 第一中学 is one town's registered name and every town's school."""
    if not ordered or not ordered[0].exact or closeness(ordered[0].institution.region, region):
        return False
    return is_anybodys(key) and any(hit.complete for hit in ordered if not hit.exact)


def distinct(hits: list[Hit]) -> list[Hit]:
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.institution.id, hit)
    return list(first.values())


def decided(hits: list[Hit], sure: int, limit: int, region: str | None) -> Lookup:
    """``sure`` counts the hits at the front that are spelled exactly so: one is meant, of several nobody knows."""
    shown = tuple(hits[:limit])
    if sure:
        return Lookup("one" if sure == 1 else "several", shown)
    if not shown or shown[0].confidence < WORTH_OFFERING:
        return Lookup("none", shown)
    best = shown[0]
    at_home = closeness(best.institution.region, region) == INSIDE
    rivals = (hit for hit in hits[1:] if not _contradicted(hit, best) and not (at_home and branch_of(best, hit)))
    ahead = min((best.score - hit.score for hit in rivals), default=AHEAD)
    clear = best.confidence >= SURE and ahead >= AHEAD and not best.doubtful
    return Lookup("one" if clear else "several", shown)


def _contradicted(hit: Hit, best: Hit) -> bool:
    """Whether it only looks near: the typed text contradicts it – 第十一中学 for 一中 – and the best has all of it."""
    return best.complete and not best.doubtful and hit.doubtful


def branch_of(host: Hit, hit: Hit) -> bool:
    """Whether a name that has all that was typed goes on in the other, which is then its branch: 人民医院东院区."""
    name, other = host.institution.name, hit.institution.name
    return host.complete and len(other) > len(name) and other.startswith(name)

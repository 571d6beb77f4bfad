"""A registered name, spelled in full, somewhere in a text that has none of the known forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.institutions.index import InstitutionIndex
from knowledge.institutions.names import pairs, traced_key
from knowledge.institutions.parts import is_anybodys
from knowledge.institutions.sentences import plain_signs
from knowledge.institutions.surfaces import Source, Surface

SHORTEST, LONGEST = 5, 40  # signs of a name that is looked for; 实验小学 is said of many
MAX_TEXT = 120  # signs; a longer text tells a story
# What nearly all names end in. A name that ends otherwise is found by itself, or in one of the known forms.
_END = re.compile(
    r"学|[学分总党]校|[医学法卫剧书福]院|研究院|科学院|检察院|生院|保健院|[园所局站馆会处队社台办厅场]|中心|政府|[校院]区"
)
_GOES_ON = re.compile(r"[东西南北新老总]?(?:校区|院区|分[校院馆部])|附属|第[一二三四五六七八九十0-9]")
_NOT_IN_KEYS = re.compile(r"\W+")
_NUMERAL = re.compile(r"[第0-9零〇一二两三四五六七八九十百千]")  # counted in keys, so that their neighbours are others


@dataclass(frozen=True, slots=True)
class Inside:
    """``start`` and ``end``: where the name stands in the text. ``rest``: what the text says beside it."""

    surface: Surface
    start: int
    end: int
    rest: str


def registered_inside(index: InstitutionIndex, text: str) -> Inside | None:
    """The longest registered name in the text; ``None`` where there is none, or two."""
    if len(text) > MAX_TEXT:
        return None
    plain = plain_signs(text)
    if not any(_may_end_a_name(index, plain[: ending.end()]) for ending in _END.finditer(plain)):
        return None
    key, places = traced_key(plain)
    found: list[tuple[int, int, Surface]] = []
    for ending in _END.finditer(key):
        end = ending.end()
        if (longest := _longest_before(index, key, end)) is not None:
            found = [one for one in found if one[0] < longest[0]]  # 示例县第一中学 goes before its 第一中学…东校区
            found.append((longest[0], end, longest[1]))
    if len(found) != 1:
        return None
    start, end, surface = found[0]
    first, last = places[start][0], places[end - 1][1]
    if _GOES_ON.match(key, end):  # a branch that is not registered by itself
        return None
    return Inside(surface, first, last, _joined(plain[:first], plain[last:]))


def _may_end_a_name(index: InstitutionIndex, text: str) -> bool:
    """Whether the last signs stand side by side in names, as those of no question about procedures do."""
    tail = _NOT_IN_KEYS.sub("", text[-2 * SHORTEST :])[-SHORTEST:]
    known = (_NUMERAL.search(pair) or index.pair_count(pair) for pair in pairs(tail))
    return len(tail) >= SHORTEST - 1 and all(known)


def _longest_before(index: InstitutionIndex, key: str, end: int) -> tuple[int, Surface] | None:
    """The longest name that ends there. Every two neighbouring signs of it stand in names, which ends most searches."""
    best = None
    for start in range(end - 2, max(-1, end - LONGEST - 1), -1):
        if not index.pair_count(key[start : start + 2]):
            break
        if end - start >= SHORTEST and (surface := _only(index, key[start:end])):
            best = start, surface
    return best


def _only(index: InstitutionIndex, key: str) -> Surface | None:
    """The one institution that is registered so; namesakes are asked about elsewhere."""
    named = [surface for surface in index.named(key) if surface.source is Source.NAME]
    return named[0] if len(named) == 1 and not is_anybodys(key) else None


def _joined(before: str, after: str) -> str:
    """What is left of a sentence, without the particle that the name stood before."""
    rest = re.sub(r"^[\s的,，。:：、)）》”】]+", "", after)
    return re.sub(r"[\s(（《“【]+$", "", before) + rest.strip()

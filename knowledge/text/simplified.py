"""Traditional characters as Simplified ones, sign by sign: for reading words whose positions matter."""

from __future__ import annotations

import re
from functools import cache

import opencc

CJK = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))

# Signs that are Simplified themselves in some words and Traditional for another sign elsewhere: 覆盖 but 答覆,
# 瞭望 but 瞭解, 著名 but 看著. opencc decides these only in phrases that it lists.
BY_NEIGHBOURS = re.compile(
    r"(?<=[回答批反函])覆"
    r"|瞭(?!望)"
    r"|(?<![名显卓土原专编译论巨昭遗合拙])著(?![作名称述者书录])"
)
_MEANT = {"覆": "复", "瞭": "了", "著": "着"}


def simplified(text: str) -> str:
    """As long as it was. What people wrote is kept as written; this is only for recognising it."""
    if not _worth_reading().search(text):
        return text
    return BY_NEIGHBOURS.sub(by_neighbours, text.translate(simplified_signs()))


def by_neighbours(found: re.Match[str]) -> str:
    """A match of ``BY_NEIGHBOURS`` as the Simplified sign that it stands for there."""
    return _MEANT[found.group()]


@cache
def simplified_signs() -> dict[int, str]:
    """Each Traditional sign led to the Simplified one that it ends at, from opencc's tables for all and Hong Kong."""
    table: dict[int, str] = {}
    for variant in ("hk2s", "t2s"):
        convert = opencc.OpenCC(variant).convert
        for low, high in CJK:
            signs = [chr(point) for point in range(low, high)]
            for sign, simple in zip(signs, convert("\n".join(signs)).split("\n"), strict=True):
                if sign != simple:
                    table[ord(sign)] = simple
    return {point: _end_of_chain(table, simple) for point, simple in table.items()}


@cache
def _worth_reading() -> re.Pattern[str]:
    """Any sign that may change: nearly no text has one, and to ask the table for each sign takes ten times as long."""
    return re.compile(f"[{''.join(map(chr, simplified_signs()))}{''.join(_MEANT)}]")


def _end_of_chain(table: dict[int, str], simple: str) -> str:
    seen = set()
    while len(simple) == 1 and ord(simple) in table and simple not in seen:
        seen.add(simple)
        simple = table[ord(simple)]
    return simple

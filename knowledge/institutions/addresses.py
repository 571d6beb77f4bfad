"""Institutions by where they say they are: an address, or a distinctive part of one, typed as text."""

from __future__ import annotations

import re

from knowledge.institutions.cards import InstitutionCard, namesake_rank
from knowledge.institutions.features import same_numbers
from knowledge.institutions.index import InstitutionIndex
from knowledge.institutions.names import name_key
from knowledge.institutions.places import closeness

MAX_AT_ADDRESS = 50  # a street can hold more; three are offered, and who wants another types its number
SHORTEST = 4  # signs; 1号 or 中山路 is said of too many places

_STREET = re.compile(r"路|街|大道|巷|弄|胡同|里|村|组|大厦|广场|小区|园区|大院|号")
_END = re.compile(r".*(?:路|街|道|巷|弄|胡同|村|组|大厦|广场|小区|园区|大院|楼|号|室|层|座|[0-9])")
# What people put before an address and registers leave out; never the county, which tells two streets apart.
_PROVINCE = re.compile(r"^[^0-9路街]{2,6}?(?:省|自治区)(?=.{4})")
_CITY = re.compile(r"^[^0-9路街县区]{2,6}?市(?=[^0-9路街]{1,8}?[县区市旗])")


def looks_like_address(text: str) -> bool:
    """Whether a text is written as an address is; no name of a street or a number alone."""
    key = name_key(text)
    return len(key) >= SHORTEST and bool(_STREET.search(key) and _END.fullmatch(key)) and not key[0].isdigit()


def at_address(index: InstitutionIndex, text: str, *, region: str | None, limit: int) -> list[InstitutionCard]:
    """Those whose address holds this text, sign for sign in normal form; whose address is no longer than it first."""
    for key in _spoken(name_key(text)):
        if found := _holding(index, key):
            found.sort(key=lambda card: (not _ends(card, key), -closeness(card.region, region), *namesake_rank(card)))
            return found[:limit]
    return []


def _spoken(key: str) -> list[str]:
    """The address as typed, then without its province, then without its city."""
    local = _PROVINCE.sub("", key)
    return list(dict.fromkeys([key, local, _CITY.sub("", local)]))


def _holding(index: InstitutionIndex, key: str) -> list[InstitutionCard]:
    cards = map(index.card, index.at_address(key, limit=MAX_AT_ADDRESS))
    return [card for card in cards if _at(name_key(card.address or ""), key)]


def _at(address: str, key: str) -> bool:
    return key in address and same_numbers(key, address)


def _ends(card: InstitutionCard, key: str) -> bool:
    return name_key(card.address or "").endswith(key)

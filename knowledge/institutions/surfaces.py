"""The names by which an institution is found, and what the index is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple


class Source(IntEnum):
    """Where a surface of an institution comes from; lower is stronger."""

    NAME = 0
    ALIAS = 1
    FORMER_NAME = 2
    SHORT_NAME = 3  # not the register's: what everybody calls it


SOURCES = tuple(Source)


class Entries(NamedTuple):
    """What the index is told of some institutions, column by column: a million of them are made in seconds.

    ``cards``, ``ids``, ``keys`` (of the registered names) and ``areas`` (the numbers of the regions, nought for none)
    have a value of each; the others have some of a few, each after the place of its institution in these columns.
    ``known_by``: exact look-up keys such as ``code:…`` and cells (``cells_of``). ``addresses``: as registered.
    """

    cards: Sequence[bytes]
    ids: Sequence[str]
    keys: Sequence[str]
    areas: Sequence[int]
    other_names: Sequence[tuple[int, str, Source]] = ()
    known_by: Sequence[tuple[int, str]] = ()
    addresses: Sequence[tuple[int, str]] = ()


class Surface(NamedTuple):
    """One name of an institution in normal form, with the number of its owner.

    ``number``: its own in the index: by the length of the key, of one key by the name as registered, by credit code
    and only then by id. Of equally good ones the lowest goes first, so that random ids decide nothing.
    """

    key: str
    owner: int
    source: Source
    number: int

"""The names by which an institution is found, and what the index is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple


class Source(IntEnum):
    """Where a surface of an institution comes from; lower is stronger."""

    NAME = 0
    ALIAS = 1
    FORMER_NAME = 2
    SHORT_NAME = 3  # not the register's: what everybody calls it


SOURCES = tuple(Source)


class Entry(NamedTuple):
    """What the index is told of one institution; a million of them are made in seconds.

    ``known_by``: exact look-up keys such as ``code:…`` and cells (``cells_of``). ``area``: the number of its region,
    nought for none. ``key``: of the name, where it is known.
    """

    card: bytes
    name: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    area: int = 0
    address: str = ""
    key: str = ""

    def other_names(self) -> Iterator[tuple[str, Source]]:
        """All but the registered one."""
        for alias in self.aliases:
            yield alias, Source.ALIAS
        for former in self.former_names:
            yield former, Source.FORMER_NAME
        for short in self.short_names:
            if short not in self.aliases:
                yield short, Source.SHORT_NAME


class Surface(NamedTuple):
    """One name of an institution in normal form, with the number of its owner."""

    key: str
    owner: int
    source: Source

"""The names by which an institution is found, and what the index is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from knowledge.institutions.names import name_key


class Source(IntEnum):
    """Where a surface of an institution comes from; lower is stronger."""

    NAME = 0
    ALIAS = 1
    FORMER_NAME = 2
    SHORT_NAME = 3  # not the register's: what everybody calls it


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

    def surfaces(self) -> Iterator[tuple[str, Source]]:
        """Keys, the name's first."""
        yield self.key or name_key(self.name), Source.NAME
        if self.aliases or self.former_names or self.short_names:
            yield from ((name_key(text), source) for text, source in self._others())

    def _others(self) -> Iterator[tuple[str, Source]]:
        for alias in self.aliases:
            yield alias, Source.ALIAS
        for former in self.former_names:
            yield former, Source.FORMER_NAME
        for short in self.short_names:
            if short not in self.aliases:
                yield short, Source.SHORT_NAME


@dataclass(frozen=True, slots=True)
class Surface:
    """One name of an institution in normal form, with the number of its owner."""

    key: str
    owner: int
    source: Source

"""The index on disk: arrays that are read where they lie. All processes of a host share one.

One folder a version of the table, built beside the live one and renamed into place, so a query never waits. Nothing
is read into memory but what a query touches.
"""

from __future__ import annotations

import fcntl
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from knowledge.errors import KnowledgeError
from knowledge.institutions.cards import InstitutionCard, unpacked
from knowledge.institutions.index_writer import AFTER, SOURCE_BITS, write_index
from knowledge.institutions.key_table import KeyTable
from knowledge.institutions.names import pairs
from knowledge.institutions.postings import Holders, Numbers, Postings, all_of, both
from knowledge.institutions.records import NUMBERS, Records, Texts, mapped
from knowledge.institutions.surfaces import SOURCES, Entries, Surface

LAYOUT = 10  # raised when what lies in the files changes, so that an old folder is not opened
KEPT_FOLDERS = 2  # the live one and the one that other processes may still be reading


class IndexDamaged(KnowledgeError):
    """An index folder that cannot be read; deleting it makes it be built anew."""


class InstitutionIndex:
    """One version of the index, open for reading. Threads may share it.

    Surfaces are numbered by the length of their keys, so that of many that fit the first are the shortest.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._cards = Records(folder / "cards.bin")
            self._keys = Texts(folder / "surfaces.bin")
            self._owners = mapped(folder / "owners.bin").cast(NUMBERS)
            self._areas = np.frombuffer(mapped(folder / "areas.bin"), np.uint32)
            self._named, self._known = KeyTable(folder / "named"), KeyTable(folder / "known")
            many = len(self._keys)
            self.signs, self.pairs = Postings(folder / "signs", texts=many), Postings(folder / "pairs", texts=many)
            self.sounds = Postings(folder / "sounds", texts=many)
            self._addresses = Postings(folder / "addresses", texts=len(self._cards))
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"单位索引 {folder.name} 无法读取；请删除该目录后重试，系统会自动重建") from error

    def __len__(self) -> int:
        return len(self._cards)

    @property
    def surfaces(self) -> int:
        """How many names there are, second and former ones counted."""
        return len(self._owners)

    def card(self, owner: int) -> InstitutionCard:
        return unpacked(self._cards[owner])

    def surface(self, number: int) -> Surface:
        owner, source = divmod(self._owners[number], 1 << SOURCE_BITS)
        return Surface(self._keys[number], owner, SOURCES[source], number)

    def named(self, key: str) -> list[Surface]:
        """The surfaces spelled exactly so, in a fixed order."""
        found = map(self.surface, self._named[key])
        return [surface for surface in found if surface.key == key]

    def known_by(self, key: str) -> list[int]:
        """The owners of an exact key, ascending."""
        return self._known[key]

    def sign_count(self, sign: str) -> int:
        return self.signs.count(sign)

    def pair_count(self, pair: str) -> int:
        return self.pairs.count(pair)

    def holding(self, key: str) -> Holders:
        """The surfaces that hold every sign of the key, in whatever order."""
        return all_of([self.signs.holders(sign) for sign in dict.fromkeys(key)])

    def inside(self, area: range, numbers: Numbers) -> Numbers:
        """Those of the surfaces whose institution lies in the area (``area_numbers``)."""
        areas = self._areas[numbers]
        return numbers[(areas >= area.start) & (areas < area.stop)]

    def at_address(self, key: str, *, limit: int) -> list[int]:
        """Owners whose address holds every two neighbouring signs of the key, in whatever order; those that end as the
        key does first."""
        held = all_of([self._addresses.holders(pair) for pair in pairs(key)])
        ending = both(held, self._addresses.holders(f"{key[-1]}{AFTER}"))
        return list(dict.fromkeys([*ending.first(limit).tolist(), *held.first(limit).tolist()]))


def build(parts: Iterable[Entries], folder: Path) -> None:
    """Writes a whole index into ``folder``, which appears only once it is complete."""
    growing = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:8]}.building")
    growing.mkdir(parents=True)
    try:
        write_index(parts, growing)
        growing.rename(folder)
    finally:
        shutil.rmtree(growing, ignore_errors=True)


def folder_of(index_dir: Path, stamp: str) -> Path:
    return index_dir / f"institutions-{LAYOUT}-{stamp}"


@contextmanager
def building(index_dir: Path) -> Iterator[None]:
    """Only one process of a host builds at a time; the others wait and then find the index there."""
    index_dir.mkdir(parents=True, exist_ok=True)
    with (index_dir / "institutions.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget_old(index_dir: Path, *, keep: Path) -> None:
    """Drops folders that nobody opens anew; who still reads one keeps its pages until it lets go."""
    found = [path for path in index_dir.glob("institutions-*") if path.is_dir() and path != keep]
    for path in sorted(found, key=lambda old: old.stat().st_mtime)[: -(KEPT_FOLDERS - 1)]:
        shutil.rmtree(path, ignore_errors=True)

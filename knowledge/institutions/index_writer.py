"""Writes the index of the register: all names are read first, then each file is made at once from whole columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.institutions.cards import namesake_rank, unpacked
from knowledge.institutions.columns import Column, Signs
from knowledge.institutions.key_table import fingerprints, write_keys
from knowledge.institutions.names import name_key, sounding
from knowledge.institutions.postings import SIGN_BITS, Numbers, write_postings
from knowledge.institutions.records import NUMBERS, OFFSETS, Records, RecordsWriter
from knowledge.institutions.surfaces import Entries

# Around a name, so that its first and last sign are a pair as well; an address has its end only.
BEFORE, AFTER = "^", "$"
SOURCE_BITS = 2  # of an owner, the lowest


def write_index(parts: Iterable[Entries], folder: Path) -> None:
    """Into a folder that is there and empty."""
    cards, names = RecordsWriter(folder / "cards.bin"), _Names()
    for part in parts:
        cards.extend(part.cards)
        names.extend(part)
    cards.close()
    write_keys(folder / "known", np.frombuffer(names.known_by, np.uint64), np.frombuffer(names.known, np.uint32))
    _write_addresses(folder / "addresses", names)
    _write_surfaces(folder, names)


class _Names:
    """What is kept of the entries beside their cards, column by column. ``owners``: four times the place of the
    institution, and the source. ``prints`` and ``known_by``: fingerprints of the names, and of what else leads to an
    institution; made part by part, since arithmetic is faster on what the processor still holds."""

    def __init__(self) -> None:
        self.institutions = 0
        self.keys: list[Column] = []
        self.prints = array(OFFSETS)
        self.owners, self.areas = array(NUMBERS), array(NUMBERS)
        self.known_by, self.known = array(OFFSETS), array(NUMBERS)
        self.addresses: list[Column] = []
        self.addressed = array(NUMBERS)

    def extend(self, part: Entries) -> None:
        first, end = self.institutions, self.institutions + len(part.cards)
        self._name(part.keys, range(first << SOURCE_BITS, end << SOURCE_BITS, 1 << SOURCE_BITS), part.areas)
        self._name(
            [name_key(name) for _, name, _ in part.other_names],
            [first + at << SOURCE_BITS | source for at, _, source in part.other_names],
            [part.areas[at] for at, _, _ in part.other_names],
        )
        self._know([f"id:{each}" for each in part.ids], range(first, end))
        self._know([key for _, key in part.known_by], [first + at for at, _ in part.known_by])
        self.addresses.append(Column.of([f"{name_key(address)}{AFTER}" for _, address in part.addresses]))
        self.addressed.extend([first + at for at, _ in part.addresses])
        self.institutions = end

    def _name(self, keys: Sequence[str], owners: Sequence[int], areas: Sequence[int]) -> None:
        self.keys.append(Column.of(keys))
        self.prints.frombytes(fingerprints(self.keys[-1]).tobytes())
        self.owners.extend(owners)
        self.areas.extend(areas)

    def _know(self, keys: Sequence[str], owners: Sequence[int]) -> None:
        self.known_by.frombytes(fingerprints(Column.of(keys)).tobytes())
        self.known.extend(owners)


def _write_surfaces(folder: Path, names: _Names) -> None:
    """In the order of their length; of equal ones in one that does not depend on ids, which the import draws by lot."""
    unordered = Column.joined(names.keys)
    names.keys.clear()
    owners, prints = np.frombuffer(names.owners, np.uint32), np.frombuffer(names.prints, np.uint64)
    order = np.lexsort((prints, unordered.lengths))
    _order_namesakes(order, prints[order], owners, Records(folder / "cards.bin"))
    keys, many = unordered.ordered(order), len(order)
    keys.write(folder / "surfaces.bin")
    owners[order].tofile(folder / "owners.bin")
    np.frombuffer(names.areas, np.uint32)[order].tofile(folder / "areas.bin")
    write_keys(folder / "named", prints[order], np.arange(many, dtype=np.uint32))
    around = keys.between(BEFORE, AFTER)
    _write_pairs(folder / "pairs", around.signs, around.owners(), texts=many)
    held_by = keys.owners()
    write_postings(folder / "signs", np.zeros_like(keys.signs), keys.signs, held_by, texts=many)
    _write_pairs(folder / "sounds", _sounds_of(keys.signs), held_by, texts=many)


def _order_namesakes(order: NDArray[np.intp], prints: NDArray[np.uint64], owners: Numbers, cards: Records) -> None:
    """Puts names of one key, which are few, into the order of the names as registered, then of credit codes, then of
    ids. ``prints``: of the keys, in this order."""

    def rank(place: int) -> tuple[str, str, str, int]:
        owner, source = divmod(int(owners[place]), 1 << SOURCE_BITS)
        return *namesake_rank(unpacked(cards[owner])), source

    repeated = np.flatnonzero(prints[1:] == prints[:-1])
    runs = np.split(repeated, np.flatnonzero(np.diff(repeated) > 1) + 1) if len(repeated) else []
    for run in runs:
        span = slice(int(run[0]), int(run[-1]) + 2)
        order[span] = sorted(order[span].tolist(), key=rank)


def _write_addresses(path: Path, names: _Names) -> None:
    addresses = Column.joined(names.addresses)
    addressed = np.frombuffer(names.addressed, np.uint32)
    _write_pairs(path, addresses.signs, addressed[addresses.owners()], texts=names.institutions)


def _write_pairs(path: Path, signs: Signs, held_by: Numbers, *, texts: int) -> None:
    """Of neighbouring signs of one text."""
    within = held_by[1:] == held_by[:-1]
    write_postings(path, signs[:-1][within], signs[1:][within], held_by[1:][within], texts=texts)


def _sounds_of(signs: Signs) -> Signs:
    sounds = np.zeros(1 << SIGN_BITS, np.uint32)
    for sign in np.unique(signs).tolist():
        sounds[sign] = ord(sounding(chr(sign)))
    return sounds[signs]

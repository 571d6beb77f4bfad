"""Writes the index of the register: all names are read first, then each file is made at once from whole columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np

from knowledge.institutions.key_table import write_keys
from knowledge.institutions.names import name_key, sounding
from knowledge.institutions.postings import SIGN_BITS, Numbers, write_postings
from knowledge.institutions.records import NUMBERS, RecordsWriter
from knowledge.institutions.surfaces import Entry, Source

ENTRIES_AT_ONCE = 5000  # whose cards are written together
# Around a name, so that its first and last sign are a pair as well; an address has its end only.
BEFORE, AFTER = "^", "$"


def write_index(entries: Iterable[Entry], folder: Path) -> None:
    """Into a folder that is there and empty."""
    cards, names, rest = RecordsWriter(folder / "cards.bin"), _Names(), iter(entries)
    while batch := list(islice(rest, ENTRIES_AT_ONCE)):
        cards.extend([entry.card for entry in batch])
        names.extend(batch)
    cards.close()
    write_keys(folder / "known", names.known_by, names.known)
    names.known_by.clear()
    _write_addresses(folder / "addresses", names)
    _write_surfaces(folder, names)


class _Names:
    """What is kept of the entries beside their cards, column by column. ``owners``: four times the place of the
    institution, and the source."""

    def __init__(self) -> None:
        self.institutions = 0
        self.keys: list[str] = []
        self.owners, self.areas = array(NUMBERS), array(NUMBERS)
        self.known_by: list[str] = []
        self.known = array(NUMBERS)
        self.addresses: list[str] = []
        self.addressed = array(NUMBERS)

    def extend(self, entries: Sequence[Entry]) -> None:
        first, end = self.institutions, self.institutions + len(entries)
        self.keys += [entry.key or name_key(entry.name) for entry in entries]
        self.owners.extend(range(4 * first + Source.NAME, 4 * end, 4))
        self.areas.extend([entry.area for entry in entries])
        self.known_by.extend(chain.from_iterable(entry.known_by for entry in entries))
        self.known.extend([owner for owner, entry in enumerate(entries, first) for _ in entry.known_by])
        for owner, entry in enumerate(entries, first):
            if entry.aliases or entry.former_names or entry.short_names:
                self._add_others(owner, entry)
            if entry.address:
                self.addresses.append(f"{name_key(entry.address)}{AFTER}")
                self.addressed.append(owner)
        self.institutions = end

    def _add_others(self, owner: int, entry: Entry) -> None:
        for name, source in entry.other_names():
            self.keys.append(name_key(name))
            self.owners.append(4 * owner + source)
            self.areas.append(entry.area)


def _write_surfaces(folder: Path, names: _Names) -> None:
    """In the order of their length; of equal ones in that of the institutions."""
    order = np.argsort(np.fromiter(map(len, names.keys), np.int64, len(names.keys)), kind="stable")
    keys = [names.keys[at] for at in order.tolist()]
    texts = RecordsWriter(folder / "surfaces.bin")
    texts.extend([key.encode() for key in keys])
    texts.close()
    np.frombuffer(names.owners, np.uint32)[order].tofile(folder / "owners.bin")
    np.frombuffer(names.areas, np.uint32)[order].tofile(folder / "areas.bin")
    write_keys(folder / "named", keys, range(len(keys)))
    signs, held_by = _signs_of([f"{BEFORE}{key}{AFTER}" for key in keys])
    _write_pairs(folder / "pairs", signs, held_by, texts=len(keys))
    inner = (signs != ord(BEFORE)) & (signs != ord(AFTER))
    signs, held_by = signs[inner], held_by[inner]
    write_postings(folder / "signs", np.zeros_like(signs), signs, held_by, texts=len(keys))
    _write_pairs(folder / "sounds", _sounds_of(signs), held_by, texts=len(keys))


def _write_addresses(path: Path, names: _Names) -> None:
    signs, places = _signs_of(names.addresses)
    addressed = np.frombuffer(names.addressed, np.uint32)
    _write_pairs(path, signs, addressed[places], texts=names.institutions)


def _write_pairs(path: Path, signs: Numbers, held_by: Numbers, *, texts: int) -> None:
    """Of neighbouring signs of one text."""
    within = held_by[1:] == held_by[:-1]
    write_postings(path, signs[:-1][within], signs[1:][within], held_by[1:][within], texts=texts)


def _signs_of(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """The signs of all texts one after another, and of each the place of its text."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    signs = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    return signs, np.repeat(np.arange(len(texts), dtype=np.uint32), lengths)


def _sounds_of(signs: Numbers) -> Numbers:
    sounds = np.zeros(1 << SIGN_BITS, np.uint32)
    for sign in np.unique(signs).tolist():
        sounds[sign] = ord(sounding(chr(sign)))
    return sounds[signs]

"""The index on disk: tantivy finds candidates, mapped files hold keys and cards. All processes of a host share one.

One folder a version of the table, built beside the live one and renamed into place, so a query never waits. Nothing
is read into memory but what a query touches.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import shutil
import struct
import uuid
import weakref
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

import tantivy

from knowledge.errors import KnowledgeError
from knowledge.institutions.cards import InstitutionCard, unpacked
from knowledge.institutions.names import name_key, pairs, sounding

LAYOUT = 7  # raised when what lies in the files changes, so that an old folder is not opened
WRITER_HEAP_BYTES = 256_000_000  # a million names fit into few segments; the memory is given back after the build
ENTRIES_AT_ONCE = 5000  # written together
KEPT_COUNTS = 8192  # frequencies of signs and pairs that are remembered
KEPT_FOLDERS = 2  # the live one and the one that other processes may still be reading


class IndexDamaged(KnowledgeError):
    """An index folder that cannot be read; deleting it makes it be built anew."""


class Source(IntEnum):
    """Where a surface of an institution comes from; lower is stronger."""

    NAME = 0
    ALIAS = 1
    FORMER_NAME = 2
    SHORT_NAME = 3  # not the register's: what everybody calls it


class Entry(NamedTuple):
    """What the index is told of one institution; a million of them are made in seconds. ``keys``: exact look-up keys
    such as ``code:…``; ``cells``: place. ``areas``: keys of the areas that it lies in, ``area:99`` to ``area:990101``.
    ``key``: of the name, where it is known."""

    card: bytes
    name: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
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


# Cut by tantivy itself, outside of Python: "signs" a name between ^ and $ into signs and pairs of them, "sounds" its
# sounding into pairs.
TOKENIZERS = {"signs": (1, 2), "sounds": (2, 2)}


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in ("exact", "cells"):
        builder.add_text_field(field, stored=False, tokenizer_name="whitespace", index_option="basic")
    for field in TOKENIZERS:
        # Frequencies are what lets tantivy skip blocks that cannot reach the best.
        builder.add_text_field(field, stored=False, tokenizer_name=field, index_option="freq")
    # Positions, so that a part of an address is found as it stands there.
    builder.add_text_field("address", stored=False, tokenizer_name="whitespace", index_option="position")
    builder.add_integer_field("surface", stored=False, indexed=False, fast=True)
    return builder.build()


SCHEMA = schema()


class _Records:
    """Byte strings one after another with an index of where each ends.

    Read from the file as they are wanted: what is mapped into memory counts as the process's own, and stays.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._ends = _mapped(path.with_suffix(".ends")).cast("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> bytes:
        start = self._ends[number - 1] if number else 0
        return os.pread(self._file, self._ends[number] - start, start)


class _RecordsWriter:
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._ends_path = path.with_suffix(".ends")
        self._ends = array("Q")
        self._end = 0

    def extend(self, records: list[bytes]) -> None:
        self._file.write(b"".join(records))
        self._ends.extend(accumulate(map(len, records[1:]), initial=self._end + len(records[0])))
        self._end = self._ends[-1]

    def close(self) -> None:
        self._file.close()
        self._ends_path.write_bytes(self._ends.tobytes())


class InstitutionIndex:
    """One version of the index, open for reading. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        try:
            self._searcher = tantivy.Index.open(str(folder / "tantivy")).searcher()
            self._cards = _Records(folder / "cards.bin")
            self._surfaces = _Records(folder / "surfaces.bin")
            self._owners = _mapped(folder / "owners.bin").cast("I")
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"单位索引 {folder.name} 无法读取；请删除该目录后重试，系统会自动重建") from error
        self.frequency = lru_cache(KEPT_COUNTS)(self._frequency)

    def __len__(self) -> int:
        return len(self._cards)

    @property
    def surfaces(self) -> int:
        """How many names there are, second and former ones counted."""
        return len(self._owners)

    def card(self, number: int) -> InstitutionCard:
        return unpacked(self._cards[number])

    def surface(self, number: int) -> Surface:
        owner, source = divmod(self._owners[number], 4)
        return Surface(self._surfaces[number].decode(), owner, Source(source))

    def exact(self, key: str, *, limit: int) -> list[int]:
        """Numbers of the surfaces that carry this key exactly, in a fixed order."""
        return sorted(self.search(tantivy.Query.term_query(SCHEMA, "exact", key), limit=limit))

    def _frequency(self, field: str, token: str) -> int:
        """How many surfaces hold a token."""
        return int(self._searcher.doc_freq(field, token))

    def sign_count(self, sign: str) -> int:
        return self.frequency("signs", sign)

    def pair_count(self, pair: str) -> int:
        return self.frequency("signs", pair)

    def search(self, query: tantivy.Query, *, limit: int) -> list[int]:
        """Surfaces that match, best first as tantivy sees it."""
        places = [place for _, place in self._searcher.search(query, limit=limit, count=False).hits]
        return [int(value or 0) for value in self._searcher.fast_field_values("surface", places)] if places else []


def build(entries: Iterable[Entry], folder: Path) -> None:
    """Writes a whole index into ``folder``, which appears only once it is complete."""
    growing = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:8]}.building")
    (growing / "tantivy").mkdir(parents=True)
    try:
        _write(entries, growing)
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


def _write(entries: Iterable[Entry], folder: Path) -> None:
    writer = _tantivy(folder / "tantivy").writer(heap_size=WRITER_HEAP_BYTES, num_threads=1)
    cards, surfaces = _RecordsWriter(folder / "cards.bin"), _RecordsWriter(folder / "surfaces.bin")
    owners, built, rest = array("I"), 0, iter(entries)
    while batch := list(islice(rest, ENTRIES_AT_ONCE)):
        cards.extend([entry.card for entry in batch])
        keys = []
        for owner, entry in enumerate(batch, built):
            for key, source in entry.surfaces():
                writer.add_document(_document(key, source, entry, number=len(owners)))
                keys.append(key.encode())
                owners.append(owner * 4 + source)
        built += len(batch)
        surfaces.extend(keys)
    cards.close()
    surfaces.close()
    (folder / "owners.bin").write_bytes(owners.tobytes())
    writer.commit()
    writer.wait_merging_threads()


def _tantivy(folder: Path) -> tantivy.Index:
    index = tantivy.Index(SCHEMA, str(folder))
    for field, (shortest, longest) in TOKENIZERS.items():
        cut = tantivy.Tokenizer.ngram(shortest, longest, False)
        index.register_tokenizer(field, tantivy.TextAnalyzerBuilder(cut).build())
    return index


def _document(key: str, source: Source, entry: Entry, *, number: int) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer("surface", number)
    document.add_text("signs", f"^{key}$")
    document.add_text("sounds", sounding(key))
    if source is not Source.NAME:
        document.add_text("exact", " ".join([f"name:{key}", *entry.areas]))
        return document
    document.add_text("exact", " ".join([f"name:{key}", *entry.areas, *entry.keys]))
    if entry.address:
        document.add_text("address", " ".join(pairs(name_key(entry.address))))
    if entry.cells:
        document.add_text("cells", " ".join(entry.cells))
    return document


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        if not path.stat().st_size:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


assert struct.calcsize("I") == 4, "the files hold 32-bit numbers of owners"

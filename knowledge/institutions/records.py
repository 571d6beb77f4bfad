"""Files of the index that are read where they lie: records one after another, and arrays."""

from __future__ import annotations

import mmap
import os
import weakref
from array import array
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

# What an array of numbers holds, as ``memoryview`` and ``array`` write it.
NUMBERS: Final = "I"
OFFSETS: Final = "Q"


class Records:
    """Byte strings one after another with an index of where each ends.

    Read from the file as they are wanted: what is mapped into memory counts as the process's own, and stays.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._ends = mapped(ends_beside(path)).cast(OFFSETS)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> bytes:
        start = self._ends[number - 1] if number else 0
        return os.pread(self._file, self._ends[number] - start, start)


class RecordsWriter:
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._ends_path = ends_beside(path)
        self._ends = array(OFFSETS)
        self._end = 0

    def extend(self, records: Sequence[bytes]) -> None:
        if not records:
            return
        self._file.write(b"".join(records))
        self._ends.extend(accumulate(map(len, records[1:]), initial=self._end + len(records[0])))
        self._end = self._ends[-1]

    def close(self) -> None:
        self._file.close()
        self._ends_path.write_bytes(self._ends.tobytes())


class Texts:
    """Short texts by their number; mapped, since a look-up reads some hundred of them."""

    def __init__(self, path: Path) -> None:
        self._signs = mapped(path)
        self._ends = mapped(ends_beside(path)).cast(OFFSETS)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return str(self._signs[start : self._ends[number]], "utf-8")


def ends_beside(path: Path) -> Path:
    """The file that says where each of the records ends."""
    return path.with_suffix(".ends")


def mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        if not path.stat().st_size:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


assert array(NUMBERS).itemsize == 4, "the files hold 32-bit numbers"
assert array(OFFSETS).itemsize == 8, "the files hold 64-bit offsets"

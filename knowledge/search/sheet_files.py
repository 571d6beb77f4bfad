"""A sheet on disk: three files of plain numbers, written once, mapped by every process that matches with it."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.search.sheet import Floats, Integers, RowWeights, Sheet
from knowledge.search.tokens import Elements, Vocabulary

ELEMENTS, SHAPE, ROWS = "elements", "shape", "rows"
HEAD = 2  # numbers before an entry's elements: how many variants and passages it has


def entry_elements(elements: Elements, *, variants: int, passages: int) -> bytes:
    """An entry's elements with what is to be known of it, as the next version takes it over."""
    return np.concatenate(([variants, passages], elements)).astype(np.int64).tobytes()


def write_sheet(place: Path, entries: Sequence[bytes], *, vocabulary: Vocabulary, weights: Floats) -> None:
    """``entries``: as ``entry_elements`` gave them, in the order of their numbers."""
    parts = [np.frombuffer(each, dtype=np.int64) for each in entries]
    shape = np.array([(len(part) - HEAD, part[0], part[1]) for part in parts], dtype=np.int64).reshape(-1, 3)
    shape[:, 0] = np.cumsum(shape[:, 0])
    packed = np.concatenate([part[HEAD:] for part in parts]) if parts else np.zeros(0, dtype=np.int64)
    sheet = _sheet(packed, shape, vocabulary, weights, None)
    packed.tofile(place / ELEMENTS)
    shape.tofile(place / SHAPE)
    np.stack((sheet.row_weights.totals, sheet.row_weights.inverse_lengths)).tofile(place / ROWS)


def open_sheet(place: Path, *, vocabulary: Vocabulary, weights: Floats) -> Sheet:
    shape: Integers = np.frombuffer(_mapped(place / SHAPE), dtype=np.int64).reshape(-1, 3)
    rows: Floats = np.frombuffer(_mapped(place / ROWS), dtype=np.float64).reshape(2, -1)
    packed: Elements = np.frombuffer(_mapped(place / ELEMENTS), dtype=np.int64)
    return _sheet(packed, shape, vocabulary, weights, RowWeights(*rows))


def stored_elements(sheet: Sheet, number: int) -> bytes:
    """As ``entry_elements`` gave them."""
    variants, passages = sheet.shape(number)
    return entry_elements(sheet.elements(number), variants=variants, passages=passages)


def _sheet(
    packed: Elements, shape: Integers, vocabulary: Vocabulary, weights: Floats, rows: RowWeights | None
) -> Sheet:
    ends, variants, passages = (np.ascontiguousarray(column) for column in shape.T)
    return Sheet(
        packed, ends=ends, variants=variants, passages=passages, vocabulary=vocabulary, weights=weights, rows=rows
    )


def _mapped(path: Path) -> mmap.mmap | bytes:
    """For a plain array over it: one of numpy's own kind for files takes ten times as long to cut."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""

"""A sheet on disk: three files of plain numbers, written once, mapped by every process that matches with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.search.arrays import Floats, Numbers
from knowledge.search.mapped_files import mapped
from knowledge.search.sheet import RowWeights, Shape, Sheet
from knowledge.search.tokens import Elements, Vocabulary

TOKENS, PLACES, SHAPE, ROW_ENDS, ROW_WEIGHTS = "tokens", "places", "shape", "row_ends", "row_weights"
HEAD = 2  # numbers before an entry's elements: how many variants and passages it has


def entry_elements(elements: Elements, *, variants: int, passages: int) -> bytes:
    """An entry's elements with what is to be known of it, as the next version takes it over."""
    return (
        np.array((variants, passages), dtype=np.int32).tobytes() + elements.tokens.tobytes() + elements.places.tobytes()
    )


def write_sheet(place: Path, entries: Sequence[bytes], *, vocabulary: Vocabulary, weights: Floats) -> None:
    """``entries``: as ``entry_elements`` gave them, in the order of their numbers."""
    parts = [np.frombuffer(each, dtype=np.int32) for each in entries]
    counts = [(len(part) - HEAD) // 2 for part in parts]
    tokens = _joined([part[HEAD : HEAD + count] for part, count in zip(parts, counts, strict=True)])
    places = _joined([part[HEAD + count :] for part, count in zip(parts, counts, strict=True)])
    heads = np.array([part[:HEAD] for part in parts], dtype=np.int64).reshape(-1, HEAD)
    shape = Shape(np.cumsum(counts, dtype=np.int64), heads[:, 0], heads[:, 1])
    rows = Sheet(Elements(tokens, places), shape, vocabulary=vocabulary, weights=weights).row_weights
    tokens.tofile(place / TOKENS)
    places.tofile(place / PLACES)
    np.stack((shape.ends, shape.variants, shape.passages)).tofile(place / SHAPE)
    rows.ends.tofile(place / ROW_ENDS)
    np.stack((rows.totals, rows.inverse_lengths)).tofile(place / ROW_WEIGHTS)


def open_sheet(place: Path, *, vocabulary: Vocabulary, weights: Floats) -> Sheet:
    tokens, places = (np.frombuffer(mapped(place / name), dtype=np.int32) for name in (TOKENS, PLACES))
    shape = np.frombuffer(mapped(place / SHAPE), dtype=np.int64).reshape(3, -1)
    ends = np.frombuffer(mapped(place / ROW_ENDS), dtype=np.int64)
    totals, inverse_lengths = np.frombuffer(mapped(place / ROW_WEIGHTS), dtype=np.float64).reshape(2, -1)
    return Sheet(
        Elements(tokens, places),
        Shape(*shape),
        vocabulary=vocabulary,
        weights=weights,
        rows=RowWeights(ends, totals, inverse_lengths),
    )


def stored_elements(sheet: Sheet, number: int) -> bytes:
    """As ``entry_elements`` gave them."""
    variants, passages = sheet.shape(number)
    return entry_elements(sheet.elements(number), variants=variants, passages=passages)


def _joined(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)

"""Candidates by BM25 over a few fields, from arrays on disk that all processes of a host map.

What a token adds to an entry is worked out when the index is written, so a question costs one sum over the entries
that have its tokens: a fifth of what a search library takes for the fifty tokens of a question over 10,000 entries
(docs/decisions/0013). The same question gives the same order: sums are made in one order, ties go by number.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.search.arrays import Floats, Integers, Numbers, summed
from knowledge.search.mapped_files import mapped

K1, B = 1.2, 0.75  # of BM25, as the field has them
# A token that this many documents, and this share of all, have says little and costs most. Over 10,000 invented entries
# 0.05 finds the right one first for 69 % of 1,500 questions in 0.30 ms, 0.1 for 64 % in 0.43 ms.
FREQUENT = 500
FREQUENT_SHARE = 0.05
TOKENS, NUMBERS, WORTHS = "tokens", "numbers", "worths"
# Shares of the best score above which enough documents are looked for; nearly always there are above the first. To
# take all of 10,000 scores apart takes five times as long.
STEPS = (0.5, 0.15, 1e-9)

Document = Sequence[str]  # for each field its tokens, joined by spaces, repeated as often as they occur
Spans = Mapping[str, tuple[int, int]]  # of a field, for each token where its documents lie


class CandidateIndex:
    """A read-only index; safe for any number of threads."""

    def __init__(self, place: Path) -> None:
        stored: tuple[int, Mapping[str, Spans]] = marshal.loads((place / TOKENS).read_bytes())  # noqa: S302 - our own
        self._documents, self._spans = stored
        self._numbers: Numbers = np.frombuffer(mapped(place / NUMBERS), dtype=np.int32)
        self._worths: NDArray[np.float32] = np.frombuffer(mapped(place / WORTHS), dtype=np.float32)

    def search(self, tokens: Mapping[str, Iterable[str]], *, limit: int) -> list[tuple[float, int]]:
        """Score and number of the best ``limit`` documents that share a token; ties by number.

        ``tokens`` names for each field what to look for, in any order. Nothing to look for finds nothing.
        """
        found = [
            span for field, looked_for in tokens.items() for span in map(self._spans[field].get, looked_for) if span
        ]
        if not found:
            return []
        spans = [slice(start, end) for start, end in sorted(found)]  # in one order, so that sums are the same
        numbers = np.concatenate([self._numbers[span] for span in spans])
        scores = summed(numbers, np.concatenate([self._worths[span] for span in spans]), self._documents)
        best = _highest(scores, limit)
        ordered = sorted(zip((-scores[best]).tolist(), best.tolist(), strict=True))
        return [(-score, number) for score, number in ordered[:limit]]


def _highest(scores: Floats, limit: int) -> Integers:
    """Places of the ``limit`` highest scores above nought, and perhaps more."""
    highest, best = float(scores.max()), np.zeros(0, dtype=np.int64)
    for share in STEPS:
        best = (scores >= share * highest).nonzero()[0]
        if len(best) >= limit:
            break
    return best


class NewIndex:
    """An index in an empty folder. ``fields``: what a hit in each weighs."""

    def __init__(self, place: Path, fields: Mapping[str, float]) -> None:
        self._place = place
        self._weights = tuple(fields.values())
        self._known: dict[str, dict[str, int]] = {name: {} for name in fields}
        self._found = [array("q") for _ in fields]
        self._lengths = [array("q") for _ in fields]

    def add(self, document: Document) -> None:
        """Its number is how many were added before it."""
        for known, found, lengths, joined in zip(
            self._known.values(), self._found, self._lengths, document, strict=True
        ):
            tokens = joined.split()
            found.extend([known.setdefault(token, len(known)) for token in tokens])
            lengths.append(len(tokens))

    def finish(self) -> None:
        documents, start = len(self._lengths[0]), 0
        spans: dict[str, Spans] = {}
        with (self._place / NUMBERS).open("wb") as numbers, (self._place / WORTHS).open("wb") as worths:
            for (name, known), found, lengths, weight in zip(
                self._known.items(), self._found, self._lengths, self._weights, strict=True
            ):
                counts, holders, worth = _postings(np.array(found), np.array(lengths), len(known), weight)
                ends = start + np.cumsum(counts)
                spans[name] = {
                    token: (end - count, end)
                    for token, count, end in zip(known, counts.tolist(), ends.tolist(), strict=True)
                    if count
                }
                start += len(holders)
                holders.tofile(numbers)
                worth.tofile(worths)
        (self._place / TOKENS).write_bytes(marshal.dumps((documents, spans)))


def _postings(
    tokens: Integers, lengths: Integers, known: int, weight: float
) -> tuple[Integers, Numbers, NDArray[np.float32]]:
    """Of one field, for each token how many documents it has, then these one after another with what it is worth there.

    ``tokens`` of all documents one after another, ``lengths`` how many each has.
    """
    documents = len(lengths)
    owners = np.repeat(np.arange(documents), lengths)
    pairs, often = np.unique(tokens * documents + owners, return_counts=True)
    held, holders = pairs // max(documents, 1), pairs % max(documents, 1)
    counts = np.bincount(held, minlength=known)
    kept = (counts <= max(FREQUENT, round(FREQUENT_SHARE * documents)))[held]
    held, holders, often = held[kept], holders[kept], often[kept]
    rarity = np.log(1 + (documents - counts + 0.5) / (counts + 0.5))[held]
    length = lengths / max(float(lengths.mean()) if documents else 0.0, 1e-9)
    worth = weight * rarity * (K1 + 1) * often / (often + K1 * (1 - B + B * length[holders]))
    return np.bincount(held, minlength=known), holders.astype(np.int32), worth.astype(np.float32)

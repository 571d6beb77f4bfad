"""How well a name answers to what was typed: features of the pair, one confidence between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

# Hand-set start on the tuning set's brute-force formula (data/README): subsequence cover, partial, ratio, ends, length.
WEIGHTS = {"cover": 4.0, "partial": 1.0, "ratio": 2.5, "first": 0.9, "last": 0.7, "length": -0.4}
BIAS = -6.0


@dataclass(frozen=True, slots=True)
class Features:
    """Each between 0 and 1. ``cover``: share of the typed signs that stand in the name, in order."""

    cover: float
    partial: float
    ratio: float
    first: float
    last: float
    length: float


def features(typed: str, name: str) -> Features:
    return Features(
        cover=LCSseq.similarity(typed, name) / len(typed),
        partial=fuzz.partial_ratio(typed, name) / 100,
        ratio=fuzz.ratio(typed, name) / 100,
        first=float(typed[0] == name[0]),
        last=float(typed[-1] == name[-1]),
        length=min(1.0, max(0, len(name) - len(typed)) / 20),
    )


def confidence(found: Features) -> float:
    total = BIAS + sum(weight * getattr(found, name) for name, weight in WEIGHTS.items())
    return 1 / (1 + exp(-total))

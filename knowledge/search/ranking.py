"""From features to one confidence: the chance that this candidate is what was asked, beside all others and "none".

The weights are learned by ``python -m knowledge.evaluation.learn`` and kept in ``weights.json``, small enough to be
read and reviewed. They hold for any base, since every feature is a share.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from knowledge.search.features import FEATURE_NAMES, Features

WEIGHTS_FILE = Path(__file__).with_name("weights.json")

# What speaks for "none of them", besides the candidates' own weakness.
NONE_NAMES = ("always", "short", "unknown", "crowded")
CROWD = 10  # the how manieth candidate tells whether many fit alike; of 5, 10 and 15 the best by hold-out of a base
SHORT_SIGNS = 6  # a question of fewer signs says little; from tuning data: the median entry asks in 13


@dataclass(frozen=True, slots=True)
class Model:
    """One weight a feature, and those of the outside option."""

    weights: tuple[float, ...]
    none: tuple[float, ...]

    def score(self, features: Features) -> float:
        return math.fsum(map(operator.mul, self.weights, features))

    def none_score(self, none_features: Sequence[float]) -> float:
        return math.fsum(weight * value for weight, value in zip(self.none, none_features, strict=True))


def none_features(*, signs: int, unknown: float) -> tuple[float, ...]:
    """``signs``: length of the question. ``unknown``: share of its words that the base has never seen."""
    return (1.0, max(0.0, 1 - signs / SHORT_SIGNS), unknown)


def crowded(features: Sequence[Features]) -> float:
    """What the tenth candidate's BM25 is of the best one's: near 1 where words of the question stand all over."""
    shares = sorted((each.retrieval for each in features), reverse=True)
    return shares[CROWD - 1] if len(shares) >= CROWD else 0.0


def confidences(model: Model, features: Sequence[Features], none: Sequence[float]) -> list[float]:
    """The chance of each candidate; with that of "none" they add up to 1. Rounded, so that equal is equal.

    ``none``: of the question (``none_features``); how crowded its candidates are is added here.
    """
    scores = [model.score(each) for each in features]
    outside = model.none_score((*none, crowded(features)))
    highest = max([*scores, outside])
    powers = [math.exp(score - highest) for score in scores]
    total = math.fsum(powers) + math.exp(outside - highest)
    return [round(power / total, 6) for power in powers]


@cache
def learned_model() -> Model:
    return model_of(orjson.loads(WEIGHTS_FILE.read_bytes()))


def model_of(stored: Mapping[str, Mapping[str, float]]) -> Model:
    """A feature that the file does not name weighs nothing; a name that is no feature is an error."""
    unknown = set(stored["features"]) - set(FEATURE_NAMES) | set(stored["none"]) - set(NONE_NAMES)
    if unknown:
        raise ValueError(f"weights for unknown features: {sorted(unknown)}")
    return Model(
        weights=tuple(float(stored["features"].get(name, 0.0)) for name in FEATURE_NAMES),
        none=tuple(float(stored["none"].get(name, 0.0)) for name in NONE_NAMES),
    )

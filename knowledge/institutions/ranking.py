"""How well a name answers to what was typed: a score to rank by, and the confidence that it is what was meant.

The weights are learned by ``python -m knowledge.evaluation.learn_names`` and kept in ``weights.json``, small enough to
be read and reviewed. They hold for any base, since every feature is a share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp
from operator import mul
from pathlib import Path

import orjson

from knowledge.institutions.features import FEATURE_NAMES, Features

WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Model:
    """One weight a feature; ``scale`` and ``bar`` make log odds of their sum: the chance that the best is meant."""

    weights: tuple[float, ...]
    scale: float = 1.0
    bar: float = 0.0

    def score(self, found: Features) -> float:
        """Above nought: more likely meant than not. Rounded, so that equal is equal."""
        total: float = sum(map(mul, self.weights, found))
        return round(self.scale * total - self.bar, 6)


def confidence(score: float) -> float:
    """The chance, seen alone, that a name of this score is meant."""
    return 1 / (1 + exp(-score))


@cache
def learned_model() -> Model:
    """As the learning command left it. Raises ``KeyError`` where a feature has no weight."""
    stored = orjson.loads(WEIGHTS_FILE.read_bytes())
    weights = tuple(float(stored["weights"][name]) for name in FEATURE_NAMES)
    return Model(weights, float(stored["scale"]), float(stored["bar"]))

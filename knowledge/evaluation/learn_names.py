"""Learns the weights that rank names from tuning data. Run it again and the same file comes out.

    python -m knowledge.evaluation.learn_names --asked queries.jsonl register.jsonl [register.jsonl …] --asked …

An example is a query with the candidates that the look-up itself finds; the weights are those of a choice among them
(multinomial logit), with their signs held to what they mean. Then scale and bar are fitted, which make a confidence of
the best score: on these examples, and on as many with the right name taken out of the register, when nobody is meant.
Sets weigh by the root of their size. ``--folds 5`` changes no file: it learns without each fifth of the names in turn
and tells how the queries for these fare.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from zlib import crc32

import orjson

from knowledge.evaluation.institutions import CHOICES, labelled, register_of
from knowledge.institutions.features import FEATURE_NAMES, Features, Typed, features
from knowledge.institutions.index import InstitutionIndex
from knowledge.institutions.names import spelled_keys
from knowledge.institutions.ranking import WEIGHTS_FILE, Model, confidence
from knowledge.institutions.search import promising

MADE_UP = 0.3  # weight of an example whose right name was taken out: similar names often stay that fit as well
CALIBRATING_STEPS = 2000
EPOCHS = 40
BATCH = 64
RATE = 0.05
RIDGE = 0.001  # pull of the weights towards zero
SEED = 7
AGAINST = frozenset(
    [
        "longer",
        "inner",
        "strange",
        "unsaid_place",
        "unsaid_number",
        "unsaid_kind",
        "unsaid_branch",
        "other_place",
        "other_field",
        "other_number",
    ]
)
EITHER = frozenset(["ends"])


@dataclass(frozen=True, slots=True)
class Candidate:
    name: str
    row: Features


@dataclass(frozen=True, slots=True)
class Example:
    """``right``: places of the candidates that are right."""

    candidates: tuple[Candidate, ...]
    right: frozenset[int]
    weight: float
    fold: int


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asked", nargs="+", action="append", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=0)
    given = parser.parse_args(arguments)
    sets = [list(examples_of(paths[0], paths[1:], folds=max(1, given.folds))) for paths in given.asked]
    if given.folds:
        _tell_folds(sets, given.folds)
        return
    model = learn([example for one in sets for example in one])
    for paths, examples in zip(given.asked, sets, strict=True):
        _tell(f"{paths[0].name}: {_fared(model, examples)}")
    WEIGHTS_FILE.write_text(_as_file(model), encoding="utf-8")


def examples_of(queries: Path, registries: Sequence[Path], *, folds: int) -> Iterator[Example]:
    """Those whose right name the look-up has among its candidates."""
    right = labelled([queries])
    with tempfile.TemporaryDirectory() as folder:
        index = register_of(registries, Path(folder)).index
        for query, names in right.items():
            candidates = _candidates(index, query)
            places = frozenset(at for at, one in enumerate(candidates) if one.name in names)
            if places:
                yield Example(candidates, places, 1 / math.sqrt(len(right)), crc32(min(names).encode()) % folds)


def learn(examples: Sequence[Example]) -> Model:
    """Adam on the weighted log likelihood; the same examples give the same weights."""
    size = len(FEATURE_NAMES)
    weights, first, second = [0.0] * size, [0.0] * size, [0.0] * size
    total = sum(example.weight for example in examples)
    order, shuffled, step = list(examples), random.Random(SEED), 0  # noqa: S311
    for epoch in range(EPOCHS):
        shuffled.shuffle(order)
        rate = RATE * (1 - epoch / EPOCHS)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            gradient = _gradient(weights, batch, len(order) / total / len(batch))
            step += 1
            for at in range(size):
                slope = gradient[at] + RIDGE * weights[at]
                first[at] = 0.9 * first[at] + 0.1 * slope
                second[at] = 0.99 * second[at] + 0.01 * slope * slope
                move = first[at] / (1 - 0.9**step) / (math.sqrt(second[at] / (1 - 0.99**step)) + 1e-8)
                weights[at] = _held(at, weights[at] - rate * move)
    return _calibrated(Model(tuple(round(weight, 3) for weight in weights)), examples)


def _calibrated(model: Model, examples: Sequence[Example]) -> Model:
    """Scale and bar by plain descent on the log loss of "the best is right"."""
    bests: list[tuple[float, bool, float]] = []
    for example in examples:
        scores = [model.score(one.row) for one in example.candidates]
        best = max(range(len(scores)), key=scores.__getitem__)
        bests.append((scores[best], best in example.right, example.weight))
        if others := [score for at, score in enumerate(scores) if at not in example.right]:
            bests.append((max(others), False, example.weight * MADE_UP))
    total = sum(weight for _, _, weight in bests)
    middle = sum(score * weight for score, _, weight in bests) / total
    scale, shift = 1.0, 0.0
    for _ in range(CALIBRATING_STEPS):
        misses = [
            (score - middle, (confidence(scale * (score - middle) + shift) - right) * weight / total)
            for score, right, weight in bests
        ]
        scale -= 0.2 * sum(score * miss for score, miss in misses)
        shift -= 0.2 * sum(miss for _, miss in misses)
    return Model(model.weights, round(scale, 3), round(scale * middle - shift, 3))


def _candidates(index: InstitutionIndex, query: str) -> tuple[Candidate, ...]:
    """Of each name the row that a look-up would take, exact ones included: a register may spell it so or not."""
    rows = [
        Candidate(index.card(surface.owner).name, features(Typed.of(key, index), surface.key, index))
        for number, key in enumerate(spelled_keys(query))
        for surface in promising(index, key, slips=number == 0)
    ]
    return tuple(dict.fromkeys(rows))


def _gradient(weights: Sequence[float], batch: Sequence[Example], scale: float) -> list[float]:
    gradient = [0.0] * len(weights)
    for example in batch:
        chances = _chances(weights, example)
        right_total = sum(chances[at] for at in example.right)
        for at, candidate in enumerate(example.candidates):
            pull = chances[at] - (chances[at] / max(right_total, 1e-12) if at in example.right else 0.0)
            if abs(pull) > 1e-5:
                pull *= example.weight * scale
                for place, value in enumerate(candidate.row):
                    gradient[place] += pull * value
    return gradient


def _chances(weights: Sequence[float], example: Example) -> list[float]:
    scores = [sum(map(mul, weights, one.row)) for one in example.candidates]
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _held(at: int, weight: float) -> float:
    if FEATURE_NAMES[at] in EITHER:
        return weight
    return min(weight, 0.0) if FEATURE_NAMES[at] in AGAINST else max(weight, 0.0)


def _tell_folds(sets: Sequence[Sequence[Example]], folds: int) -> None:
    models = [learn([one for each in sets for one in each if one.fold != fold]) for fold in range(folds)]
    for examples in sets:
        counts = [_counts(models[fold], [one for one in examples if one.fold == fold]) for fold in range(folds)]
        asked, first, three = (sum(column) for column in zip(*counts, strict=True))
        _tell(f"{asked} asked, top-1 {first / asked:.4f}, top-3 {three / asked:.4f}")


def _fared(model: Model, examples: Sequence[Example]) -> str:
    asked, first, three = _counts(model, examples)
    return f"{asked} asked, top-1 {first / asked:.4f}, top-3 {three / asked:.4f}"


def _counts(model: Model, examples: Sequence[Example]) -> tuple[int, int, int]:
    """Queries whose right name is among the candidates; how many have it first, and among the choices."""
    first = three = asked = 0
    for example in examples:
        scores = [model.score(one.row) for one in example.candidates]
        ranked = sorted(range(len(scores)), key=lambda at: -scores[at])
        names = list(dict.fromkeys(example.candidates[at].name for at in ranked))
        right = {example.candidates[at].name for at in example.right}
        asked, first, three = asked + 1, first + (names[0] in right), three + bool(right & {*names[:CHOICES]})
    return asked, first, three


def _as_file(model: Model) -> str:
    stored = {"weights": dict(zip(FEATURE_NAMES, model.weights, strict=True)), "scale": model.scale, "bar": model.bar}
    return orjson.dumps(stored, option=orjson.OPT_INDENT_2).decode() + "\n"


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

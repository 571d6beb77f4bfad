"""Learns the weights of the ranking from tuning data. Run it again and the same file comes out.

    python -m knowledge.evaluation.learn --base knowledge.jsonl [queries.jsonl] --base … --chitchat chat.jsonl

Each ``--base`` is a knowledge file, with the queries asked of it where there are some. Examples of a base: its
queries; each paraphrase asked while it is left out; the questions of entries that are taken out (nobody should
answer); questions of the other bases (nobody should answer). Every base weighs the same. The model is a choice among
the candidates and "none of them" (multinomial logit), with signs of the weights held to what they mean, so that a
base's accident cannot turn them round. ``--hold-out N`` learns without the N-th base and tells how that one fares.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from knowledge.evaluation.faq import Query, leave_out, read_queries
from knowledge.faq.entry import Entry
from knowledge.faq.files import check_file
from knowledge.faq.matching import Matching
from knowledge.faq.renewal import Renewal
from knowledge.faq.words import Words
from knowledge.search.features import FEATURE_NAMES
from knowledge.search.ranking import NONE_NAMES, WEIGHTS_FILE, Model, crowded, learned_model

FOLDS = 5  # paraphrases of an entry that are left out in turn; entries of ours have four or five
TAKEN_OUT = 4  # every fourth entry is taken out, four times
FOREIGN = 150  # questions of each other base, asked here for nothing
MADE_UP = 0.3  # weight of an example that nobody asked: entries taken out are often answered by their neighbours
CANDIDATES = 12  # of an example, best first; what lies deeper is easily told apart
EPOCHS = 60
RATE = 0.05
RIDGE = 0.0005  # pull of the weights towards zero
SEED = 7
NEGATIVE = frozenset(
    [
        "aspects_missed",
        "aspects_unasked",
        "kinds_clash",
        "kinds_unsaid",
        "numbers_clash",
        "denial_clash",
        "matter_missed",
        "concepts_unasked",
    ]
)


@dataclass(frozen=True, slots=True)
class Example:
    """``rows``: features of candidates; the last is "none", with its own features. ``right``: places that are right."""

    rows: tuple[tuple[float, ...], ...]
    right: frozenset[int]
    weight: float


@dataclass(frozen=True, slots=True)
class Base:
    name: str
    entries: tuple[Entry, ...]
    queries: tuple[Query, ...]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", nargs="+", action="append", type=Path, required=True)
    parser.add_argument("--chitchat", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for indexes")
    parser.add_argument("--hold-out", type=int)
    given = parser.parse_args(arguments)
    bases = [_base(paths) for paths in given.base]
    chat = tuple(read_queries(given.chitchat)) if given.chitchat else ()
    learned_from = [base for at, base in enumerate(bases) if at != given.hold_out]
    examples = [e for base in learned_from for e in examples_of(base, bases, chat, given.work)]
    model = learn(examples)
    _tell(f"{len(examples)} examples, loss {_loss(model, examples):.4f}")
    if given.hold_out is not None:
        held = examples_of(bases[given.hold_out], bases, chat, given.work)
        _tell(f"held out: top-1 {_among(model, held, 1):.3f}, top-3 {_among(model, held, 3):.3f}")
        return
    WEIGHTS_FILE.write_text(_as_file(model), encoding="utf-8")


def examples_of(base: Base, bases: Iterable[Base], chat: Sequence[Query], work: Path) -> list[Example]:
    known = _asked(base.entries, [*base.queries, *chat], work)
    for fold in range(FOLDS):
        kept, asked = leave_out(base.entries, fold=fold)
        known += _asked(kept, asked, work)
    nobody: frozenset[str] = frozenset()
    unknown: list[Example] = []
    for part in range(TAKEN_OUT):
        out = [entry for at, entry in enumerate(base.entries) if at % TAKEN_OUT == part]
        kept = [entry for at, entry in enumerate(base.entries) if at % TAKEN_OUT != part]
        unknown += _asked(kept, [Query(entry.variants[-1], nobody) for entry in out], work)
    for other in bases:
        if other.name != base.name:
            foreign = random.Random(SEED).sample(other.entries, min(FOREIGN, len(other.entries)))  # noqa: S311
            unknown += _asked(base.entries, [Query(entry.question, nobody) for entry in foreign], work)
    whole = len(known) + MADE_UP * len(unknown)
    return [
        *(Example(each.rows, each.right, 1 / whole) for each in known),
        *(Example(each.rows, each.right, MADE_UP / whole) for each in unknown),
    ]


def learn(examples: Sequence[Example]) -> Model:
    """Adam on the weighted log likelihood; the same examples give the same weights."""
    size = len(FEATURE_NAMES) + len(NONE_NAMES)
    weights = [0.0] * size
    first, second = [0.0] * size, [0.0] * size
    total = sum(example.weight for example in examples)
    order = list(examples)
    shuffled = random.Random(SEED)  # noqa: S311
    step = 0
    for epoch in range(EPOCHS):
        shuffled.shuffle(order)
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            gradient = _gradient(weights, batch, len(order) / total / len(batch))
            step += 1
            rate = RATE * (1 - epoch / EPOCHS)
            for at in range(size):
                slope = gradient[at] + RIDGE * weights[at]
                first[at] = 0.9 * first[at] + 0.1 * slope
                second[at] = 0.99 * second[at] + 0.01 * slope * slope
                move = first[at] / (1 - 0.9**step) / (math.sqrt(second[at] / (1 - 0.99**step)) + 1e-8)
                weights[at] = _held(at, weights[at] - rate * move)
    return _model(weights)


def _held(at: int, weight: float) -> float:
    if at >= len(FEATURE_NAMES):
        return weight
    return min(weight, 0.0) if FEATURE_NAMES[at] in NEGATIVE else max(weight, 0.0)


def _gradient(weights: Sequence[float], batch: Sequence[Example], scale: float) -> list[float]:
    gradient = [0.0] * len(weights)
    for example in batch:
        chances = _chances(weights, example)
        right_total = sum(chances[at] for at in example.right) or 1e-12
        for at, row in enumerate(example.rows):
            pull = chances[at] - (chances[at] / right_total if at in example.right else 0.0)
            if abs(pull) < 1e-6:
                continue
            pull *= example.weight * scale
            for place, value in enumerate(row):
                if value:
                    gradient[place] += pull * value
    return gradient


def _chances(weights: Sequence[float], example: Example) -> list[float]:
    scores = [sum(weight * value for weight, value in zip(weights, row, strict=True)) for row in example.rows]
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _loss(model: Model, examples: Sequence[Example]) -> float:
    weights = [*model.weights, *model.none]
    losses = [
        -example.weight * math.log(max(sum(_chances(weights, example)[at] for at in example.right), 1e-12))
        for example in examples
    ]
    return sum(losses) / sum(example.weight for example in examples)


def _among(model: Model, examples: Sequence[Example], places: int) -> float:
    """Share of the examples with a right candidate where one is among the first; "none" takes no place."""
    weights = [*model.weights, *model.none]
    known = [example for example in examples if len(example.rows) - 1 not in example.right]
    found = 0
    for example in known:
        chances = _chances(weights, example)[:-1]
        first = sorted(range(len(chances)), key=lambda at: -chances[at])[:places]
        found += not example.right.isdisjoint(first)
    return found / max(1, len(known))


def _asked(entries: Sequence[Entry], queries: Sequence[Query], work: Path) -> list[Example]:
    words = Words(work)
    generation = Renewal(work, words).of_entries(entries)
    reader = words.reader_of(generation.head.lexicon)
    matching = Matching(generation, reader=reader, model=learned_model())
    padding = (0.0,) * len(NONE_NAMES)
    found: list[Example] = []
    for query in queries:
        reading = reader.read(query.text)
        matches = matching.match(reading, allowed=lambda _: True)
        kept = matches[:CANDIDATES] + [m for m in matches[CANDIDATES:] if m.id in query.right]
        rows = [(*match.features, *padding) for match in kept]
        outside = (*matching.none_features(reading), crowded([match.features for match in matches]))
        rows.append((*((0.0,) * len(FEATURE_NAMES)), *outside))
        right = frozenset(at for at, match in enumerate(kept) if match.id in query.right)
        if query.right and not right:
            continue
        found.append(Example(tuple(rows), right or frozenset((len(rows) - 1,)), 1.0))
    return found


def _base(paths: Sequence[Path]) -> Base:
    queries = tuple(read_queries(paths[1])) if len(paths) > 1 else ()
    return Base(str(paths[0]), check_file(paths[0]).entries, queries)


def _model(weights: Sequence[float]) -> Model:
    split = len(FEATURE_NAMES)
    return Model(tuple(round(w, 3) for w in weights[:split]), tuple(round(w, 3) for w in weights[split:]))


def _as_file(model: Model) -> str:
    stored = {
        "features": dict(zip(FEATURE_NAMES, model.weights, strict=True)),
        "none": dict(zip(NONE_NAMES, model.none, strict=True)),
    }
    return orjson.dumps(stored, option=orjson.OPT_INDENT_2).decode() + "\n"


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""What tokens say in one base: rare ones more (inverse document frequency). An entry is a document."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


class Weights:
    """Inverse document frequency of the tokens of one base; unknown tokens weigh more than any known one."""

    def __init__(self, counts: Mapping[str, int], total: int) -> None:
        """``counts``: in how many of the ``total`` documents a token occurs."""
        self.highest = _inverse_frequency(total, 0.5)  # of an unknown token; none weighs more
        by_count = {found: _inverse_frequency(total, found) for found in set(counts.values())}
        self._table = _Table({token: by_count[found] for token, found in counts.items()})
        self._table.unknown = self.highest
        self.of_token: Callable[[str], float] = self._table.__getitem__

    def of(self, tokens: Iterable[str]) -> dict[str, float]:
        table = self._table
        return {token: table[token] for token in tokens}

    def heaviest(self, tokens: Iterable[str]) -> float:
        """What the heaviest of them weighs; 0 where there is none."""
        return max(map(self.of_token, tokens), default=0.0)

    def __getitem__(self, token: str) -> float:
        return self._table[token]


class _Table(dict[str, float]):
    """Weights by token; a token that is not in it weighs ``unknown`` and is not remembered."""

    unknown: float

    def __missing__(self, _: str) -> float:
        return self.unknown


def _inverse_frequency(total: int, found: float) -> float:
    return math.log(1 + (total - found + 0.5) / (found + 0.5))


@dataclass(frozen=True, slots=True)
class BaseWeights:
    """What tokens weigh in one base, by the kind of token."""

    signs: Weights
    words: Weights
    aspects: Weights
    concepts: Weights


@dataclass(slots=True)
class TokenCounts:
    """In how many entries each token occurs. ``known``: words of questions, categories and answers together."""

    entries: int = 0
    signs: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    aspects: Counter[str] = field(default_factory=Counter)
    concepts: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)

    def add(self, tokens: Mapping[str, Iterable[str]], *, times: int) -> None:
        """Adds an entry's tokens, each once, by the name of their counter; ``times`` -1 takes them out again."""
        self.entries += times
        for name, added in tokens.items():
            counter: Counter[str] = getattr(self, name)
            for token in added:
                counter[token] += times
                if not counter[token]:
                    del counter[token]

    def weights(self) -> BaseWeights:
        return BaseWeights(
            signs=Weights(self.signs, self.entries),
            words=Weights(self.words, self.entries),
            aspects=Weights(self.aspects, self.entries),
            concepts=Weights(self.concepts, self.entries),
        )

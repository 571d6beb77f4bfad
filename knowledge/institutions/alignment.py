"""Which sign of a name each typed sign stands for: an abbreviation takes the first signs of words, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Touch(IntEnum):
    """How a typed sign stands in its word."""

    FIRST = 0  # begins it
    NEXT = 1  # follows the sign that was typed before it
    SKIPPED = 2  # in a word already touched, with signs between
    LAST = 3  # ends a word of which nothing else was typed
    INNER = 4


# Worth of each touch, and of a typed sign that stands for none; set by hand, only their order matters for the path.
WORTH = {Touch.FIRST: 1.0, Touch.NEXT: 0.9, Touch.SKIPPED: 0.55, Touch.LAST: 0.5, Touch.INNER: 0.2}
UNPLACED = -0.9
_FIRST, _NEXT, _SKIPPED, _LAST, _INNER = (WORTH[touch] for touch in Touch)


@dataclass(frozen=True, slots=True)
class Alignment:
    """``touches``: how often each ``Touch`` occurs. ``words``: places of the words touched, one for each placed sign,
    in order. ``placed``: places in the typed text of the signs that stand for something."""

    touches: tuple[int, ...]
    words: tuple[int, ...]
    placed: tuple[int, ...]


# A step of a path: place typed, place in the name, word, worth so far, the step before it, its touch.
_Step = tuple[int, int, int, float, "_Step | None", Touch]


def aligned(typed: str, words: Sequence[str]) -> Alignment:
    """The path of most worth through equal signs, both texts in order; of several the first found."""
    where = _where(words, frozenset(typed))
    steps: list[_Step] = []
    for at, sign in enumerate(typed):
        spots = where.get(sign)
        if spots:
            # Not extended in place: no step may follow another of the same typed sign.
            steps = steps + [_best_step(at, spot, steps) for spot in spots]
    return _traced(_last_step(steps, len(typed)))


def _where(words: Sequence[str], typed: frozenset[str]) -> dict[str, list[tuple[int, int, int, int]]]:
    """Of each sign typed its spots: place in the name, word, place in the word, last place of the word."""
    where: dict[str, list[tuple[int, int, int, int]]] = {}
    place = 0
    for number, word in enumerate(words):
        last = len(word) - 1
        for offset, sign in enumerate(word):
            if sign in typed:
                where.setdefault(sign, []).append((place, number, offset, last))
            place += 1
    return where


def _best_step(at: int, spot: tuple[int, int, int, int], steps: list[_Step]) -> _Step:
    place, word, offset, last = spot
    if offset == 0:
        worth, touch = _FIRST, Touch.FIRST
    elif offset == last:
        worth, touch = _LAST, Touch.LAST
    else:
        worth, touch = _INNER, Touch.INNER
    best: _Step = (at, place, word, worth + UNPLACED * at, None, touch)
    for step in steps:
        if step[1] >= place:
            continue
        gained, how = worth, touch
        if offset and step[2] == word:
            gained, how = (_NEXT, Touch.NEXT) if step[1] == place - 1 else (_SKIPPED, Touch.SKIPPED)
        total = step[3] + gained + UNPLACED * (at - step[0] - 1)
        if total > best[3]:
            best = (at, place, word, total, step, how)
    return best


def _last_step(steps: list[_Step], length: int) -> _Step | None:
    best, most = None, UNPLACED * length
    for step in steps:
        total = step[3] + UNPLACED * (length - 1 - step[0])
        if total > most:
            best, most = step, total
    return best


def _traced(step: _Step | None) -> Alignment:
    touches = [0] * len(Touch)
    words: list[int] = []
    placed: list[int] = []
    while step is not None:
        touches[step[5]] += 1
        words.append(step[2])
        placed.append(step[0])
        step = step[4]
    return Alignment(tuple(touches), tuple(reversed(words)), tuple(reversed(placed)))

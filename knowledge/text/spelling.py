"""Slips of a pinyin keyboard and of the eye, mended with the words of a base: 事业单味 as 事业单位.

A slip is looked for only where a text falls into single signs or into words that the base lacks and the language
hardly has; what the base itself says, and any word in common use, is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from knowledge.text.changes import Change
from knowledge.text.normalise import is_han
from knowledge.text.pinyin import near_syllable, readings
from knowledge.text.shapes import look_alikes
from knowledge.text.sound_index import SoundIndex, is_han_word, near_key

SHORTEST, LONGEST = 2, 6  # signs of a word that is looked for; longer ones are made of such
# What a sign costs that was typed for another, and the most that all in a word may cost; by hand: two signs of the
# same sound in a word, or one of near sound or shape, are believed.
SAME_SOUND, NEAR_SOUND, SAME_SHAPE = 1.0, 1.4, 1.4
RARE_WORD = 0.5  # cost of giving up a word that the dictionary has after all
LARGEST_COST = 2.0
WEIGHT_OF_COST = 1.5  # a longer word that explains the same slip wins; of two slips explained, the cheaper
# Words that jieba's dictionary counts no oftener than this are rare (it has 36,000 above 100, 24,000 above 200).
RARE = 200


@dataclass(frozen=True, slots=True)
class _Slip:
    gain: float
    change: Change


class Speller:
    """``words`` with their ``index`` and ``pairs``: what the base says, its words and its pairs of signs.

    ``frequency``: of a word in the language, 0 where it has none.
    """

    def __init__(
        self, words: Iterable[str], index: SoundIndex, *, pairs: Container[str], frequency: Callable[[str], int]
    ) -> None:
        self._words = frozenset(word for word in words if SHORTEST <= len(word) <= LONGEST and is_han_word(word))
        self._by_sound = index
        self._pairs = pairs
        self._frequency = frequency

    def changes(self, form: str, cut: Sequence[str]) -> list[Change]:
        """``cut``: the form in words. Changes do not overlap; mostly there are none."""
        poor = [self._is_poor(word) for word in cut]
        if not any(poor):
            return []
        chosen: list[Change] = []
        slips = self._slips(form, [0, *accumulate(map(len, cut))], poor)
        for slip in sorted(slips, key=lambda slip: (-slip.gain, slip.change.start, slip.change.meant)):
            if all(slip.change.end <= other.start or slip.change.start >= other.end for other in chosen):
                chosen.append(slip.change)
        return sorted(chosen, key=lambda change: change.start)

    def _is_poor(self, word: str) -> bool:
        """A single sign, or a word that the base lacks and the language hardly has."""
        if not is_han(word[0]):
            return False
        return len(word) == 1 or (word not in self._words and self._frequency(word) <= RARE)

    def _slips(self, form: str, borders: Sequence[int], poor: Sequence[bool]) -> Iterator[_Slip]:
        """``borders``: where words begin, and the end. Only windows of whole words with a poor one among them."""
        heard = near_key(form)
        by_sound, words = self._by_sound.words, self._words
        shapes = [
            _misread(form, range(*each)) if low else [] for each, low in zip(pairwise(borders), poor, strict=True)
        ]
        for first, start in enumerate(borders[:-1]):
            misread: list[tuple[int, str]] = []  # places of this window's poor words, with signs of a similar shape
            any_poor = False
            for last in range(first, len(poor)):
                end = borders[last + 1]
                if end - start > LONGEST:
                    break
                if poor[last]:
                    any_poor = True
                    misread += shapes[last]
                if end - start < SHORTEST or not any_poor:
                    continue
                for word in by_sound(heard[start:end]):
                    yield from self._judged(form, start, word)
                for place, other in misread:
                    word = form[start:place] + other + form[place + 1 : end]
                    if word in words:
                        yield from self._judged(form, start, word)

    def _judged(self, form: str, start: int, word: str) -> Iterator[_Slip]:
        """The word as a slip's meaning, if the typed signs mean nothing themselves and are near enough."""
        end = start + len(word)
        typed = form[start:end]
        if typed in self._words or all(typed[at : at + 2] in self._pairs for at in range(len(typed) - 1)):
            return
        known = self._frequency(typed)
        if known > RARE:
            return
        cost = (RARE_WORD if known else 0.0) + sum(map(_cost, typed, word))
        if cost <= LARGEST_COST:
            yield _Slip(len(word) - WEIGHT_OF_COST * cost, Change(typed, word, start, end))


def _misread(form: str, places: range) -> list[tuple[int, str]]:
    return [(place, other) for place in places for other in look_alikes(form[place])]


def _cost(typed: str, meant: str) -> float:
    if typed == meant:
        return 0.0
    one, other = readings(typed), readings(meant)
    if not set(one).isdisjoint(other):
        return SAME_SOUND
    return NEAR_SOUND if not set(map(near_syllable, one)).isdisjoint(map(near_syllable, other)) else SAME_SHAPE

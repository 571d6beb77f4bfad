"""A question as it was probably meant: letters read as pinyin first, then slips among the signs.

What is mended is a second reading. Which of the two is right, the base decides: the one that it answers more surely.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.text.changes import Change, applied
from knowledge.text.normalise import MAX_CHARACTERS, is_han
from knowledge.text.sound_index import SoundIndex
from knowledge.text.spelling import Speller
from knowledge.text.tracing import Trace, trace
from knowledge.text.typed_pinyin import LONGEST_WORD, TypedPinyin, WordsBySound, initials_of
from knowledge.text.words import Segmenter

# What it costs to read letters as a word: one of the base is likelier than one of the language, a frequent one than
# a rare one, one long word than several short ones.
BASE_WORD, COMMON_WORD, SINGLE_SIGN, RARITY = 1.0, 1.5, 0.8, 0.05
KEPT_LANGUAGES = 2  # dictionaries whose words in common use are kept by sound; a process has one


@dataclass(frozen=True, slots=True)
class Mended:
    """``changes`` in order, apart from one another, with their places in the form that was typed."""

    form: str
    changes: tuple[Change, ...]


class Mender:
    """Of one base. ``words``: how many entries have each; ``pairs``: of signs, that the base has.

    ``spellings``: other words for words of the base. Making one of 50,000 words takes most of a second, and a third of
    one where they were seen before.
    """

    def __init__(
        self, words: Mapping[str, int], *, pairs: Container[str], spellings: Iterable[str], segmenter: Segmenter
    ) -> None:
        counts = {**dict.fromkeys(spellings, 1), **words}
        kept = frozenset(word for word in counts if word.isascii())
        index = SoundIndex(counts, longest=LONGEST_WORD)
        typed = WordsBySound(index, lambda word: _cost(BASE_WORD, word, math.log1p(counts[word])))
        self._segmenter = segmenter
        self._speller = Speller(counts, index, pairs=pairs, frequency=segmenter.frequency)
        self._typed = TypedPinyin(typed, common_words(segmenter), initials=initials_of(counts), kept=kept)

    def mend(self, form: str) -> Mended:
        """``form`` in its normal form. Without a slip it comes back as it is, with no changes."""
        spelled = self._typed.changes(form)
        signs = applied(form, spelled)
        slips = self._speller.changes(signs, self._segmenter.cut(signs))
        if len(signs) > MAX_CHARACTERS or not (spelled or slips):
            return Mended(form, ())
        mended = trace(form).replaced(_parts(spelled), as_one=True).replaced(_parts(slips), as_one=True)
        return Mended(mended.text, tuple(_changes(form, mended)))


def _parts(changes: Iterable[Change]) -> list[tuple[int, int, str]]:
    return [(change.start, change.end, change.meant) for change in changes]


def _changes(form: str, mended: Trace) -> Iterator[Change]:
    """Stretches that do not say what stands in their place in the form; what shares a place is one stretch."""
    stretches: list[tuple[int, int, str]] = []
    for sign, (start, end) in zip(mended.text, mended.spans, strict=True):
        if stretches and start < stretches[-1][1]:
            first, last, meant = stretches.pop()
            stretches.append((first, max(last, end), meant + sign))
        else:
            stretches.append((start, end, sign))
    yield from (Change(form[a:b], meant, a, b) for a, b, meant in stretches if form[a:b] != meant)


@lru_cache(KEPT_LANGUAGES)
def common_words(segmenter: Segmenter) -> WordsBySound:
    """The language's own words in frequent use."""
    words = segmenter.common_words()
    return WordsBySound(
        SoundIndex(words, longest=LONGEST_WORD), lambda word: _cost(COMMON_WORD, word, math.log(words[word]))
    )


def _cost(kind: float, word: str, frequency: float) -> float:
    return kind + (SINGLE_SIGN if len(word) == 1 and is_han(word) else 0.0) - RARITY * frequency

"""Pinyin typed as letters, read as words: shiye danwei, shi ye dan wei, 事业danwei, frzs.

Letters are left alone unless all of a run parses into syllables and these into words; ICP, OA and addresses do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import lru_cache

from knowledge.text.changes import Change
from knowledge.text.normalise import is_han
from knowledge.text.pinyin import syllable, toneless, word_readings
from knowledge.text.sound_index import SoundIndex, initials, is_han_word, key_of

LONGEST_RUN = 60  # letters; a question in letters alone has some forty
LONGEST_WORD = 8  # syllables of a word that is looked for
NEIGHBOURS = 3  # Han signs at either side that may belong to a word half in letters
SHORTEST_INITIALS = 3  # letters; two fit too many words

KEPT_LOOK_UPS = 8192  # of syllables; a question in letters alone makes some hundred
NEAR_SOUND = 0.9  # what a word that only sounds nearly like the letters costs more

_LETTERS = r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹ]"
# Not beside a digit, nor inside an address or a code: wps2019, gov.cn, a_b.
_RUN = re.compile(rf"(?<![a-z0-9.\-_/@:%]){_LETTERS}+(?: {_LETTERS}+)*(?![a-z0-9.\-_/@:%])")

_ENDS = {
    "a": "b p m f d t n l g k h zh ch sh z c s",
    "o": "b p m f",
    "e": "m d t n l g k h zh ch sh r z c s",
    "i": "b p m d t n l j q x zh ch sh r z c s",
    "u": "b p m f d t n l g k h j q x zh ch sh r z c s",
    "v": "n l",
    "ai": "b p m d t n l g k h zh ch sh z c s",
    "ei": "b p m f d n l g h zh sh z",
    "ui": "d t g k h zh ch sh r z c s",
    "ao": "b p m d t n l g k h zh ch sh r z c s",
    "ou": "p m f d t n l g k h zh ch sh r z c s",
    "iu": "m d n l j q x",
    "ie": "b p m d t n l j q x",
    "ue": "n l j q x",
    "ve": "n l",
    "an": "b p m f d t n l g k h zh ch sh r z c s",
    "en": "b p m f n g k h zh ch sh r z c s",
    "in": "b p m n l j q x",
    "un": "d t l g k h j q x zh ch sh r z c s",
    "ang": "b p m f d t n l g k h zh ch sh r z c s",
    "eng": "b p m f d t n l g k h zh ch sh r z c s",
    "ing": "b p m d t n l j q x",
    "ong": "d t n l g k h zh ch r z c s",
    "ia": "d l j q x",
    "iao": "b p m d t n l j q x",
    "ian": "b p m d t n l j q x",
    "iang": "n l j q x",
    "iong": "j q x",
    "ua": "g k h zh sh",
    "uo": "d t n l g k h zh ch sh r z c s",
    "uai": "g k h zh ch sh",
    "uan": "d t n l g k h j q x zh ch sh r z c s",
    "uang": "g k h zh ch sh",
}
_BARE = "a o e ai ei ao ou an en ang er ya yo ye yao you yan yin yang ying yong yi yu yue yuan yun wa wo wai wei wan"
_BARE += " wen wang weng wu"
SYLLABLES = frozenset(_BARE.split()) | {start + end for end, starts in _ENDS.items() for start in starts.split()}


class WordsBySound:
    """Words by their syllables, with what it costs to read letters as each."""

    def __init__(self, index: SoundIndex, cost: Callable[[str], float]) -> None:
        self._index = index
        self._cost = cost
        # The words of the language stay as they are while bases change: what was once looked up is kept.
        self.cheapest = lru_cache(KEPT_LOOK_UPS)(self._cheapest)

    def _cheapest(self, syllables: tuple[str, ...]) -> tuple[float, str] | None:
        """The word read from these syllables and its cost; ``None`` where there is none, not even a near one."""
        found: list[tuple[float, str]] = []
        for word in self._index.words(key_of(syllables)):
            if syllables in word_readings(word):
                found.append((self._cost(word), word))
            elif len(syllables) > 1:
                found.append((self._cost(word) + NEAR_SOUND, word))
        return min(found, default=None)


class TypedPinyin:
    """``words``: of the base; ``common``: of the language. ``kept``: words in Latin letters that the base has."""

    def __init__(self, words: WordsBySound, common: WordsBySound, *, initials: Mapping[str, str], kept: Container[str]):
        self._tables = (words, common)
        self._words = words
        self._initials = initials
        self._kept = kept

    def changes(self, form: str) -> list[Change]:
        """Each run of letters that is pinyin, with the words that it says; in order."""
        return [change for run in _RUN.finditer(form) for change in self._read_run(form, run)]

    def _read_run(self, form: str, run: re.Match[str]) -> Iterator[Change]:
        """A run is cut at words that are no pinyin; each part between them is read as a whole or left alone."""
        tokens = [(run.start() + token.start(), token.group()) for token in re.finditer(r"[^ ]+", run.group())]
        part: list[tuple[int, str]] = []
        for start, token in [*tokens, (run.end(), "")]:
            if token and token not in self._kept and _syllabic(toneless(token)):
                part.append((start, token))
                continue
            yield from self._read_part(form, part)
            part = []
            if (meant := self._initials.get(token)) is not None and token not in self._kept:
                yield Change(token, meant, start, start + len(token))

    def _read_part(self, form: str, part: list[tuple[int, str]]) -> Iterator[Change]:
        if not part or sum(len(token) for _, token in part) > LONGEST_RUN:
            return
        tokens = [toneless(token) for _, token in part]
        start, end = part[0][0], part[-1][0] + len(part[-1][1])
        meant = self._cheapest(tokens)
        if meant is None or all(len(word) == 1 for word in meant):
            half = self._half_in_letters(form, start, end, tokens)
            if half is not None:
                yield half
            elif len(tokens) == 1 and (word := self._initials.get(tokens[0])) is not None:
                yield Change(tokens[0], word, start, end)
            return
        yield Change(form[start:end], "".join(meant), start, end)

    def _cheapest(self, tokens: list[str]) -> list[str] | None:
        """The words that the letters say at the least cost; ``None`` where they say none all the way."""
        letters, borders = "".join(tokens), borders_of(tokens)
        best: list[tuple[float, list[str]] | None] = [None] * (len(letters) + 1)
        best[0] = (0.0, [])
        for at in range(len(letters)):
            so_far = best[at]
            if so_far is None:
                continue
            for end, syllables in readings_from(letters, borders, at):
                for cost, word in self._words_of(syllables):
                    rival, total = best[end], round(so_far[0] + cost, 9)
                    if rival is None or total < rival[0]:
                        best[end] = (total, [*so_far[1], word])
        return best[-1][1] if best[-1] is not None else None

    def _words_of(self, syllables: tuple[str, ...]) -> Iterator[tuple[float, str]]:
        for table in self._tables:
            if (found := table.cheapest(syllables)) is not None:
                yield found

    def _half_in_letters(self, form: str, start: int, end: int, tokens: list[str]) -> Change | None:
        """A word of the base that goes on in Han signs at one side or both: 法ren."""
        letters, borders = "".join(tokens), borders_of(tokens)
        ways = [syllables for stop, syllables in readings_from(letters, borders, 0) if stop == len(letters)]
        befores = [form[at:start] for at in range(max(0, start - NEIGHBOURS), start + 1)]
        afters = [form[end:at] for at in range(min(len(form), end + NEIGHBOURS), end - 1, -1)]
        for before in befores:
            for after in afters:
                if not (before or after) or not all(map(is_han, before + after)):
                    continue
                for way in ways:
                    syllables = (*map(syllable, before), *way, *map(syllable, after))
                    found = self._words.cheapest(syllables)
                    if found is None:
                        continue
                    middle = found[1][len(before) : len(found[1]) - len(after)]
                    if found[1] == before + middle + after:
                        return Change(form[start:end], middle, start, end)
        return None


def initials_of(words: Iterable[str]) -> dict[str, str]:
    """First letters of words of three signs and more, where only one word has them: frzs is 法人证书."""
    long = [word for word in words if len(word) >= SHORTEST_INITIALS and is_han_word(word)]
    found: dict[str, str | None] = {}
    for word, letters in zip(long, initials("\n".join(long)).split("\n"), strict=True) if long else ():
        found[letters] = word if found.get(letters, word) == word else None
    return {letters: word for letters, word in found.items() if word is not None}


def _syllabic(token: str) -> bool:
    reached = {0}
    for end in range(1, len(token) + 1):
        if any(start in reached and token[start:end] in SYLLABLES for start in range(max(0, end - 6), end)):
            reached.add(end)
    return len(token) in reached


def borders_of(tokens: list[str]) -> frozenset[int]:
    """Places in the joined letters where a space stood: no syllable reaches across."""
    places, at = [], 0
    for token in tokens:
        at += len(token)
        places.append(at)
    return frozenset(places)


def readings_from(letters: str, borders: frozenset[int], at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """All ways to read on from ``at``, of one to ``LONGEST_WORD`` syllables: where each ends, and its syllables."""
    open_ways: list[tuple[int, tuple[str, ...]]] = [(at, ())]
    while open_ways:
        start, so_far = open_ways.pop()
        for end in range(start + 1, min(start + 6, len(letters)) + 1):
            if letters[start:end] in SYLLABLES:
                way = (*so_far, _SPELLED.get(letters[start:end], letters[start:end]))
                yield end, way
                if len(way) < LONGEST_WORD:
                    open_ways.append((end, way))
            if end in borders:
                break


_SPELLED = {"lue": "lve", "nue": "nve"}  # as many people type them

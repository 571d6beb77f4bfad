"""Words of a text, by jieba with the words of the field added. Each segmenter is its own: bases do not mix."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import jieba

# Without this, jieba's path of the dictionary's words would beat ours: a frequency no word of its own reaches.
DOMAIN_FREQUENCY = 200_000

COMMON_FREQUENCY = 500  # of jieba's own words some 12,000 reach it

KEPT_CUTS = 256
KEPT_PARTS = 8192  # long words whose parts are remembered; the field has some hundred

# Words that say nothing about what is asked; kept in the characters, dropped from the words.
STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())


class Segmenter:
    """Cuts normalised text into words. ``cache_folder`` is ours alone: jieba trusts what lies in its cache.

    ``known``: one that knows some of the words already; its dictionary is copied, in a fiftieth of the time of reading
    it, during which no other thread gets a turn.
    """

    def __init__(self, domain_words: Iterable[str] = (), *, cache_folder: Path, known: Segmenter | None = None) -> None:
        self._domain = frozenset(word for word in domain_words if len(word) > 1)
        if known is not None and known._domain <= self._domain:
            self._tokenizer: jieba.Tokenizer = _copied(known._tokenizer)
            added = self._domain - known._domain
        else:
            self._tokenizer = _read(cache_folder)
            added = self._domain
        for word in sorted(added):
            self._tokenizer.add_word(word, DOMAIN_FREQUENCY)
        self.parts = lru_cache(KEPT_PARTS)(self._parts)
        # The whole text in words, nothing left out. A question is cut twice in a row: to read it, and to mend it.
        self.cut = lru_cache(KEPT_CUTS)(self._cut)

    def words(self, text: str) -> list[str]:
        """Words in order, stop words left out; unknown runs stay single signs, so nothing is guessed."""
        return [word for word in self.cut(text) if word not in STOP_WORDS and not word.isspace()]

    def _cut(self, text: str) -> tuple[str, ...]:
        return tuple(self._tokenizer.lcut(text, HMM=False))

    def frequency(self, word: str) -> int:
        """How often the language's texts have this word; 0 where it is none. A word of the field counts as frequent."""
        return self._tokenizer.FREQ.get(word) or 0

    def common_words(self) -> dict[str, int]:
        """Words that are in everybody's mouth, with their frequency."""
        return {word: count for word, count in self._tokenizer.FREQ.items() if count >= COMMON_FREQUENCY}

    def _parts(self, word: str) -> tuple[str, ...]:
        """The words of two or three signs inside a long one."""
        parts = self._tokenizer.cut_for_search(word, HMM=False)
        return tuple(sys.intern(part) for part in parts if 1 < len(part) < len(word))


def _read(cache_folder: Path) -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    cache_folder.mkdir(parents=True, exist_ok=True)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(cache_folder)
    tokenizer.initialize()
    return tokenizer


def _copied(known: jieba.Tokenizer) -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = known.FREQ.copy(), known.total, True
    return tokenizer

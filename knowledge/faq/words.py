"""The words that one version of the base is read with: the committed lists, and what curators have added to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.search.lexicon import Lexicon, read_lexicon
from knowledge.search.reading import Reader

LEXICON_FOLDER = Path(__file__).with_name("data")
WORDS_FOLDER = "words"


@cache
def committed_lexicon() -> Lexicon:
    return read_lexicon(LEXICON_FOLDER)


@cache
def committed_reader(cache_folder: Path) -> Reader:
    """With the committed words alone: one a folder, however many bases are read with it."""
    return Reader(committed_lexicon(), cache_folder=cache_folder)


class Words:
    """Readers for the versions of one folder; a version with the same words as the last one shares its reader."""

    def __init__(self, index_dir: Path) -> None:
        self._cache_folder = index_dir / WORDS_FOLDER
        self._last: Reader | None = None

    def reader_of(self, stored: Mapping[str, Any]) -> Reader:
        """``stored``: as in the head of a version."""
        lexicon = lexicon_from(stored)
        if lexicon == committed_lexicon():
            return committed_reader(self._cache_folder)
        if self._last is None or self._last.lexicon != lexicon:
            known = committed_reader(self._cache_folder)
            self._last = Reader(lexicon, cache_folder=self._cache_folder, known=known)
        return self._last


def stored_lexicon(lexicon: Lexicon) -> dict[str, Any]:
    """What curators can change of it, as plain collections; the rest is committed."""
    return {
        "synonyms": dict(lexicon.synonyms),
        "words": sorted(lexicon.words),
        "related": {word: tuple(others) for word, others in lexicon.related.items()},
    }


def lexicon_from(stored: Mapping[str, Any]) -> Lexicon:
    return replace(
        committed_lexicon(),
        synonyms=stored["synonyms"],
        words=frozenset(stored["words"]),
        related=stored["related"],
    )


def changed_words(before: Mapping[str, Any], now: Mapping[str, Any]) -> frozenset[str]:
    """A text is read otherwise only where it, or a word found in it, has one of these."""
    old, new = before["synonyms"], now["synonyms"]
    moved = {word for word in old.keys() | new.keys() if old.get(word) != new.get(word)}
    kept_whole = (set(before["words"]) ^ set(now["words"])) | (set(old.values()) ^ set(new.values()))
    return frozenset(moved | kept_whole)

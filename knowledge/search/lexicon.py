"""What the language and the field say about words: synonyms, aspects, concepts, kinds that must not be swapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.text.normalise import surface

NAMELESS = "-"  # of a line of phrases that only hide others: 信息公开 asks neither for 信息 nor whether it is 公开


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All keys are in normal form.

    ``synonyms``: a word and the one that stands for it, as equals. ``aspects``: a phrase and what it asks for, if
    anything.
    ``contrasts``: a phrase and its (group, value). ``concepts``: a phrase and what it speaks of; phrases that share
    a concept are akin, never equal. ``words``: kept whole, nothing else. ``related``: a word and what
    its speaker may mean; a reason to ask back, never to answer.
    """

    synonyms: Mapping[str, str]
    aspects: Mapping[str, frozenset[str]]
    contrasts: Mapping[str, tuple[str, str]]
    concepts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vocabulary: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """``vocabulary``: every word that a segmenter should keep whole."""
        words = frozenset({*self.synonyms, *self.synonyms.values(), *self.contrasts, *self.words})
        object.__setattr__(self, "vocabulary", words)


def read_lexicon(folder: Path) -> Lexicon:
    """Reads synonyms, common_synonyms, aspects, contrasts, concepts and related_terms (``.tsv``) of one folder.

    The field's synonyms win over common ones; within a file the first line that names a word wins.
    """
    synonyms: dict[str, str] = {}
    for name in ("synonyms.tsv", "common_synonyms.tsv"):
        for first, others, *_ in _rows(folder / name):
            for word in _list(f"{first},{others}"):
                synonyms.setdefault(word, synonyms.get(surface(first), surface(first)))
    contrasts: dict[str, tuple[str, str]] = {}
    for group, value, phrases, *_ in _rows(folder / "contrasts.tsv"):
        for phrase in _list(phrases):
            contrasts.setdefault(phrase, (group, value))
    related = {surface(word): tuple(_list(others)) for word, others, *_ in _rows(folder / "related_terms.tsv")}
    return Lexicon(
        synonyms, _named(folder / "aspects.tsv"), contrasts, _named(folder / "concepts.tsv"), related=related
    )


def _named(path: Path) -> dict[str, frozenset[str]]:
    """Each phrase with the names of all lines that it stands in; ``NAMELESS`` is none."""
    names: dict[str, frozenset[str]] = {}
    for name, phrases, *_ in _rows(path):
        for phrase in _list(phrases):
            names[phrase] = names.get(phrase, frozenset()) | ({name} - {NAMELESS})
    return names


def longest_first(phrases: Mapping[str, object]) -> re.Pattern[str]:
    """A pattern that finds the phrases in a text, the longest one at each place."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def _list(words: str) -> list[str]:
    return [form for word in words.split(",") if (form := surface(word))]

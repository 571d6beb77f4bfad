"""The committed word lists, as the dictionary shows them beside the curators' own: to read and to search."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from knowledge.faq.vocabulary import TermKind
from knowledge.faq.words import committed_lexicon
from knowledge.text.normalise import surface


@dataclass(frozen=True, slots=True)
class BuiltInWord:
    """``others``: its equals, or what its speaker may mean; none for a word that is only kept whole."""

    word: str
    others: tuple[str, ...] = ()


class BuiltInWords:
    """Read when first looked at; they change with a new release only."""

    def of(self, kind: TermKind, *, containing: str = "") -> list[BuiltInWord]:
        sought = surface(containing)
        return [
            each
            for each in self._by_kind[kind]
            if not sought or any(sought in word for word in (each.word, *each.others))
        ]

    @cached_property
    def _by_kind(self) -> dict[TermKind, list[BuiltInWord]]:
        lexicon = committed_lexicon()
        equals: defaultdict[str, list[str]] = defaultdict(list)
        for word, head in lexicon.synonyms.items():
            if word != head:
                equals[head].append(word)
        return {
            "word": [BuiltInWord(word) for word in sorted(lexicon.vocabulary)],
            "synonym": [BuiltInWord(head, tuple(words)) for head, words in equals.items()],
            "related": [BuiltInWord(word, others) for word, others in lexicon.related.items()],
        }

"""What mends slips in questions to one base: its own words, and other words for them from the lists."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.search.lexicon import Lexicon
from knowledge.search.reading import Reader
from knowledge.search.weights import TokenCounts
from knowledge.text.mending import Mender


def mender_of(reader: Reader, counts: TokenCounts) -> Mender:
    """Of a base whose tokens were counted with this reader."""
    spellings = frozenset(_spellings(reader.lexicon, counts))
    return Mender(counts.known, pairs=counts.signs, spellings=spellings, segmenter=reader.segmenter)


def _spellings(lexicon: Lexicon, counts: TokenCounts) -> Iterator[str]:
    """Words that are read as a word of the base, and phrases that ask or name a kind of it."""
    yield from (word for word, stands_for in lexicon.synonyms.items() if stands_for in counts.known)
    yield from (phrase for phrase, aspects in lexicon.aspects.items() if not aspects.isdisjoint(counts.aspects))
    yield from lexicon.contrasts
    yield from lexicon.concepts

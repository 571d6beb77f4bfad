"""The entries of one version of the base, ready to be matched: immutable, in memory, shared by all threads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import orjson

from knowledge.faq.entry import Entry
from knowledge.search.features import Features, Question
from knowledge.search.index import CandidateIndex, Document, build_index, open_index
from knowledge.search.profiles import EntryProfile, count, look_alike, profile, variant_weights
from knowledge.search.ranking import Model, confidences, none_features
from knowledge.search.reading import Reader, Reading, passages
from knowledge.search.weights import TokenCounts

INDEX_FORMAT = "2"  # part of the generation's name: raise it when fields or tokens change
# Fields of the index and what a hit in them weighs; answers find what titles miss, at a third of the weight.
FIELDS: Mapping[str, float] = {"signs": 1.0, "words": 1.0, "sounds": 0.3, "answer": 0.3, "concepts": 1.0}
RETRIEVED = 50  # candidates fetched; the right one is among the first 20 for 99 % (tuning data)
RANKED = 20  # candidates whose features are made, once those that may not answer are gone
# Candidates below this share of the best BM25 are not looked at: of the right ones 0.7 % lie there (tuning data).
RETRIEVAL_FLOOR = 0.15


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate with all that was measured."""

    entry: Entry
    confidence: float
    retrieval: float
    features: Features


class Matching:
    """Entries, profiles and index of one version."""

    def __init__(self, entries: Iterable[Entry], *, reader: Reader, index_folder: Path, model: Model) -> None:
        self.entries = {entry.id: entry for entry in sorted(entries, key=lambda entry: entry.id)}
        self._reader = reader
        self._model = model
        readings = {entry.id: [reader.read(variant) for variant in entry.variants] for entry in self.entries.values()}
        context = {
            entry.id: [reader.read(text) for text in (entry.category, *passages(entry.answer)) if text]
            for entry in self.entries.values()
        }
        self._profiles = {id_: profile(readings[id_], context[id_]) for id_ in self.entries}
        counts = TokenCounts()
        for each in self._profiles.values():
            count(counts, each, times=1)
        self._weights = counts.weights()
        self._variants = {id_: variant_weights(each, self._weights) for id_, each in self._profiles.items()}
        self._vocabulary = frozenset(counts.known)
        self._index = self._open_or_build(index_folder, readings, context)

    def profile_of(self, entry_id: str) -> EntryProfile:
        return self._profiles[entry_id]

    def match(self, reading: Reading, *, allowed: Callable[[Entry], bool]) -> list[Match]:
        """Ranked best first, ties by id; only entries that are allowed."""
        looked_for = {
            "signs": reading.signs,
            "words": reading.words,
            "sounds": reading.sounds,
            "answer": reading.words,
            "concepts": reading.concepts,
        }
        found = self._index.search(looked_for, limit=RETRIEVED)
        usable = list(islice((candidate for candidate in found if allowed(self.entries[candidate.id])), RANKED))
        if not usable:
            return []
        highest = usable[0].score or 1.0
        usable = [candidate for candidate in usable if candidate.score >= RETRIEVAL_FLOOR * highest]
        question = Question(reading, self._weights)
        features = [
            question.features(self._profiles[c.id], self._variants[c.id], retrieval=c.score / highest) for c in usable
        ]
        sure = confidences(self._model, features, self.none_features(reading))
        matches = [
            Match(self.entries[candidate.id], confidence, candidate.score, each)
            for candidate, confidence, each in zip(usable, sure, features, strict=True)
        ]
        return sorted(matches, key=lambda match: (-match.confidence, match.entry.id))

    def look_alike(self, one: Entry, other: Entry, reading: Reading) -> bool:
        """They differ by a kind that the question does not name."""
        said = {group: frozenset((value,)) for group, value in reading.kinds}
        return look_alike(self._profiles[one.id], self._profiles[other.id], said=said)

    def has_unknown_word(self, reading: Reading) -> bool:
        """A word of two signs or more that no question and no answer of the base has."""
        return any(len(word) > 1 and word not in self._vocabulary for word in reading.matter)

    def none_features(self, reading: Reading) -> tuple[float, ...]:
        unknown = len(reading.words - self._vocabulary) / len(reading.words) if reading.words else 1.0
        return none_features(signs=len(reading.form), unknown=unknown)

    def _open_or_build(
        self, folder: Path, readings: Mapping[str, list[Reading]], context: Mapping[str, list[Reading]]
    ) -> CandidateIndex:
        generation = self._generation()
        opened = open_index(folder, generation=generation, fields=FIELDS)
        if opened is not None:
            return opened
        documents = (_document(id_, readings[id_], context[id_]) for id_ in self.entries)
        return build_index(folder, documents, generation=generation, fields=FIELDS)

    def _generation(self) -> str:
        """Named after all that the index is made from, so that equal bases share one folder."""
        digest = hashlib.sha256(INDEX_FORMAT.encode())
        digest.update(orjson.dumps(sorted(self._reader.lexicon.synonyms.items())))
        digest.update(orjson.dumps([(p, sorted(c)) for p, c in sorted(self._reader.lexicon.concepts.items())]))
        for entry in self.entries.values():
            digest.update(orjson.dumps([entry.id, entry.variants, entry.category, entry.answer]))
        return digest.hexdigest()[:24]


def _document(entry_id: str, variants: list[Reading], context: list[Reading]) -> Document:
    return Document(
        entry_id,
        {
            "signs": _tokens(sorted(reading.signs) for reading in variants),
            "words": _tokens(sorted(reading.words) for reading in variants),
            "sounds": _tokens(sorted(reading.sounds) for reading in variants),
            "answer": _tokens(sorted(reading.words) for reading in context),
            "concepts": _tokens(sorted(reading.concepts) for reading in variants),
        },
    )


def _tokens(lists: Iterable[list[str]]) -> list[str]:
    return [token for tokens in lists for token in tokens]

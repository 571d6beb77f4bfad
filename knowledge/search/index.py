"""Candidates from tantivy. Tokens are ours (``whitespace``), one writer thread, ties by id: the same every time.

An index lies in a folder named after what is in it, built beside and renamed into place, so that processes on one
host share it and a half-built one is never opened.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import tantivy

WRITER_HEAP_BYTES = 50_000_000  # tantivy's floor is 15 MB; measured: more than this gains nothing at 10,000 entries
KEPT_CLAUSES = 32_768  # prepared terms; Chinese pairs of signs in use are some ten thousand
KEPT_GENERATIONS = 2  # the live one, and the one that a slower process still reads
ID_FIELD = "id"
_DONE = "complete"


@dataclass(frozen=True, slots=True)
class Document:
    """``fields``: for each field of the index its tokens, repeated as often as they occur."""

    id: str
    fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Candidate:
    id: str
    score: float


class CandidateIndex:
    """A read-only index; safe for any number of threads."""

    def __init__(self, index: tantivy.Index, fields: Mapping[str, float]) -> None:
        self._index = index
        self._schema = index.schema
        self._fields = dict(fields)
        index.reload()
        self._searcher = index.searcher()
        self._clause = lru_cache(KEPT_CLAUSES)(self._new_clause)
        self._ids: dict[tuple[int, int], str] = {}  # of the documents found so far; reading one takes 5 µs

    def search(self, tokens: Mapping[str, Iterable[str]], *, limit: int) -> list[Candidate]:
        """The best ``limit`` documents that share a token, by BM25 with the weights of the fields; ties by id.

        ``tokens`` names for each field what to look for. Nothing to look for finds nothing.
        """
        clause = self._clause
        clauses = [clause(field, token) for field, looked_for in tokens.items() for token in sorted(set(looked_for))]
        if not clauses:
            return []
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False).hits
        candidates = [Candidate(self._id(address), score) for score, address in found]
        return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.id))

    def _new_clause(self, field: str, token: str) -> tuple[tantivy.Occur, tantivy.Query]:
        query = tantivy.Query.term_query(self._schema, field, token, index_option="freq")
        weight = self._fields[field]
        return tantivy.Occur.Should, query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    def _id(self, address: tantivy.DocAddress) -> str:
        place = (address.segment_ord, address.doc)
        found = self._ids.get(place)
        if found is None:
            found = self._ids[place] = str(self._searcher.doc(address)[ID_FIELD][0])
        return found


def open_index(folder: Path, *, generation: str, fields: Mapping[str, float]) -> CandidateIndex | None:
    """The index of this generation, or ``None`` where nobody has built it here."""
    place = folder / generation
    if not (place / _DONE).is_file():
        return None
    return CandidateIndex(tantivy.Index.open(str(place)), fields)


def build_index(
    folder: Path, documents: Iterable[Document], *, generation: str, fields: Mapping[str, float]
) -> CandidateIndex:
    """Builds beside, then renames. Two processes that build the same generation end with one of the two."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{generation}.{uuid.uuid4().hex}"
    beside.mkdir()
    try:
        _write(beside, documents, fields)
        _move_into_place(beside, folder / generation)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _forget_old(folder, keep=generation)
    built = open_index(folder, generation=generation, fields=fields)
    assert built is not None
    return built


def _write(place: Path, documents: Iterable[Document], fields: Mapping[str, float]) -> None:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(ID_FIELD, stored=True, tokenizer_name="raw", index_option="basic")
    for field in fields:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    index = tantivy.Index(builder.build(), path=str(place))
    writer = index.writer(heap_size=WRITER_HEAP_BYTES, num_threads=1)
    for document in sorted(documents, key=lambda document: document.id):
        stored = tantivy.Document()
        stored.add_text(ID_FIELD, document.id)
        for field, tokens in document.fields.items():
            stored.add_text(field, " ".join(tokens))
        writer.add_document(stored)
    writer.commit()
    writer.wait_merging_threads()
    (place / _DONE).touch()


def _move_into_place(beside: Path, place: Path) -> None:
    if place.exists() and not (place / _DONE).is_file():
        shutil.rmtree(place, ignore_errors=True)
    try:
        beside.rename(place)
    except OSError:
        if not (place / _DONE).is_file():
            raise


def _forget_old(folder: Path, *, keep: str) -> None:
    """An index that is open elsewhere stays readable: its files are mapped until it is closed."""
    others = [place for place in folder.iterdir() if place.name != keep and not place.name.startswith(".")]
    others.sort(key=lambda place: (place.stat().st_mtime, place.name), reverse=True)
    for place in others[KEPT_GENERATIONS - 1 :]:
        shutil.rmtree(place, ignore_errors=True)

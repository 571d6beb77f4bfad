"""Candidates from tantivy. Tokens are ours (``whitespace``), one writer thread, ties by number: the same every time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import tantivy

WRITER_HEAP_BYTES = 50_000_000  # tantivy's floor is 15 MB; measured: more than this gains nothing at 10,000 entries
KEPT_CLAUSES = 32_768  # prepared terms; Chinese pairs of signs in use are some ten thousand
# A token that this many documents, and this share of all, have says little and costs most: half of all postings of a
# question over 10,000 entries. The right one stays first among the candidates (synthetic base, 300 questions).
FREQUENT = 500
FREQUENT_SHARE = 0.1
NUMBER_FIELD = "number"

Document = Sequence[str]  # for each field its tokens, joined by spaces, repeated as often as they occur


class CandidateIndex:
    """A read-only index; safe for any number of threads."""

    def __init__(self, place: Path, fields: Mapping[str, float]) -> None:
        index = tantivy.Index.open(str(place))
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()
        self._fields = dict(fields)
        self._frequent = max(FREQUENT, round(FREQUENT_SHARE * self._searcher.num_docs))
        self._clause = lru_cache(KEPT_CLAUSES)(self._new_clause)
        self._numbers: dict[tuple[int, int], int] = {}  # of the documents found so far; reading one takes 5 µs

    def search(self, tokens: Mapping[str, Iterable[str]], *, limit: int) -> list[tuple[float, int]]:
        """Score and number of the best ``limit`` documents that share a token, by BM25 with the weights of the
        fields; ties by number.

        ``tokens`` names for each field what to look for, in any order. Nothing to look for finds nothing.
        """
        clause = self._clause
        wanted = [clause(field, token) for field, looked_for in tokens.items() for token in sorted(looked_for)]
        clauses = [each for each in wanted if each is not None]
        if not clauses:
            return []
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False).hits
        candidates = [(-score, self._number(address)) for score, address in found]
        candidates.sort()
        return [(-score, number) for score, number in candidates]

    def _new_clause(self, field: str, token: str) -> tuple[tantivy.Occur, tantivy.Query] | None:
        """``None`` where the token is too frequent to be worth its time."""
        if self._searcher.doc_freq(field, token) > self._frequent:
            return None
        query = tantivy.Query.term_query(self._schema, field, token, index_option="freq")
        weight = self._fields[field]
        return tantivy.Occur.Should, query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    def _number(self, address: tantivy.DocAddress) -> int:
        place = (address.segment_ord, address.doc)
        found = self._numbers.get(place)
        if found is None:
            found = self._numbers[place] = int(self._searcher.doc(address)[NUMBER_FIELD][0])
        return found


class NewIndex:
    """An index in an empty folder. Tantivy works in a thread of its own between ``add`` and ``finish``."""

    def __init__(self, place: Path, fields: Iterable[str]) -> None:
        self._names = tuple(fields)
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field(NUMBER_FIELD, stored=True, indexed=False)
        for name in self._names:
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        index = tantivy.Index(builder.build(), path=str(place))
        self._writer = index.writer(heap_size=WRITER_HEAP_BYTES, num_threads=1)
        self._number = 0

    def add(self, document: Document) -> None:
        """Its number is how many were added before it."""
        stored = tantivy.Document()
        stored.add_unsigned(NUMBER_FIELD, self._number)
        for name, tokens in zip(self._names, document, strict=True):
            stored.add_text(name, tokens)
        self._writer.add_document(stored)
        self._number += 1

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()

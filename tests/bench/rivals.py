"""What we are measured against, each set up as its own documentation says, over the same texts.

Every text is a document; the best document's entry (or name) is the answer. Tokens, where a library wants some, are
what one would take for Chinese: jieba's words for questions, pairs of signs for names.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

Tokens = Callable[[str], list[str]]


class Rival(Protocol):
    """Made from the texts; ``best`` is the number of the text most like the query, ``None`` where there is none."""

    def best(self, query: str) -> int | None: ...


def words(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return list(jieba.lcut(text))


def sign_pairs(text: str) -> list[str]:
    return [before + after for before, after in pairwise(text)] or [text]


class _RapidFuzz:
    """``process.extract`` over all texts."""

    def __init__(self, texts: Sequence[str], _: Tokens, *, scorer: str) -> None:
        from rapidfuzz import fuzz

        self._texts = texts
        self._scorer = getattr(fuzz, scorer)

    def best(self, query: str) -> int | None:
        from rapidfuzz import process

        found = process.extract(query, self._texts, scorer=self._scorer, limit=5)
        return int(found[0][2]) if found else None


class _Bm25s:
    def __init__(self, texts: Sequence[str], tokens: Tokens) -> None:
        import bm25s

        self._tokens = tokens
        self._retriever = bm25s.BM25()
        self._retriever.index([tokens(text) for text in texts], show_progress=False)

    def best(self, query: str) -> int | None:
        found, _ = self._retriever.retrieve([self._tokens(query)], k=5, show_progress=False)
        return int(found[0, 0])


class _TfIdf:
    """scikit-learn's vectors of signs and pairs. Turned once so that a query reads only its own terms' rows."""

    def __init__(self, texts: Sequence[str], _: Tokens) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
        self._by_term = self._vectorizer.fit_transform(texts).T.tocsr()

    def best(self, query: str) -> int | None:
        likeness = self._vectorizer.transform([query]) @ self._by_term
        return int(likeness.indices[likeness.data.argmax()]) if likeness.nnz else None


class _Tantivy:
    """The library that we use for candidates, alone: BM25 over our tokens, the best document is the answer."""

    def __init__(self, texts: Sequence[str], tokens: Tokens) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        builder.add_unsigned_field("number", stored=True)
        self._schema, self._tokens, self._query = builder.build(), tokens, tantivy.Query
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        for number, text in enumerate(texts):
            writer.add_document(tantivy.Document(text=" ".join(tokens(text)), number=number))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._should, self._searcher = tantivy.Occur.Should, index.searcher()

    def best(self, query: str) -> int | None:
        terms = [(self._should, self._query.term_query(self._schema, "text", token)) for token in self._tokens(query)]
        found = self._searcher.search(self._query.boolean_query(terms), limit=5, count=False).hits
        return int(self._searcher.doc(found[0][1])["number"][0]) if found else None


class _Fts5:
    """SQLite's own index of trigrams, in memory; any of them may occur, the best by BM25 comes first."""

    def __init__(self, texts: Sequence[str], _: Tokens) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='trigram')")
        self._database.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(texts))
        self._database.commit()

    def best(self, query: str) -> int | None:
        trigrams = [query[at : at + 3] for at in range(len(query) - 2)]
        wanted = " OR ".join(f'"{trigram}"' for trigram in trigrams if '"' not in trigram)
        if not wanted:
            return None
        search = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 5"
        found = self._database.execute(search, (wanted,)).fetchone()
        return int(found[0]) if found else None


def _wratio(texts: Sequence[str], tokens: Tokens) -> Rival:
    return _RapidFuzz(texts, tokens, scorer="WRatio")


def _ratio(texts: Sequence[str], tokens: Tokens) -> Rival:
    return _RapidFuzz(texts, tokens, scorer="ratio")


WRATIO = "rapidfuzz WRatio"
RIVALS: Mapping[str, Callable[[Sequence[str], Tokens], Any]] = {
    WRATIO: _wratio,
    "rapidfuzz ratio": _ratio,
    "bm25s": _Bm25s,
    "scikit-learn TF-IDF": _TfIdf,
    "tantivy alone": _Tantivy,
    "SQLite FTS5": _Fts5,
}

"""Makes one version of the base: reads what is new, takes over the rest of the version before.

``python -m knowledge.faq.building`` builds beside a serving process, which then has all its time for questions: it is
handed the database on its standard input, never in its arguments, where every user of the host could read it, and ends
as soon as that is closed.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.faq.entry import PUBLISHED, Entry
from knowledge.faq.generation import Generation, Source, new_generation, newest_generation, profile_bytes, write
from knowledge.faq.queries import BaseState, all_entries, base_state
from knowledge.faq.vocabulary import LOADED as TERMS_LOADED
from knowledge.faq.vocabulary import enlarged, terms
from knowledge.faq.words import WORDS_FOLDER, changed_words, committed_lexicon, stored_lexicon
from knowledge.search.lexicon import Lexicon
from knowledge.search.profiles import EntryProfile, count, profile, variant_weights
from knowledge.search.reading import Reader, Reading, passages
from knowledge.search.weights import TokenCounts
from knowledge.store.sessions import make_engine, make_reading_sessions

TOKEN_KINDS = tuple(field.name for field in fields(TokenCounts) if field.name != "entries")
# Of the lexicon, what no curator changes.
COMMITTED_WORDS = tuple(field.name for field in fields(Lexicon) if field.name not in ("synonyms", "words", "related"))
KNOWLEDGE = Path(__file__).parents[1]
# What a profile depends on: a change in any of these files makes every version anew.
MADE_BY = (
    *("text/*.py", "text/*.t*", "search/index.py", "search/profiles.py", "search/reading.py"),
    *("faq/entry.py", "faq/generation.py", "faq/building.py"),
)


@dataclass(frozen=True, slots=True)
class Base:
    """All that one version is made of: published entries, and the words to read them with."""

    state: BaseState
    entries: Sequence[Entry]
    lexicon: Lexicon


def read_base(session: Session, state: BaseState) -> Base:
    """``session`` must see one moment of the database; ``state`` is what it saw first."""
    lexicon = enlarged(committed_lexicon(), terms(session, limit=TERMS_LOADED))
    published = [entry for entry in all_entries(session) if entry.status == PUBLISHED]
    return Base(state, published, lexicon)


def name_of_state(state: BaseState) -> str:
    """A base of a database: its mark is drawn anew with every change."""
    return _digest([state.number, state.mark, _making(committed_lexicon())])


def name_of_content(base: Base) -> str:
    """A base of a file or of a test: named after all that is in it."""
    rows = [[getattr(entry, name) for name in Entry.__slots__] for entry in base.entries]
    return _digest([base.state.number, rows, stored_lexicon(base.lexicon), _making(base.lexicon)])


def build(folder: Path, name: str, base: Base, *, reader: Reader | None = None) -> None:
    """Writes the folder ``name``; what the last version has in common with it is taken over."""
    entries = sorted(base.entries, key=lambda entry: entry.id)
    making = _making(base.lexicon)
    previous = newest_generation(folder, making=making)
    words_folder = folder.parent / WORDS_FOLDER
    taken = {} if previous is None else _taken_over(previous, entries, base.lexicon)
    made = _Making(reader, base.lexicon, words_folder)
    sources = [taken.get(entry.id) or made.source(entry) for entry in entries]
    counts = _counts(previous, taken, made)
    with new_generation(folder, name) as place:
        write(
            place,
            {
                "state": (base.state.number, base.state.mark),
                "making": making,
                "lexicon": stored_lexicon(base.lexicon),
                "counts": _plain(counts),
            },
            _rows(entries, sources, counts),
        )


class _Making:
    """Makes sources of entries; the dictionary is opened for the first of them."""

    def __init__(self, reader: Reader | None, lexicon: Lexicon, words_folder: Path) -> None:
        self._reader = reader
        self._lexicon = lexicon
        self._words_folder = words_folder
        self.profiles: list[EntryProfile] = []

    def source(self, entry: Entry) -> Source:
        if self._reader is None:
            self._reader = Reader(self._lexicon, cache_folder=self._words_folder)
        read = self._reader.read
        variants = [read(variant) for variant in entry.variants]
        context = [read(text) for text in (entry.category, *passages(entry.answer)) if text]
        made = profile(variants, context)
        self.profiles.append(made)
        return Source(
            digest=_entry_digest(entry),
            profile=profile_bytes(made),
            document=_document(variants, context),
            texts="\n".join([*(reading.form for reading in (*variants, *context)), *sorted(made.answer_words)]),
        )


def _taken_over(previous: Generation, entries: Iterable[Entry], lexicon: Lexicon) -> dict[str, Source]:
    """What was made of the same text with the same words."""
    head = previous.head
    places = {entry_id: (at, digest) for at, (entry_id, digest) in enumerate(zip(head.ids, head.digests, strict=True))}
    changed = changed_words(head.lexicon, stored_lexicon(lexicon))
    found: dict[str, Source] = {}
    for entry in entries:
        at, digest = places.get(entry.id, (0, b""))
        if digest == _entry_digest(entry):
            source = previous.source(at)
            if not any(word in source.texts for word in changed):
                found[entry.id] = source
    return found


def _counts(previous: Generation | None, taken: dict[str, Source], made: _Making) -> TokenCounts:
    """Of the version before, without what is gone, and with what is new."""
    counts = TokenCounts()
    if previous is not None:
        counts = previous.head.token_counts()
        for at, entry_id in enumerate(previous.head.ids):
            if entry_id not in taken:
                count(counts, previous.profile(at), times=-1)
    for each in made.profiles:
        count(counts, each, times=1)
    return counts


def _rows(entries: Sequence[Entry], sources: Sequence[Source], counts: TokenCounts) -> Iterator[Any]:
    weights = counts.weights()
    for entry, source in zip(entries, sources, strict=True):
        yield entry, source, variant_weights(EntryProfile(*marshal.loads(source.profile)), weights)  # noqa: S302


def _document(variants: Sequence[Reading], context: Sequence[Reading]) -> tuple[str, ...]:
    """In the order of the index's fields."""
    return (
        " ".join(token for reading in variants for token in sorted(reading.signs)),
        " ".join(token for reading in variants for token in sorted(reading.words)),
        " ".join(token for reading in variants for token in sorted(reading.sounds)),
        " ".join(token for reading in context for token in sorted(reading.words)),
        " ".join(token for reading in variants for token in sorted(reading.concepts)),
    )


def _plain(counts: TokenCounts) -> dict[str, dict[str, int]]:
    return {name: dict(getattr(counts, name)) for name in TOKEN_KINDS}


@cache
def _code() -> str:
    files = sorted(path for pattern in MADE_BY for path in KNOWLEDGE.glob(pattern))
    return _digest([sys.version, *(path.read_bytes().hex() for path in files)])


def _making(lexicon: Lexicon) -> str:
    """What else profiles are made by; with another one nothing is taken over."""
    committed = {name: getattr(lexicon, name) for name in COMMITTED_WORDS}
    return _digest(
        [
            _code(),
            {name: sorted((word, sorted(says)) for word, says in words.items()) for name, words in committed.items()},
        ]
    )


def _entry_digest(entry: Entry) -> bytes:
    return hashlib.blake2b(
        orjson.dumps([entry.id, entry.variants, entry.category, entry.answer]), digest_size=16
    ).digest()


def _digest(content: Any) -> str:
    return hashlib.blake2b(orjson.dumps(content, default=repr), digest_size=12).hexdigest()


def build_from(engine: Engine, folder: Path) -> None:
    """Builds what the database holds now, as one moment of it."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with make_reading_sessions(engine)() as session:
        state = base_state(session)
        base = read_base(session, state)
    build(folder, name_of_state(state), base)


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(3)


def main() -> None:
    """Reads one line of JSON: ``url`` and ``folder``. Says the kind of its error, never its text."""
    job = orjson.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    status = 0
    try:
        build_from(make_engine(job["url"]), Path(job["folder"]))
    except Exception as error:  # noqa: BLE001 - told to the parent, whatever it is
        sys.stderr.write(type(error).__name__)
        sys.stderr.flush()
        status = 1
    os._exit(status)  # the thread above still waits for the parent


if __name__ == "__main__":
    main()

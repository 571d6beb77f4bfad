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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.faq.entry import PUBLISHED, Entry
from knowledge.faq.generation import (
    ENTRY_FIELDS,
    Generation,
    Source,
    entry_bytes,
    entry_from,
    new_generation,
    newest_generation,
    open_generation,
    profile_bytes,
    write,
)
from knowledge.faq.queries import BaseState, all_entries, base_state
from knowledge.faq.vocabulary import LOADED as TERMS_LOADED
from knowledge.faq.vocabulary import enlarged, terms
from knowledge.faq.words import Words, changed_words, committed_lexicon, lexicon_from, stored_lexicon
from knowledge.search.lexicon import Lexicon
from knowledge.search.profiles import profile
from knowledge.search.reading import Reading, passages
from knowledge.search.sheet_files import entry_elements
from knowledge.search.tokens import Vocabulary, elements, passages_of
from knowledge.search.weights import TokenCounts
from knowledge.store.sessions import make_engine, make_reading_sessions

# Of the lexicon, what no curator changes.
COMMITTED_WORDS = tuple(
    field.name for field in fields(Lexicon) if field.init and field.name not in ("synonyms", "words", "related")
)
KNOWLEDGE = Path(__file__).parents[1]
# What a profile depends on: a change in any of these files makes every version anew.
MADE_BY = (
    *("text/*.py", "text/*.t*", "search/index.py", "search/profiles.py", "search/reading.py", "search/tokens.py"),
    "search/sheet_files.py",
    *("faq/entry.py", "faq/generation.py", "faq/building.py"),
)

Changes = Mapping[str, Entry | None]  # by id; ``None``: it is gone


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
    return _digest([state.number, state.mark, _making()])


def name_of_content(base: Base) -> str:
    """A base of a file or of a test: named after all that is in it."""
    rows = [_row(entry) for entry in base.entries]
    return _digest([base.state.number, rows, stored_lexicon(base.lexicon), _making()])


def name_of_draft(live: Generation, changes: Changes) -> str:
    """A version with changes that nobody has published: named after both."""
    return _digest([live.name, sorted((entry_id, _row(entry)) for entry_id, entry in changes.items())])


def build(folder: Path, name: str, base: Base, readers: Words, *, before: Generation | None = None) -> None:
    """Writes the folder ``name``; what it has in common with ``before``, or the last version there, is taken over."""
    entries = sorted(base.entries, key=lambda entry: entry.id)
    making, words = _making(), stored_lexicon(base.lexicon)
    previous = before if before is not None else newest_generation(folder, making=making)
    taken = _Before(previous, entries, words)
    vocabulary = Vocabulary() if previous is None else Vocabulary.of(previous.head.vocabulary)
    made = _Making(readers, words, vocabulary)
    sources = [taken.source(entry) or made.source(entry) for entry in entries]
    counts = taken.counts_without_what_is_gone()
    for each in made.counted:
        counts.add(each, times=1)
    head = {"state": (base.state.number, base.state.mark), "making": making, "lexicon": words}
    with new_generation(folder, name) as place:
        write(place, head, entries, sources, counts, vocabulary)


def build_draft(folder: Path, live: Generation, changes: Changes, readers: Words) -> None:
    """The version ``live`` with ``changes`` laid over it: read with the same words, beside it, without the database."""
    kept = (live.entry(at) for at, entry_id in enumerate(live.head.ids) if entry_id not in changes)
    entries = [*kept, *(replace(entry, status=PUBLISHED) for entry in changes.values() if entry is not None)]
    base = Base(BaseState(*live.head.state), entries, lexicon_from(live.head.lexicon))
    build(folder, name_of_draft(live, changes), base, readers, before=live)


class _Before:
    """The version before, as far as it can be taken over: entries that are what they were and are read as they were."""

    def __init__(self, previous: Generation | None, entries: Iterable[Entry], words: Mapping[str, Any]) -> None:
        self._previous = previous
        self._taken = {} if previous is None else _taken_over(previous, entries, words)

    def source(self, entry: Entry) -> Source | None:
        at = self._taken.get(entry.id)
        return None if self._previous is None or at is None else self._previous.source(at)

    def counts_without_what_is_gone(self) -> TokenCounts:
        if self._previous is None:
            return TokenCounts()
        counts = self._previous.head.token_counts()
        for at, entry_id in enumerate(self._previous.head.ids):
            if entry_id not in self._taken:
                counts.add(self._previous.counted(at), times=-1)
        return counts


def _taken_over(previous: Generation, entries: Iterable[Entry], words: Mapping[str, Any]) -> dict[str, int]:
    """Their places in the version before."""
    head = previous.head
    places = dict(zip(head.ids, enumerate(head.digests), strict=True))
    changed = [word.encode() for word in changed_words(head.lexicon, words)]
    found: dict[str, int] = {}
    for entry in entries:
        at, digest = places.get(entry.id, (0, b""))
        if digest == _entry_digest(entry):
            texts = previous.source(at).texts if changed else b""
            if not any(word in texts for word in changed):
                found[entry.id] = at
    return found


class _Making:
    """Makes sources of entries; the dictionary is opened for the first of them."""

    def __init__(self, readers: Words, words: Mapping[str, Any], vocabulary: Vocabulary) -> None:
        self._readers = readers
        self._words = words
        self._vocabulary = vocabulary
        self.counted: list[Mapping[str, Sequence[str]]] = []

    def source(self, entry: Entry) -> Source:
        read = self._readers.reader_of(self._words).read
        variants = [read(variant) for variant in entry.variants]
        context = [read(text) for text in (entry.category, *passages(entry.answer)) if text]
        counted = _counted(variants, context)
        self.counted.append(counted)
        return Source(
            digest=_entry_digest(entry),
            entry=entry_bytes(entry),
            profile=profile_bytes(profile(variants)),
            elements=entry_elements(
                elements(variants, context, self._vocabulary), variants=len(variants), passages=passages_of(context)
            ),
            document=marshal.dumps(_document(variants, context)),
            counted=marshal.dumps(counted),
            texts="\n".join([*(reading.form for reading in (*variants, *context)), *counted["known"]]).encode(),
        )


def _counted(variants: Sequence[Reading], context: Sequence[Reading]) -> dict[str, tuple[str, ...]]:
    """By the names of ``TokenCounts``, each token once."""

    def all_of(kind: str, readings: Sequence[Reading]) -> tuple[str, ...]:
        return tuple(sorted(frozenset().union(*(getattr(reading, kind) for reading in readings))))

    kinds = {kind: all_of(kind, variants) for kind in ("signs", "words", "aspects", "concepts")}
    return {**kinds, "known": all_of("words", (*variants, *context))}


def _document(variants: Sequence[Reading], context: Sequence[Reading]) -> tuple[str, ...]:
    """In the order of the index's fields."""
    return (
        " ".join(token for reading in variants for token in sorted(reading.signs)),
        " ".join(token for reading in variants for token in sorted(reading.words)),
        " ".join(token for reading in variants for token in sorted(reading.sounds)),
        " ".join(token for reading in context for token in sorted(reading.words)),
        " ".join(token for reading in variants for token in sorted(reading.concepts)),
    )


def _code() -> str:
    files = sorted(path for pattern in MADE_BY for path in KNOWLEDGE.glob(pattern))
    return _digest([sys.version, *(path.read_bytes().hex() for path in files)])


@cache
def _making() -> str:
    """What else profiles are made by; with another one nothing is taken over."""
    committed = {name: getattr(committed_lexicon(), name) for name in COMMITTED_WORDS}
    sorted_words = {
        name: sorted((word, sorted(says)) for word, says in words.items()) for name, words in committed.items()
    }
    return _digest([_code(), sorted_words])


def _entry_digest(entry: Entry) -> bytes:
    return hashlib.blake2b(orjson.dumps(_row(entry)), digest_size=16).digest()


def _row(entry: Entry | None) -> list[Any] | None:
    return None if entry is None else [getattr(entry, name) for name in ENTRY_FIELDS]


def _digest(content: Any) -> str:
    return hashlib.blake2b(orjson.dumps(content, default=repr), digest_size=12).hexdigest()


def build_from(engine: Engine, folder: Path, readers: Words) -> None:
    """Builds what the database holds now, as one moment of it."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with make_reading_sessions(engine)() as session:
        state = base_state(session)
        base = read_base(session, state)
    build(folder, name_of_state(state), base, readers)


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(3)


def main() -> None:
    """Reads one line of JSON, the job of ``_do``. Says the kind of its error, never its text."""
    job = orjson.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    status = 0
    try:
        _do(job)
    except Exception as error:  # noqa: BLE001 - told to the parent, whatever it is
        sys.stderr.write(type(error).__name__)
        sys.stderr.flush()
        status = 1
    os._exit(status)  # the thread above still waits for the parent


def draft_job(folder: Path, beside: Path, live: Generation, changes: Changes) -> dict[str, Any]:
    """What a process of its own needs to ``build_draft``."""
    rows = [(entry_id, None if entry is None else entry_bytes(entry).hex()) for entry_id, entry in changes.items()]
    return {"folder": str(folder), "beside": str(beside), "live": live.name, "changes": rows}


def _do(job: Mapping[str, Any]) -> None:
    """``folder`` with ``url``: what that database holds; with ``draft_job``: that draft."""
    folder = Path(job["folder"])
    readers = Words(folder.parent)
    if "url" in job:
        return build_from(make_engine(job["url"]), folder, readers)
    live = open_generation(Path(job["beside"]), job["live"])
    if live is None:  # two newer ones have come meanwhile
        raise LookupError
    changes = {entry_id: None if row is None else entry_from(bytes.fromhex(row)) for entry_id, row in job["changes"]}
    return build_draft(folder, live, changes, readers)


if __name__ == "__main__":
    main()

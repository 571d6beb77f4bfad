"""One version of the base on disk: a folder that is written once, shared by all processes of a host, read lazily.

``index/`` are the candidates, the files of the sheet (``search/sheet_files.py``) their tokens; ``entries`` and
``profiles`` hold each entry and what else it is matched by, ``documents``, ``counted`` and ``texts`` what the next
version takes over unchanged. Python's own ``marshal`` keeps them: it reads a profile ten times as fast as pickle, and
no other program, nor another Python, ever reads what we wrote (the folder's name tells by what it was made). Files stay
mapped, so a folder that is removed is readable until it is closed.
"""

from __future__ import annotations

import marshal
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any

from knowledge.faq.entry import Basis, Entry
from knowledge.search.index import CandidateIndex, NewIndex
from knowledge.search.mapped_files import mapped
from knowledge.search.profiles import EntryProfile
from knowledge.search.sheet import token_weights
from knowledge.search.sheet_files import open_sheet, stored_elements, write_sheet
from knowledge.search.tokens import Vocabulary
from knowledge.search.weights import TokenCounts

# Fields of the index and what a hit in them weighs; answers find what titles miss, at a third of the weight.
INDEX_FIELDS: Mapping[str, float] = {"signs": 1.0, "words": 1.0, "sounds": 0.3, "answer": 0.3, "concepts": 1.0}
KEPT_GENERATIONS = 2  # the live one, and the one that a slower process still reads
DONE = "complete"
Validity = tuple[str | None, int, int]  # region, first and last day as ordinals, both inclusive
ENTRY_FIELDS = tuple(field.name for field in fields(Entry) if field.init)
_BASIS = ENTRY_FIELDS.index("basis")
_DAYS = tuple(ENTRY_FIELDS.index(name) for name in ("valid_from", "valid_until", "review_on"))
PROFILE_FIELDS = tuple(field.name for field in fields(EntryProfile))
TOKEN_KINDS = tuple(field.name for field in fields(TokenCounts) if field.name != "entries")
# Parts of a source and the files that hold them, one entry after another.
STORED = {"entry": "entries", "profile": "profiles", "document": "documents", "counted": "counted", "texts": "texts"}


@dataclass(frozen=True, slots=True)
class Source:
    """What an entry was made into, as bytes: whoever finds its digest again need not make it again.

    ``elements``: its tokens for the sheet, ``document`` those for the index, ``counted`` those that weights are made
    of. ``texts``: all that its reading depends on, in normal form.
    """

    digest: bytes
    entry: bytes
    profile: bytes
    elements: bytes
    document: bytes
    counted: bytes
    texts: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """All that is read at once; everything else is read when it is wanted. ``making`` and ``lexicon`` tell by what
    the profiles were made, ``offsets`` where in their files the entries lie."""

    state: tuple[int, str]
    making: str
    lexicon: Mapping[str, Any]
    ids: Sequence[str]
    digests: Sequence[bytes]
    validity: Sequence[Validity]
    offsets: Mapping[str, Sequence[int]]
    counts: Mapping[str, Mapping[str, int]]
    vocabulary: Sequence[Mapping[str, int]]

    def token_counts(self) -> TokenCounts:
        return TokenCounts(len(self.ids), **{name: Counter(counted) for name, counted in self.counts.items()})


class Generation:
    """An open folder; safe for any number of threads."""

    def __init__(self, place: Path) -> None:
        self.name = place.name
        self.head = Head(*marshal.loads((place / "head").read_bytes()))  # noqa: S302 - written by ourselves
        self.index = CandidateIndex(place / "index")
        self.counts = self.head.token_counts()
        self.weights = self.counts.weights()
        vocabulary = Vocabulary.of(self.head.vocabulary)
        self.sheet = open_sheet(place, vocabulary=vocabulary, weights=token_weights(vocabulary, self.weights))
        self._files = {name: mapped(place / name) for name in self.head.offsets}

    def entry(self, number: int) -> Entry:
        return entry_from(self._bytes("entries", number))

    def profile(self, number: int) -> EntryProfile:
        return profile_from(self._bytes("profiles", number))

    def source(self, number: int) -> Source:
        return Source(
            digest=self.head.digests[number],
            elements=stored_elements(self.sheet, number),
            **{name: self._bytes(stored, number) for name, stored in STORED.items()},
        )

    def counted(self, number: int) -> Mapping[str, Sequence[str]]:
        """The tokens that weights are made of, each once, by the name of their counter."""
        found: Mapping[str, Sequence[str]] = self._read("counted", number)
        return found

    def _bytes(self, name: str, number: int) -> bytes:
        offsets = self.head.offsets[name]
        return self._files[name][offsets[number] : offsets[number + 1]]

    def _read(self, name: str, number: int) -> Any:
        return marshal.loads(self._bytes(name, number))  # noqa: S302 - written by ourselves


def open_generation(folder: Path, name: str) -> Generation | None:
    """``None`` where nobody has built it here, or another process has just removed it."""
    place = folder / name
    if not (place / DONE).is_file():
        return None
    try:
        return Generation(place)
    except (OSError, ValueError, EOFError, TypeError):  # an older form, or half removed
        return None


def newest_generation(folder: Path, *, making: str) -> Generation | None:
    """The last one made in the same way, to take over from."""
    for place in _by_age(folder):
        found = open_generation(folder, place.name)
        if found is not None and found.head.making == making:
            return found
    return None


@contextmanager
def new_generation(folder: Path, name: str) -> Iterator[Path]:
    """A folder to write in, moved into place at the end. Where two processes build the same, one of the two stays."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{name}.{uuid.uuid4().hex}"
    (beside / "index").mkdir(parents=True)
    try:
        yield beside
        (beside / DONE).touch()
        _move_into_place(beside, folder / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    for place in [place for place in _by_age(folder) if place.name != name][KEPT_GENERATIONS - 1 :]:
        shutil.rmtree(place, ignore_errors=True)


def write(
    place: Path,
    head: Mapping[str, Any],
    entries: Sequence[Entry],
    sources: Sequence[Source],
    counts: TokenCounts,
    vocabulary: Vocabulary,
) -> None:
    """``head``: the fields of ``Head`` but those that follow from the rest. ``entries`` are sorted by their ids,
    ``sources`` what each was made into."""
    index = NewIndex(place / "index", INDEX_FIELDS)
    for source in sources:
        index.add(marshal.loads(source.document))  # noqa: S302 - written by ourselves
    weights = token_weights(vocabulary, counts.weights())
    write_sheet(place, [source.elements for source in sources], vocabulary=vocabulary, weights=weights)
    contents = {stored: [getattr(source, name) for source in sources] for name, stored in STORED.items()}
    for stored, parts in contents.items():
        (place / stored).write_bytes(b"".join(parts))
    whole = Head(
        ids=[entry.id for entry in entries],
        digests=[source.digest for source in sources],
        validity=[_validity(entry) for entry in entries],
        offsets={stored: (0, *accumulate(map(len, parts))) for stored, parts in contents.items()},
        counts={name: dict(getattr(counts, name)) for name in TOKEN_KINDS},
        vocabulary=vocabulary.stored(),
        **head,
    )
    (place / "head").write_bytes(marshal.dumps(tuple(getattr(whole, field.name) for field in fields(Head))))
    index.finish()


def entry_bytes(entry: Entry) -> bytes:
    return marshal.dumps(tuple(_plain(getattr(entry, name)) for name in ENTRY_FIELDS))


def entry_from(content: bytes) -> Entry:
    """What ``entry_bytes`` made."""
    return _entry(marshal.loads(content))  # noqa: S302 - written by ourselves


def profile_bytes(profile: EntryProfile) -> bytes:
    return marshal.dumps(tuple(getattr(profile, name) for name in PROFILE_FIELDS))


def profile_from(content: bytes) -> EntryProfile:
    return EntryProfile(*marshal.loads(content))  # noqa: S302 - written by ourselves


def _validity(entry: Entry) -> Validity:
    first, last = entry.valid_from or date.min, entry.valid_until or date.max
    return entry.region, first.toordinal(), last.toordinal()


def _plain(value: Any) -> Any:
    """Days as their number and laws as pairs: marshal knows nothing of ours."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, tuple) and value and isinstance(value[0], Basis):
        return tuple((basis.law, basis.article) for basis in value)
    return value


def _entry(row: Sequence[Any]) -> Entry:
    values = list(row)
    values[_BASIS] = tuple(Basis(*pair) for pair in values[_BASIS])
    for at in _DAYS:
        if values[at] is not None:
            values[at] = date.fromordinal(values[at])
    return Entry(**dict(zip(ENTRY_FIELDS, values, strict=True)))


def _move_into_place(beside: Path, place: Path) -> None:
    if place.exists() and not (place / DONE).is_file():
        shutil.rmtree(place, ignore_errors=True)
    try:
        beside.rename(place)
    except OSError:
        if not (place / DONE).is_file():
            raise


def _by_age(folder: Path) -> list[Path]:
    """Newest first; what is being written is left out."""
    places = [place for place in folder.iterdir() if not place.name.startswith(".")] if folder.is_dir() else []
    return sorted(places, key=lambda place: (place.stat().st_mtime_ns, place.name), reverse=True)

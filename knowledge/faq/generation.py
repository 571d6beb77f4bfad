"""One version of the base on disk: a folder that is written once, shared by all processes of a host, read lazily.

``index/`` are the candidates; ``entries`` and ``profiles`` hold each entry and what it is matched by, ``weights`` what
its variants weigh in this base, ``documents`` and ``texts`` what the next version takes over unchanged. Python's own
``marshal`` keeps them: it reads a profile ten times as fast as pickle, and no other program, nor another Python, ever
reads what we wrote (the folder's name tells by what it was made). Files stay mapped, so a folder that is removed is
readable until it is closed.
"""

from __future__ import annotations

import marshal
import mmap
import shutil
import uuid
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any

from knowledge.faq.entry import Basis, Entry
from knowledge.search.index import CandidateIndex, NewIndex
from knowledge.search.profiles import EntryProfile, VariantWeights
from knowledge.search.weights import TokenCounts

# Fields of the index and what a hit in them weighs; answers find what titles miss, at a third of the weight.
INDEX_FIELDS: Mapping[str, float] = {"signs": 1.0, "words": 1.0, "sounds": 0.3, "answer": 0.3, "concepts": 1.0}
KEPT_GENERATIONS = 2  # the live one, and the one that a slower process still reads
DONE = "complete"
Validity = tuple[str | None, int, int]  # region, first and last day as ordinals, both inclusive
WEIGHTS = len(VariantWeights._fields)  # numbers a variant
ENTRY_FIELDS = tuple(field.name for field in fields(Entry) if field.init)
PROFILE_FIELDS = tuple(field.name for field in fields(EntryProfile))


@dataclass(frozen=True, slots=True)
class Source:
    """What an entry was made into, as bytes: whoever finds its digest again need not make it again.

    ``document``: its tokens for the index. ``texts``: all that its reading depends on, in normal form.
    """

    digest: bytes
    entry: bytes
    profile: bytes
    document: bytes
    texts: bytes


Weigh = Callable[[Entry, Source], bytes]


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

    def token_counts(self) -> TokenCounts:
        return TokenCounts(len(self.ids), **{name: Counter(counted) for name, counted in self.counts.items()})


class Generation:
    """An open folder; safe for any number of threads."""

    def __init__(self, place: Path) -> None:
        self.name = place.name
        self.head = Head(*marshal.loads((place / "head").read_bytes()))  # noqa: S302 - written by ourselves
        self.index = CandidateIndex(place / "index", INDEX_FIELDS)
        self._files = {name: _mapped(place / name) for name in self.head.offsets}

    def entry(self, number: int) -> Entry:
        return _entry(self._read("entries", number))

    def profile(self, number: int) -> EntryProfile:
        return profile_from(self._bytes("profiles", number))

    def variant_weights(self, number: int) -> VariantWeights:
        values = array("d", self._bytes("weights", number))
        size = len(values) // WEIGHTS
        return VariantWeights(*(values[at : at + size] for at in range(0, len(values), size)))

    def source(self, number: int) -> Source:
        return Source(
            self.head.digests[number],
            *(self._bytes(name, number) for name in ("entries", "profiles", "documents", "texts")),
        )

    def signs(self, number: int) -> frozenset[str]:
        """Signs and pairs of signs of the variants, each once."""
        return frozenset(self._read("documents", number)[0].split())

    def has_profile_of(self, other: Generation, mine: int, theirs: int) -> bool:
        return self._bytes("profiles", mine) == other._bytes("profiles", theirs)

    def weight_bytes(self, number: int) -> bytes:
        return self._bytes("weights", number)

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
    place: Path, head: Mapping[str, Any], entries: Sequence[Entry], sources: Sequence[Source], weigh: Weigh
) -> None:
    """``head``: the fields of ``Head`` but those that follow from the entries, which are sorted by their ids.

    ``sources``: what each was made into; ``weigh``: what the variants of one weigh.
    """
    index = NewIndex(place / "index", INDEX_FIELDS)
    for source in sources:
        index.add(marshal.loads(source.document))  # noqa: S302 - written by ourselves
    contents = {
        "entries": [source.entry for source in sources],
        "profiles": [source.profile for source in sources],
        "weights": [weigh(entry, source) for entry, source in zip(entries, sources, strict=True)],
        "documents": [source.document for source in sources],
        "texts": [source.texts for source in sources],
    }
    for name, parts in contents.items():
        (place / name).write_bytes(b"".join(parts))
    whole = Head(
        ids=[entry.id for entry in entries],
        digests=[source.digest for source in sources],
        validity=[_validity(entry) for entry in entries],
        offsets={name: (0, *accumulate(map(len, parts))) for name, parts in contents.items()},
        **head,
    )
    (place / "head").write_bytes(marshal.dumps(tuple(getattr(whole, field.name) for field in fields(Head))))
    index.finish()


def entry_bytes(entry: Entry) -> bytes:
    return marshal.dumps(tuple(_plain(getattr(entry, name)) for name in ENTRY_FIELDS))


def profile_bytes(profile: EntryProfile) -> bytes:
    return marshal.dumps(tuple(getattr(profile, name) for name in PROFILE_FIELDS))


def profile_from(content: bytes) -> EntryProfile:
    return EntryProfile(*marshal.loads(content))  # noqa: S302 - written by ourselves


def weight_bytes(weights: VariantWeights) -> bytes:
    return array("d", [value for kind in weights for value in kind]).tobytes()


def _validity(entry: Entry) -> Validity:
    first, last = entry.valid_from or date.min, entry.valid_until or date.max
    return entry.region, first.toordinal(), last.toordinal()


def _plain(value: Any) -> Any:
    """Days as their number and laws as pairs: marshal knows nothing of ours."""
    if isinstance(value, date):
        return ("day", value.toordinal())
    if isinstance(value, tuple) and value and isinstance(value[0], Basis):
        return ("laws", [(basis.law, basis.article) for basis in value])
    return value


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(**{name: _ours(value) for name, value in zip(ENTRY_FIELDS, row, strict=True)})


def _ours(value: Any) -> Any:
    match value:
        case ("day", int(day)):
            return date.fromordinal(day)
        case ("laws", list(pairs)):
            return tuple(Basis(*pair) for pair in pairs)
    return value


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""


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

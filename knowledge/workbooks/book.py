"""What stands around the sheets of a workbook: where the first one is, its texts, and which numbers are days."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from openpyxl.styles.numbers import is_date_format

from knowledge.workbooks.archive import DEEPEST, feed, local, parser_of_parts

ROOT = "_rels/.rels"
MOST_STRINGS = 4_000_000
LONGEST_TEXT = 100_000  # a cell of Excel holds 32,767
# Formats that every program knows by number; 27–36 and 50–58 are the Chinese and Japanese ways of writing a day.
DAY_FORMATS = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)])

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes a sign that XML cannot hold

Started = Callable[[str, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Book:
    """``sheet``: the part of the first sheet. ``days``: styles whose numbers are moments. ``from_1904``: the Mac's."""

    sheet: str
    strings: list[str]
    days: frozenset[int]
    from_1904: bool


@dataclass(slots=True)
class Texts:
    """Collects the ``t`` of shared and inline strings; phonetic hints (``rPh``) are none of the text."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    inside: bool = False
    hints: int = 0

    def start(self, name: str) -> None:
        if name == "rPh":
            self.hints += 1
        self.inside = name == "t" and not self.hints

    def end(self, name: str) -> None:
        if name == "rPh":
            self.hints -= 1
        self.inside = False

    def add(self, text: str) -> None:
        self.length += len(text)
        if self.length > LONGEST_TEXT:
            raise ValueError("a text beyond all measure")
        self.parts.append(text)

    def take(self) -> str:
        text = "".join(self.parts)
        self.parts, self.length, self.inside = [], 0, False
        return text


def open_book(archive: zipfile.ZipFile) -> Book:
    """Raises ``KeyError`` or ``ValueError`` where a part is missing or makes no sense."""
    book = _related(archive, ROOT, "officeDocument")[0]
    rels = posixpath.join(posixpath.dirname(book), "_rels", posixpath.basename(book) + ".rels")
    sheets, from_1904 = _sheets(archive, book)
    by_id = dict(_relations(archive, rels, "worksheet"))
    first = [by_id[each] for each in sheets if each in by_id]
    return Book(first[0], _strings(archive, rels), _days(archive, rels), from_1904)


def _sheets(archive: zipfile.ZipFile, part: str) -> tuple[list[str], bool]:
    ids: list[str] = []
    macintosh = False

    def started(name: str, given: Mapping[str, str]) -> None:
        nonlocal macintosh
        if name == "sheet":
            ids.extend(value for key, value in given.items() if key != "id" and local(key) == "id")
        elif name == "workbookPr":
            macintosh = given.get("date1904") in ("1", "true")

    _look_through(archive, part, started)
    return ids, macintosh


def _related(archive: zipfile.ZipFile, rels: str, kind: str) -> list[str]:
    return [target for _, target in _relations(archive, rels, kind)]


def _relations(archive: zipfile.ZipFile, rels: str, kind: str) -> list[tuple[str, str]]:
    folder = posixpath.dirname(posixpath.dirname(rels))
    found: list[tuple[str, str]] = []

    def started(name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship" and given.get("Type", "").endswith(f"/{kind}"):
            target = given.get("Target", "")
            part = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found.append((given.get("Id", ""), part))

    _look_through(archive, rels, started)
    if not found and kind in ("officeDocument", "worksheet"):
        raise KeyError(kind)
    return found


def _strings(archive: zipfile.ZipFile, rels: str) -> list[str]:
    strings: list[str] = []
    texts = Texts()

    def ended(name: str) -> None:
        texts.end(name)
        if name == "si":
            strings.append(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), texts.take()))
            if len(strings) > MOST_STRINGS:
                raise ValueError("more texts than cells")

    for part in _related(archive, rels, "sharedStrings")[:1]:
        _look_through(archive, part, lambda name, _: texts.start(name), ended, texts)
    return strings


def _days(archive: zipfile.ZipFile, rels: str) -> frozenset[int]:
    formats: dict[int, bool] = {}
    days: set[int] = set()
    count, inside = 0, False

    def started(name: str, given: Mapping[str, str]) -> None:
        nonlocal count, inside
        if name == "numFmt":
            formats[int(given["numFmtId"])] = bool(is_date_format(given.get("formatCode", "")))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            number = int(given.get("numFmtId", 0))
            if formats.get(number, number in DAY_FORMATS):
                days.add(count)
            count += 1

    def ended(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    for part in _related(archive, rels, "styles")[:1]:
        _look_through(archive, part, started, ended)
    return frozenset(days)


def _look_through(
    archive: zipfile.ZipFile,
    part: str,
    started: Started,
    ended: Callable[[str], None] = lambda _: None,
    texts: Texts | None = None,
) -> None:
    parser, depth = parser_of_parts(), 0

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise ValueError("too deep")
        started(local(name), given)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        ended(local(name))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    if texts is not None:
        parser.CharacterDataHandler = lambda text: texts.add(text) if texts.inside else None
    with archive.open(part) as source:
        for _ in feed(source, parser):
            pass

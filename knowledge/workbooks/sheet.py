"""The rows of the first sheet of a workbook, one after another. No formula is believed and no merged cell guessed."""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from knowledge.workbooks.archive import CHUNK, DEEPEST, feed, local, opened_archive, parser_of_parts
from knowledge.workbooks.book import Book, Texts, open_book
from knowledge.workbooks.unreadable import FileUnreadable

MOST_ROWS = 200_000
MOST_COLUMNS = 1_000
LAST_ROW = 1_048_576  # of any sheet there is
MOST_MERGED = 1_000

FORMULA = "是公式，不知道算出来的值对不对；请复制后“粘贴为数值”"
WRONG_FORMULA = "是公式错误 {value}；请改成实际的值"
MERGED = "是合并单元格，不知道值属于哪一行；请取消合并并逐行填写"
MERGED_HEADER = "{name} 的第 1 行有合并单元格；第 1 行应是列名，请删去标题行或取消合并"
MANY_MERGED = "{name} 的合并单元格太多；请全部取消合并并逐行填写"
MANY_ROWS = "{name} 超过 {rows} 行；请拆成几个文件，或另存为 CSV UTF-8 后再导入"
MANY_COLUMNS = "{name} 超过 {columns} 列；请删去无关的列后再导入"

_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
# A numeral as a sheet keeps it; Python's own reading would take longer for thousands of digits.
_NUMBER = re.compile(r"-?\d{0,40}(?:\.\d{0,400})?(?:[eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell whose value nobody can know; ``message`` is for who keeps the file."""

    message: str


class _Area(NamedTuple):
    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(slots=True)
class _Cell:
    column: int
    kind: str
    style: int
    value: list[str] = field(default_factory=list)
    formula: bool = False


def sheet_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Each row that is not empty, with its number; cells are texts, numbers, days, ``None`` or a ``Trouble``.

    Raises ``FileUnreadable``.
    """
    with opened_archive(path) as archive:
        book = open_book(archive)
        merged = _merged(archive, book.sheet, path.name)
        if any(area.first_row == 1 for area in merged):
            raise FileUnreadable(MERGED_HEADER.format(name=path.name))
        reading, count = _Reading(book, path.name), 0
        with archive.open(book.sheet) as source:
            for _ in feed(source, reading.parser()):
                for number, row in reading.take():
                    row = _without_merged(number, row, merged)
                    if any(cell not in (None, "") for cell in row):
                        count += 1
                        if count > MOST_ROWS + 1:  # the header is one of them
                            raise FileUnreadable(MANY_ROWS.format(name=path.name, rows=MOST_ROWS))
                        yield number, row


@dataclass(slots=True)
class _Reading:
    """The handlers: what they have finished is taken away after each piece of the sheet."""

    book: Book
    name: str
    number: int = 0
    depth: int = 0
    in_value: bool = False
    texts: Texts = field(default_factory=Texts)
    cell: _Cell | None = None
    row: list[Any] = field(default_factory=list)
    done: list[tuple[int, list[Any]]] = field(default_factory=list)

    def parser(self) -> Any:
        parser = parser_of_parts()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.text
        return parser

    def take(self) -> list[tuple[int, list[Any]]]:
        done, self.done = self.done, []
        return done

    def start(self, name: str, given: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError("too deep")
        match local(name):
            case "row":
                self.number = int(given.get("r") or self.number + 1)
                if not 0 < self.number <= LAST_ROW:
                    raise ValueError("no such row")
                self.row = []
            case "c":
                column = _column(given["r"]) if "r" in given else len(self.row) + 1
                self.cell = _Cell(column, given.get("t", "n"), int(given.get("s") or 0))
            case "v":
                self.in_value = True
            case "f" if self.cell is not None:
                self.cell.formula = True
            case inner if self.cell is not None:
                self.texts.start(inner)

    def end(self, name: str) -> None:
        self.depth -= 1
        match local(name):
            case "row":
                self.done.append((self.number, self.row))
            case "c" if self.cell is not None:
                self._put(self.cell)
                self.cell = None
            case "v":
                self.in_value = False
            case inner:
                self.texts.end(inner)

    def text(self, text: str) -> None:
        if self.cell is not None and (self.in_value or self.texts.inside):
            self.texts.add(text)

    def _put(self, cell: _Cell) -> None:
        value = _value(cell, self.texts.take(), self.book)
        if value is None:
            return
        if cell.column > MOST_COLUMNS:
            raise FileUnreadable(MANY_COLUMNS.format(name=self.name, columns=MOST_COLUMNS))
        self.row.extend([None] * (cell.column - len(self.row)))
        self.row[cell.column - 1] = value


def _value(cell: _Cell, text: str, book: Book) -> Any:
    if cell.formula:
        return Trouble(FORMULA)
    match cell.kind:
        case "e":
            return Trouble(WRONG_FORMULA.format(value=text[:20]))
        case "s":
            return book.strings[_index(text)] if text else None
        case "inlineStr" | "str":
            return text
        case "b":
            return text.strip() in ("1", "true") if text else None
        case "d":
            return datetime.fromisoformat(text) if text else None
        case _:
            return _number(text, cell.style, book) if text else None


def _number(text: str, style: int, book: Book) -> Any:
    if not _NUMBER.fullmatch(text):
        raise ValueError("no number")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("no number")
    if style in book.days:
        try:
            return from_excel(number, MAC_EPOCH if book.from_1904 else WINDOWS_EPOCH)
        except (OverflowError, ValueError):
            return Trouble(WRONG_FORMULA.format(value="#VALUE!"))
    # A long code that was typed as a number has lost its last digits: it must not look whole.
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _index(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("no such text")
    return number


def _column(place: str) -> int:
    found = _PLACE.fullmatch(place)
    if found is None:
        raise ValueError("no such cell")
    return _letters(found[1])


def _letters(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _without_merged(number: int, row: list[Any], merged: Sequence[_Area]) -> list[Any]:
    for area in merged:
        if area.first_row <= number <= area.last_row:
            last = min(area.last_column, MOST_COLUMNS)
            row.extend([None] * (last - len(row)))
            row[area.first_column - 1 : last] = [Trouble(MERGED)] * max(0, last - area.first_column + 1)
    return row


def _merged(archive: zipfile.ZipFile, part: str, name: str) -> list[_Area]:
    """They are told after the rows, so the sheet is looked through for them first; few have any."""
    if not _mentions(archive, part):
        return []
    areas: list[_Area] = []
    parser = parser_of_parts()

    def started(tag: str, given: Mapping[str, str]) -> None:
        if local(tag) == "mergeCell":
            areas.append(_area(given["ref"]))
            if len(areas) > MOST_MERGED:
                raise FileUnreadable(MANY_MERGED.format(name=name))

    parser.StartElementHandler = started
    with archive.open(part) as source:
        for _ in feed(source, parser):
            pass
    return areas


def _mentions(archive: zipfile.ZipFile, part: str) -> bool:
    """Whatever the encoding: UTF-16 has a zero between its letters."""
    sought, before = b"mergeCell", b""
    with archive.open(part) as source:
        while chunk := source.read(CHUNK):
            looked = before + chunk.replace(b"\0", b"")
            if sought in looked:
                return True
            before = looked[-len(sought) :]
    return False


def _area(ref: str) -> _Area:
    first, _, last = ref.partition(":")
    corners = [_PLACE.fullmatch(corner) for corner in (first, last or first)]
    if None in corners:
        raise ValueError("no such area")
    (left, top), (right, bottom) = [(_letters(c[1]), int(c[2])) for c in corners if c is not None]
    return _Area(top, bottom, left, right)

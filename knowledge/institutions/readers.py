"""A file of institutions as rows of raw cells: JSON lines, CSV and XLSX. Judges nothing but form.

Text is UTF-8, UTF-16 with its mark, or in a CSV GB18030.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from knowledge.workbooks.sheet import Trouble, sheet_rows
from knowledge.workbooks.unreadable import FileUnreadable

__all__ = ["FileUnreadable", "RawRow", "armed", "defused", "rows_of"]

MAX_HEADER_CELLS = 200
ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel's "CSV UTF-8" and plain "CSV" write on a Chinese Windows
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what Notepad's "Unicode" and some databases write

# A cell that a spreadsheet would take for a formula (CSV injection, OWASP's list), however many ' stand before it.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


DAMAGED_UTF_16 = "{name} 标明是 UTF-16 编码，但内容不完整；请用表格软件另存为“CSV UTF-8”后再导入"


@dataclass(frozen=True, slots=True)
class RawRow:
    """``number`` as people count: lines from 1, in a sheet the header is row 1. ``problem``: why there are no cells;
    ``troubled`` names columns whose cell is damaged and why."""

    number: int
    cells: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None
    troubled: dict[str, str] = field(default_factory=dict)


def rows_of(path: Path) -> Iterator[RawRow]:
    """The rows of a file by its suffix. Raises ``FileUnreadable``; a damaged row comes with its ``problem``."""
    readers: dict[str, Callable[[Path], Iterator[RawRow]]] = {
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".csv": _csv,
        ".xlsx": _xlsx,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FileUnreadable(f"不认识的文件类型 {path.suffix or path.name}；请使用 .jsonl、.csv 或 .xlsx")
    if not path.is_file():
        raise FileUnreadable(f"找不到文件 {path.name}；请检查路径")
    yield from reader(path)


def _json_lines(path: Path) -> Iterator[RawRow]:
    for number, line in enumerate(_lines(path), 1):
        line = line.removeprefix(codecs.BOM_UTF8).strip()
        if not line:
            continue
        try:
            cells = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            reason = "不是 UTF-8 编码" if "utf-8" in str(error).lower() else "不是完整的 JSON"
            yield RawRow(number, problem=f"这一行{reason}，请修正后重新导入")
            continue
        if isinstance(cells, dict):
            yield RawRow(number, cells)
        else:
            yield RawRow(number, problem='这一行应是一个 JSON 对象，例如 {"name": "…"}')


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file as UTF-8 (or as what it claims to be UTF-8)."""
    with path.open("rb") as file:
        if file.read(2) not in UTF_16_MARKS:
            file.seek(0)
            yield from file
            return
    try:
        with path.open(encoding="utf-16", newline="\n") as text:
            yield from (line.encode() for line in text)
    except UnicodeDecodeError as error:
        raise FileUnreadable(DAMAGED_UTF_16.format(name=path.name)) from error


def _csv(path: Path) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(_decoded(path.read_bytes(), path.name), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(header, path.name)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _matched(reader.line_num, header, cells)
    except csv.Error as error:
        raise FileUnreadable(
            f"{path.name} 第 {reader.line_num} 行的引号或分隔不完整（{error}）；请用表格软件打开后另存为 CSV UTF-8"
        ) from error


def _matched(number: int, header: list[str], cells: list[str]) -> RawRow:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return RawRow(number, problem=f"有 {len(cells)} 个单元格，表头只有 {len(header)} 列；请检查是否多了逗号")
    padded = [*cells, *[""] * (len(header) - len(cells))]
    return RawRow(number, {name: armed(cell) for name, cell in zip(header, padded, strict=False) if name})


def defused(cell: str) -> str:
    """The cell as a CSV may hold it: with a ' before what a spreadsheet would run as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def armed(cell: str) -> str:
    """What ``defused`` was given; any other cell is left as it is."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _decoded(raw: bytes, name: str) -> str:
    if raw.startswith(UTF_16_MARKS):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError as error:
            raise FileUnreadable(DAMAGED_UTF_16.format(name=name)) from error
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable(f"{name} 既不是 UTF-8 也不是 GBK 编码；请用表格软件另存为“CSV UTF-8”后再导入")


def _xlsx(path: Path) -> Iterator[RawRow]:
    rows = sheet_rows(path)
    _, first = next(rows, (1, []))
    header = ["" if cell is None or isinstance(cell, Trouble) else str(cell).strip() for cell in first]
    _check_header(header, path.name)
    for number, row in rows:
        yield _sheet_row(number, row, header)


def _sheet_row(number: int, row: list[Any], header: list[str]) -> RawRow:
    """Cells beyond the header have no column and belong to nothing."""
    padded = [*row, *[None] * (len(header) - len(row))]
    named = {name: cell for name, cell in zip(header, padded, strict=False) if name}
    troubled = {name: cell.message for name, cell in named.items() if isinstance(cell, Trouble)}
    return RawRow(number, {name: cell for name, cell in named.items() if name not in troubled}, troubled=troubled)


def _check_header(header: list[str], name: str) -> None:
    if not any(header):
        raise FileUnreadable(f"{name} 没有表头；第一行应是列名，例如 name、credit_code")
    if len(header) > MAX_HEADER_CELLS:
        raise FileUnreadable(f"{name} 的表头有 {len(header)} 列，像是分隔符不对；请检查文件")
    repeated = sorted({cell for cell in header if cell and header.count(cell) > 1})
    if repeated:
        raise FileUnreadable(f"{name} 的表头有重复的列：{'、'.join(repeated)}；请删去一列")

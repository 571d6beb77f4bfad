"""Rows of a JSON lines, CSV or XLSX file, and the same written. What kind it is, its ending says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import orjson

from knowledge.workbooks.sheet import Trouble, sheet_rows
from knowledge.workbooks.unreadable import FileUnreadable

__all__ = ["ENDINGS", "FileUnreadable", "read_rows", "write_rows"]

ENDINGS = (".jsonl", ".csv", ".xlsx")
LARGEST_BYTES = 64 * 1024 * 1024  # a base of 100,000 entries is a third of it
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")  # what a spreadsheet would run, or what we guarded before
_GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def read_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Each row with its number; a row that cannot be read comes as a sentence. Empty rows are left out."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise FileUnreadable(f"不支持的文件类型“{path.suffix}”；请用 .jsonl、.csv 或 .xlsx")
    if not path.is_file():
        raise FileUnreadable(f"找不到文件 {path.name}；请检查路径")
    if path.stat().st_size > LARGEST_BYTES:
        raise FileUnreadable(f"文件超过 {LARGEST_BYTES // 1024 // 1024} MB；请拆成几个文件分别导入")
    match ending:
        case ".jsonl":
            return _json_lines(_decoded(path, ("utf-8-sig",)))
        case ".csv":
            return _csv(_decoded(path, ("utf-8-sig", "gb18030")))
        case _:
            return _xlsx(path)


def write_rows(path: Path, columns: list[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes all rows and returns how many; the file appears whole or not at all."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise FileUnreadable(f"不支持的文件类型“{path.suffix}”；请用 .jsonl、.csv 或 .xlsx")
    kept = list(rows)
    beside = path.with_name(f".{path.name}.part{ending}")
    try:
        if ending == ".jsonl":
            beside.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in kept))
        elif ending == ".csv":
            _write_csv(beside, columns, kept)
        else:
            _write_xlsx(beside, columns, kept)
        beside.replace(path)
    except OSError as error:
        raise FileUnreadable(f"无法写入 {path.name}：{error.strerror}；请检查文件夹是否存在、可写") from None
    finally:
        beside.unlink(missing_ok=True)
    return len(kept)


def _decoded(path: Path, encodings: tuple[str, ...]) -> str:
    raw = path.read_bytes()
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable(f"{path.name} 不是 UTF-8 编码；请另存为 UTF-8 后再导入")


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            yield number, "不是有效的 JSON，请检查引号和括号"
            continue
        yield number, row if isinstance(row, dict) else "应为一个 JSON 对象"


def _csv(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise FileUnreadable("CSV 的引号不配对；请在表格软件中重新另存为 CSV") from None
    yield from _table((number, [_unguarded(cell) for cell in row]) for number, row in enumerate(rows, start=1))


def _xlsx(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    yield from _table((number, [_plain(cell) for cell in row]) for number, row in sheet_rows(path))


def _table(rows: Iterable[tuple[int, list[Any]]]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """``rows``: with their numbers, the header first; nothing at all where there is none."""
    numbered = iter(rows)
    header = next(numbered, (1, []))[1]
    names = ["" if name is None or isinstance(name, Trouble) else str(name).strip() for name in header]
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise FileUnreadable(f"表头有重复的列：{'、'.join(twice)}；请删去一个")
    for number, row in numbered:
        if not any(cell not in (None, "") for cell in row):
            continue
        if len(row) > len(names) and any(cell not in (None, "") for cell in row[len(names) :]):
            yield number, "格数多于表头的列数，请检查逗号和引号"
            continue
        cells = {name: cell for name, cell in zip(names, row, strict=False) if name}
        troubled = [f"{name} 列{cell.message}" for name, cell in cells.items() if isinstance(cell, Trouble)]
        yield number, "；".join(troubled) if troubled else dict.fromkeys(filter(None, names)) | cells


def _plain(cell: Any) -> Any:
    """What a spreadsheet made a number or a moment of, as it was typed."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def _write_csv(path: Path, columns: list[str], rows: list[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_guarded(_cell(row.get(column))) for column in columns] for row in rows)


def _write_xlsx(path: Path, columns: list[str], rows: list[Mapping[str, Any]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("sheet1")
    sheet.append(columns)
    for row in rows:
        sheet.append([_as_text(sheet, _cell(row.get(column))) for column in columns])
    book.save(path)


def _as_text(sheet: Any, text: str) -> Any:
    """Text that begins with = stays text: a formula in an answer must not run on a curator's desk."""
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _cell(value: Any) -> str:
    """Lists one a line where that can be read back, else as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, list):
        return str(value)
    lines = [f"{item['law']}｜{item['article']}" if isinstance(item, dict) else str(item) for item in value]
    readable = all("\n" not in line and "|" not in line and line.count("｜") < 2 for line in lines)
    return "\n".join(lines) if readable and not "".join(lines).startswith("[") else orjson.dumps(value).decode()


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell

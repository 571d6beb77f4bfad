"""Import and export of the register. Every problem of a file is reported at once; importing twice changes nothing.

A row is known again by its credit code, else by name and region. Columns that a file does not have stay as they are;
an empty cell empties. The caller commits.
"""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import ColumnElement, insert, select, true, update
from sqlalchemy.orm import Session

from knowledge.institutions.codes import code_problem
from knowledge.institutions.models import VERSION_ROW, Institution, InstitutionVersion
from knowledge.institutions.names import name_key, plain
from knowledge.institutions.readers import FileUnreadable, defused, rows_of
from knowledge.institutions.rows import COLUMNS, LISTS, Problem, RowReader

BATCH_ROWS = 1000  # bound of one IN list; SQLite takes 32,766 variables, PostgreSQL 65,535
EXPORT_ROWS = 2000
FROM_FILE = "file"
Progress = Callable[[int], None]  # rows read so far
Batch = list[tuple[int, dict[str, Any]]]  # rows with their numbers


@dataclass(slots=True)
class ImportReport:
    """Counts by what became of each row, and every problem in the order of the file."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "warning"]


@dataclass(slots=True)
class _Seen:
    """Where in this file a code, or a name with its region, stood first."""

    codes: dict[str, int] = field(default_factory=dict)
    names: dict[tuple[str, str | None], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row of a file beside the table. ``current``: the row it speaks of, ``None``: a new one; ``difference``: the
    columns to be written, empty where nothing changes."""

    number: int
    values: dict[str, Any]
    current: Any | None
    difference: dict[str, Any]


def import_institutions(
    session: Session, path: Path, *, now: datetime, progress: Progress | None = None
) -> ImportReport:
    """Takes what is right in the file and reports the rest. Raises ``FileUnreadable`` for a file that is none, or that
    has no row at all."""
    report = ImportReport()
    import_batches(session, batches(path, report, progress=progress), report, now=now)
    return report


def import_batches(session: Session, read: Iterable[Batch], report: ImportReport, *, now: datetime) -> None:
    """What ``batches`` has read, into the table."""
    for batch in read:
        _store(session, compared(session, batch, report, now=now), report)
    report.problems.sort(key=lambda problem: problem.row)
    if report.added or report.updated:
        mark_changed(session, now=now)


def batches(path: Path, report: ImportReport, *, progress: Progress | None = None) -> Iterator[Batch]:
    """The rows of a file by which something can be done, without a look at the table; what is rejected goes into
    ``report`` alone. Raises as ``import_institutions``."""
    reader, seen, read = RowReader(), _Seen(), 0
    report.problems = reader.problems
    rows = iter(rows_of(path))
    while some := list(islice(rows, BATCH_ROWS)):
        taken = []
        for row in some:
            values = reader.read(row)
            if values is None or _repeated(values, row.number, seen, report):
                report.rejected += 1
            else:
                taken.append((row.number, values))
        yield taken
        read += len(some)
        if progress:
            progress(read)
    if not read:
        raise FileUnreadable(f"{path.name} 这个文件里没有数据行；请确认选对了文件，并在表头下面逐行填写单位后重新导入")


def compared(session: Session, batch: Batch, report: ImportReport, *, now: datetime) -> list[Comparison]:
    """Beside the table, which stays as it is; a row that fits several institutions goes into ``report`` alone."""
    known = _Known(session, [values for _, values in batch])
    found = []
    for number, values in batch:
        values["name_key"] = name_key(values["name"])
        try:
            current = known.match(values)
        except _Ambiguous:
            report.rejected += 1
            message = "库里有多个同名同地区的单位，分不清是哪一个；请补充统一社会信用代码"
            report.problems.append(Problem(number, "credit_code", "error", message))
            continue
        written = _whole(values, now=now) if current is None else _difference(current, values, now=now)
        found.append(Comparison(number, values, current, written))
    return found


def mark_changed(session: Session, *, now: datetime) -> None:
    """Tells every process that its index is old. The caller commits."""
    session.merge(InstitutionVersion(id=VERSION_ROW, stamp=uuid.uuid4().hex, changed_at=now))
    session.flush()


def export_institutions(session: Session, path: Path, *, within: ColumnElement[bool] | None = None) -> int:
    """Writes the whole table in the format of the suffix; importing the file elsewhere gives the same table.

    ``within``: only those that a condition on ``Institution`` lets through.
    """
    rows = _all_rows(session, within)
    match path.suffix.lower():
        case ".jsonl":
            return _write_json_lines(rows, path)
        case ".csv":
            return _write_csv(rows, path)
        case ".xlsx":
            return _write_xlsx(rows, path)
    raise FileUnreadable(f"不认识的文件类型 {path.suffix or path.name}；请使用 .jsonl、.csv 或 .xlsx")


def _repeated(values: dict[str, Any], number: int, seen: _Seen, report: ImportReport) -> bool:
    """Whether an earlier row of this file is the same institution; that one is kept, this one reported."""
    code, place = values.get("credit_code"), (plain(values["name"]), values.get("region"))
    first = seen.codes.setdefault(code, number) if code else seen.names.setdefault(place, number)
    if first == number:
        return False
    message = f"与第 {first} 行是同一单位（代码相同，或名称与地区相同）；请只保留一行"
    report.problems.append(Problem(number, "name", "error", message))
    return True


def _store(session: Session, batch: Sequence[Comparison], report: ImportReport) -> None:
    fresh = [each.difference for each in batch if each.current is None]
    changed = [
        {"id": each.current.id, **each.difference} for each in batch if each.current is not None and each.difference
    ]
    if fresh:
        session.execute(insert(Institution), fresh)
    for columns in {frozenset(row) for row in changed}:
        session.execute(update(Institution), [row for row in changed if frozenset(row) == columns])
    report.added += len(fresh)
    report.updated += len(changed)
    report.unchanged += len(batch) - len(fresh) - len(changed)


class _Ambiguous(Exception):
    """A row without a code that fits several institutions."""


class _Known:
    """What the table holds of a batch, found by two queries."""

    def __init__(self, session: Session, rows: Sequence[dict[str, Any]]) -> None:
        codes = {row["credit_code"] for row in rows if row.get("credit_code")}
        keys = {name_key(row["name"]) for row in rows}
        table = Institution.__table__
        by_code = session.execute(select(table).where(table.c.credit_code.in_(codes))).all() if codes else []
        by_name = session.execute(select(table).where(table.c.name_key.in_(keys)).order_by(table.c.id)).all()
        self._by_code = {row.credit_code: row for row in by_code}
        self._by_name: dict[tuple[str, str | None], list[Any]] = {}
        for row in by_name:
            self._by_name.setdefault((row.name_key, row.region), []).append(row)

    def match(self, values: dict[str, Any]) -> Any | None:
        """The row that these values speak of; a code of its own makes an institution its own."""
        code = values.get("credit_code")
        if code and (found := self._by_code.get(code)):
            return found
        namesakes = self._by_name.get((values["name_key"], values.get("region")), [])
        if code:
            namesakes = [row for row in namesakes if row.credit_code is None]
        spelled = [row for row in namesakes if plain(row.name) == plain(values["name"])]
        namesakes = spelled or namesakes
        if len(namesakes) > 1 and not code:
            raise _Ambiguous
        return namesakes[0] if len(namesakes) == 1 else None


def _whole(values: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    blank: dict[str, Any] = {column: [] if column in LISTS else None for column in COLUMNS}
    own = {"id": str(uuid.uuid4()), "updated_at": values.get("updated_at") or now, "source": FROM_FILE}
    return {**blank, **values, **own, "code_problem": code_problem(values.get("credit_code"))}


def _difference(current: Any, values: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """What a row changes. A file that says no time of its own and changes nothing else leaves the time alone."""
    changed = {name: value for name, value in values.items() if getattr(current, name) != value}
    if changed.get("updated_at", now) is None:
        del changed["updated_at"]
    if values.get("credit_code", "") is None and current.credit_code:
        del changed["credit_code"]  # matched by its name: an empty cell must not take away the code it is known by
    verdict = code_problem(changed.get("credit_code", current.credit_code))
    judged = {} if verdict == current.code_problem else {"code_problem": verdict}  # the rule's news, not the row's
    return {"updated_at": now, **changed, **judged, "source": FROM_FILE} if changed else judged


def _all_rows(session: Session, within: ColumnElement[bool] | None) -> Iterator[dict[str, Any]]:
    table = Institution.__table__
    query = select(*(table.c[column] for column in COLUMNS)).where(true() if within is None else within)
    result = session.execute(query.order_by(table.c.id))
    for row in result.yield_per(EXPORT_ROWS):
        yield dict(row._mapping)


def _write_json_lines(rows: Iterable[dict[str, Any]], path: Path) -> int:
    with path.open("wb") as file:
        return sum(bool(file.write(orjson.dumps(row) + b"\n")) for row in rows)


def _write_csv(rows: Iterable[dict[str, Any]], path: Path) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        return sum(bool(writer.writerow([_csv_cell(row[column]) for column in COLUMNS])) for row in rows)


def _write_xlsx(rows: Iterable[dict[str, Any]], path: Path) -> int:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("单位")
    sheet.append(list(COLUMNS))
    written = 0
    for row in rows:
        sheet.append([_text_cell(sheet, _as_text(row[column])) for column in COLUMNS])
        written += 1
    workbook.save(path)
    return written


def _text_cell(sheet: Any, text: str) -> Any:
    """A cell that stays text, whatever it begins with: = would make it a formula, digits a number."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _csv_cell(value: Any) -> str:
    """A negative number stays one; any other text that looks like a formula is made harmless."""
    return _as_text(value) if isinstance(value, float) else defused(_as_text(value))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

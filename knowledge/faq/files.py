"""Knowledge files in and out. All errors of a file are told at once, and a file with an error changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from knowledge.faq.cells import COLUMNS, REQUIRED, RowError, entry_of_row, row_of_entry
from knowledge.faq.entry import Entry
from knowledge.faq.queries import all_entries, bump_version, save_entries
from knowledge.faq.sheets import FileUnreadable, read_rows, write_rows
from knowledge.sensitive import sensitivity
from knowledge.text.normalise import normalise

TABLES = (".csv", ".xlsx")
TOLD_ROWS = 1_000
STARTER = Path(__file__).with_name("data") / "starter.jsonl"
# Names of local facts an answer may hold, and who fills them: the account's ``bureau`` section.
PLACEHOLDERS = frozenset(
    [
        "bureau_name",
        "bureau_phone",
        "bureau_address",
        "office_hours",
        "duty_phone",
        "official_site",
        "guide_link",
        "registration_system",
        "website_mark_system",
        "promise_days",
        "smz_contact",
        "disclosure_contact",
        "credit_code_site",
        "hotline_consult_days",
        "hotline_complaint_days",
    ]
)


@dataclass(frozen=True, slots=True)
class FileContent:
    """What stands in a file: the entries that are right, and all that is wrong or doubtful, by row.

    ``rows``: of each entry, where it stands. ``given``: of each entry, which columns its row has at all.
    """

    entries: tuple[Entry, ...]
    errors: tuple[RowError, ...]
    warnings: tuple[RowError, ...]
    rows: tuple[int, ...] = ()
    given: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """With errors nothing was changed. ``version``: the base's number afterwards, where it moved."""

    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    version: int | None = None


def check_file(path: Path, *, progress: Callable[[int], None] | None = None) -> FileContent:
    """Reads a whole file and judges every row; raises ``FileUnreadable`` where it is no such file.

    ``progress`` is told how many rows have been read, every ``TOLD_ROWS``.
    """
    reading = _Reading()
    for number, row in read_rows(path):
        if reading.rows == 0 and path.suffix.lower() in TABLES and not isinstance(row, str):
            _refuse_other_tables(row)
        reading.add(number, row)
        if progress is not None and reading.rows % TOLD_ROWS == 0:
            progress(reading.rows)
    if reading.rows == 0:
        reading.errors.append(RowError(1, "", "文件里没有内容，请检查是否选对了文件"))
    once = {(error.row, error.column): error for error in sorted(reading.errors, reverse=True)}
    return FileContent(
        tuple(reading.entries),
        tuple(sorted(once.values())),
        tuple(sorted(reading.warnings)),
        tuple(reading.numbers),
        tuple(reading.given),
    )


def import_entries(session: Session, path: Path, *, now: datetime, by: str = "") -> ImportReport:
    """Adds and changes entries by id; none is removed. Importing the same file again changes nothing.

    ``by`` stands in the versions of what changed. The caller commits.
    """
    content = check_file(path)
    rows = len(content.entries) + len({error.row for error in content.errors})
    if content.errors:
        return ImportReport(rows, errors=content.errors, warnings=content.warnings)
    known = {entry.id for entry in all_entries(session)}
    saved = save_entries(session, entries=content.entries, now=now, by=by)
    session.flush()
    added = sum(entry.id not in known for entry in saved)
    return ImportReport(
        rows,
        added=added,
        changed=len(saved) - added,
        unchanged=rows - len(saved),
        warnings=content.warnings,
        version=bump_version(session, now=now) if saved else None,
    )


def export_entries(session: Session, path: Path, *, within: ColumnElement[bool] | None = None) -> int:
    """Writes every entry, by id, in the columns of the contract; returns how many. ``within``: only some of them."""
    return write_rows(path, list(COLUMNS), (row_of_entry(entry) for entry in all_entries(session, within=within)))


def _refuse_other_tables(row: Mapping[str, Any]) -> None:
    """A sheet without these columns is another sheet: to tell it of every row helps nobody."""
    if missing := [column for column in REQUIRED if column not in row]:
        found = "、".join(row) or "无"
        raise FileUnreadable(
            f"表头缺少必填的列：{'、'.join(missing)}（现有：{found[:200]}）；第一行应是列名，请下载模板对照后再导入"
        )


@dataclass(slots=True)
class _Reading:
    rows: int = 0
    numbers: list[int] = field(default_factory=list)
    given: list[frozenset[str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    _first_row: dict[str, int] = field(default_factory=dict)
    _asked: dict[tuple[str | None, str], str] = field(default_factory=dict)
    _strange: set[str] = field(default_factory=set)

    def add(self, number: int, row: Mapping[str, Any] | str) -> None:
        self.rows += 1
        if isinstance(row, str):
            self.errors.append(RowError(number, "", row))
            return
        self._notice_columns(number, row)
        entry, errors = entry_of_row(number, row)
        self.errors += errors
        if entry is None:
            return
        if (first := self._first_row.setdefault(entry.id, number)) != number:
            self.errors.append(RowError(number, "id", f"编号与第 {first} 行重复"))
            return
        self._notice_doubts(number, entry)
        self.entries.append(entry)
        self.numbers.append(number)
        columns = frozenset(row)
        self.given.append(self.given[-1] if self.given and self.given[-1] == columns else columns)

    def _notice_columns(self, number: int, row: Mapping[str, Any]) -> None:
        for column in row:
            if column not in COLUMNS and column not in self._strange:
                self._strange.add(column)
                self.warnings.append(RowError(number, column, "不认识的列，已忽略"))
        for column in REQUIRED:
            if column not in row and column not in self._strange:
                self._strange.add(column)
                self.warnings.append(RowError(number, column, "缺少必填的列"))

    def _notice_doubts(self, number: int, entry: Entry) -> None:
        for name in entry.placeholders:
            if name not in PLACEHOLDERS:
                self.warnings.append(RowError(number, "answer", f"没有名为 {name} 的本地信息，这一条将只给出联系方式"))
        for variant in entry.variants:
            if sensitivity(variant) is not None:
                self.warnings.append(RowError(number, "paraphrases", f"“{variant}”会被敏感问题过滤拦截"))
            other = self._asked.setdefault((entry.region, normalise(variant)), entry.id)
            if other != entry.id:
                self.warnings.append(RowError(number, "paraphrases", f"“{variant}”与 {other} 的问法相同，将请用户选择"))

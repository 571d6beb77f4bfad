"""A file of institutions beside the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from knowledge.curation.diff import Changed, Part, parts_of
from knowledge.imports.plan import Planning
from knowledge.institutions.files import Batch, Comparison, ImportReport, Progress, batches, compared
from knowledge.institutions.rows import COLUMNS

EXAMPLE = "示例单位（请删去这一行）"
IS_EXAMPLE = "这是模板的示例行，请删去"


@dataclass(frozen=True, slots=True)
class Read:
    """A whole file, judged row by row and not yet compared with the table."""

    batches: list[Batch]
    report: ImportReport


def read_institutions(path: Path, *, progress: Progress | None = None) -> Read:
    """Raises ``FileUnreadable``."""
    report = ImportReport()
    return Read(list(batches(path, report, progress=progress)), report)


def plan_institutions(session: Session, read: Read, *, now: datetime, part: str = "") -> Planning:
    """Writes nothing."""
    planning = Planning(part)
    rejected = read.report.rejected
    for batch in read.batches:
        for each in compared(session, batch, read.report, now=now):
            _add(planning, each)
    read.report.rejected = rejected
    for problem in sorted(read.report.problems, key=lambda problem: problem.row):
        what = planning.error if problem.severity == "error" else planning.warn
        what(problem.row, problem.message, column=problem.column)
    return planning


def _add(planning: Planning, each: Comparison) -> None:
    name = str(each.values["name"])
    if name == EXAMPLE:
        planning.error(each.number, IS_EXAMPLE, entry_id=name)
        return
    changes = list(_changes(each))
    what = "added" if each.current is None else "changed" if changes else "unchanged"
    planning.add(what, each.number, name, lambda: (_shown(*change) for change in changes))  # type: ignore[arg-type]


def _changes(each: Comparison) -> Iterator[tuple[str, Any, Any]]:
    """Column, before, after; of a new row what it says."""
    for column in COLUMNS:
        if column not in each.difference or (column == "updated_at" and not each.values.get(column)):
            continue  # a moment that nobody wrote down is the import's own
        before, after = getattr(each.current, column, None), each.difference[column]
        if (before or None) != (after or None):
            yield column, before, after


def _shown(column: str, before: Any, after: Any) -> Changed:
    if isinstance(after, list):
        old, new = list(before or []), after
        gone = [Part("removed", name) for name in old if name not in new]
        parts = [*gone, *(Part("same" if name in old else "added", name) for name in new)]
        return Changed(column, "\n".join(old), "\n".join(new), tuple(parts), listed=True)
    was, becomes = _text(before), _text(after)
    return Changed(column, was, becomes, parts_of(was, becomes))


def _text(value: Any) -> str:
    return "" if value is None else str(value)

"""One institution changed by hand: judged as a row of a file is, and not over what somebody else saved meanwhile.

The caller commits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.errors import KnowledgeError
from knowledge.institutions.codes import code_problem
from knowledge.institutions.files import mark_changed
from knowledge.institutions.models import Institution
from knowledge.institutions.names import name_key, plain
from knowledge.institutions.readers import RawRow
from knowledge.institutions.rows import COLUMNS, Problem, RowReader
from knowledge.text.deidentify import personal_numbers

FROM_CONSOLE = "console"
EDITABLE = tuple(column for column in COLUMNS if column != "updated_at")
PERSONAL = ("legal_representative", "phone")  # that they were changed is noted, not from what to what
KEPT_OUT = "（不记录）"
MARK_LENGTH = 32


class NoInstitution(KnowledgeError):
    """No institution with this id."""


class ChangedMeanwhile(KnowledgeError):
    """Somebody else saved the institution after it was shown; ``theirs`` is how it stands now."""

    def __init__(self, theirs: Institution) -> None:
        super().__init__(theirs.id)
        self.theirs = theirs


class RowRefused(KnowledgeError):
    """``problems``: the errors of all fields, with what is only a warning."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Saved:
    """``changed``: columns, in their order. ``warnings``: what should be looked at though it was saved."""

    institution: Institution
    changed: tuple[str, ...]
    warnings: tuple[Problem, ...]


def mark_of(row: Institution) -> str:
    """What a form carries along of the row that it shows: another one after every change of a field."""
    content = orjson.dumps([getattr(row, column) for column in EDITABLE])
    return hashlib.sha256(content).hexdigest()[:MARK_LENGTH]


def institution(session: Session, institution_id: str, *, writing: bool = False) -> Institution:
    """Raises ``NoInstitution``. ``writing``: nobody else changes it until the commit."""
    found = None
    if institution_id and "\0" not in institution_id:
        found = session.get(Institution, institution_id, with_for_update=writing, populate_existing=True)
    if found is None:
        raise NoInstitution(institution_id)
    return found


def change(
    session: Session,
    *,
    institution_id: str,
    shown: str,
    values: Mapping[str, Any],
    by: Actor,
    now: datetime,
    checked: bool = False,
) -> Saved:
    """Takes the columns that ``values`` has. ``shown``: ``mark_of`` the row that the form showed. ``checked``: the row
    counts as brought up to date even where nothing in it changes.

    Raises ``NoInstitution``, ``ChangedMeanwhile`` and ``RowRefused``; nothing is changed then.
    """
    row = institution(session, institution_id, writing=True)
    read, warnings = _judged(session, row, values)
    if mark_of(row) != shown:
        raise ChangedMeanwhile(row)
    before = {column: getattr(row, column) for column in read if getattr(row, column) != read[column]}
    if before:
        keep(session, row, {column: read[column] for column in before}, by=by, now=now)
    elif checked:
        row.updated_at = now
        note(session, actor=by, action="institution.checked", kind="institution", object_id=row.id, at=now)
        mark_changed(session, now=now)
    return Saved(row, tuple(before), tuple(warnings))


def keep(
    session: Session, row: Institution, values: Mapping[str, Any], *, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Writes values already judged, with all that follows from them: keys, verdict, audit, and one new index."""
    before = {column: getattr(row, column) for column in values}
    for column, value in values.items():
        setattr(row, column, value)
    row.name_key, row.code_problem = name_key(row.name), code_problem(row.credit_code)
    row.source, row.updated_at = FROM_CONSOLE, now
    note(
        session, actor=by, action="institution.changed", kind="institution", object_id=row.id, at=now,
        before=_noted(before), after=_noted(values), reason=reason,
    )  # fmt: skip
    mark_changed(session, now=now)


def _judged(session: Session, row: Institution, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    reader = RowReader(taken="已保存")
    cells = {"name": row.name, **{column: values[column] for column in EDITABLE if column in values}}
    read = reader.read(RawRow(1, cells))
    problems = reader.problems
    if read is not None:
        problems += clashes(session, row, read) + _private_phone(read)
    if read is None or any(problem.severity == "error" for problem in problems):
        raise RowRefused(problems)
    return read, problems


def clashes(session: Session, row: Institution, read: Mapping[str, Any]) -> list[Problem]:
    """Errors where the row, with these values, could no longer be told apart from another when a file is imported."""
    code = read.get("credit_code", row.credit_code)
    others = select(Institution.id, Institution.name, Institution.credit_code).where(Institution.id != row.id)
    if code:
        taken = session.execute(others.where(Institution.credit_code == code)).first()
        said = f"这个代码已经是“{taken.name}”的；请核对证书" if taken else ""
        return [Problem(1, "credit_code", "error", said)] if said else []
    name, region = read.get("name", row.name), read.get("region", row.region)
    alike = others.where(Institution.name_key == name_key(name), Institution.region.is_not_distinct_from(region))
    if any(plain(each.name) == plain(name) for each in session.execute(alike.limit(50))):
        return [Problem(1, "credit_code", "error", "已有同名同地区的单位；请填写统一社会信用代码，好分清是哪一个")]
    return []


def _private_phone(read: Mapping[str, Any]) -> list[Problem]:
    kinds = {found.kind for found in personal_numbers(str(read.get("phone") or ""))}
    said = "像是手机号；这一栏会对群众公开，请填办公电话，不要填个人的号码；已保存，请核对"
    return [Problem(1, "phone", "warning", said)] if "mobile" in kinds else []


def _noted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Names and numbers of persons stay out of the log."""
    return {column: KEPT_OUT if column in PERSONAL and value else value for column, value in values.items()}

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
from knowledge.institutions.lineage import Party
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
MOST_NAMESAKES = 50


class NoInstitution(KnowledgeError):
    """No institution with this id."""


class ChangedMeanwhile(KnowledgeError):
    """Somebody else saved the institution after it was shown; ``theirs`` is how it stands now."""

    def __init__(self, theirs: Institution) -> None:
        super().__init__(theirs.id)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Clash:
    """Another institution with which the row, as it was filled in, could be mistaken."""

    problem: Problem
    other: Party


class RowRefused(KnowledgeError):
    """``problems``: the errors of all fields, with what is only a warning. ``clash``: which other one is in the way."""

    def __init__(self, problems: list[Problem], clash: Clash | None = None) -> None:
        super().__init__("；".join(problem.message for problem in problems))
        self.problems, self.clash = problems, clash

    @property
    def told(self) -> list[Problem]:
        """What stands in the way, to be shown beside the fields."""
        return [problem for problem in self.problems if problem.severity == "error"]


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
        before=noted(before), after=noted(values), reason=reason,
    )  # fmt: skip
    mark_changed(session, now=now)


def _judged(session: Session, row: Institution, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    read, problems = as_read({"name": row.name, **values})
    found = clash(session, row, read) if read is not None else None
    if found is not None:
        problems.append(found.problem)
    if read is None or found is not None:
        raise RowRefused(problems, found)
    return read, problems


def as_read(values: Mapping[str, Any], *, taken: str = "已保存") -> tuple[dict[str, Any] | None, list[Problem]]:
    """The values as a row of a file would bring them; ``None`` where an error refuses them. ``taken``: what a warning
    says of the row."""
    reader = RowReader(taken=taken)
    read = reader.read(RawRow(1, {column: values[column] for column in EDITABLE if column in values}))
    return read, reader.problems + (_private_phone(read) if read is not None else [])


def clash(session: Session, row: Institution, read: Mapping[str, Any]) -> Clash | None:
    """Which other one the row, with these values, could no longer be told apart from when a file is imported."""
    if code := read.get("credit_code", row.credit_code):
        query = select(Institution.id, Institution.name).where(
            Institution.credit_code == code, Institution.id != row.id
        )
        if taken := session.execute(query).first():
            return _clash(f"这个代码已经是“{taken.name}”的；请核对证书", Party(taken.name, taken.id))
        return None
    name, region = read.get("name", row.name), read.get("region", row.region)
    if alike := namesakes(session, name=name, region=region, but=row.id):
        said = "已有同名同地区的单位；请填写统一社会信用代码，好分清是哪一个"
        return _clash(said, Party(alike[0].name, alike[0].id))
    return None


def namesakes(session: Session, *, name: str, region: str | None, but: str) -> list[Institution]:
    """Those of the region that are called so, sign for sign but for how it is written; those without a code first."""
    alike = select(Institution).where(
        Institution.name_key == name_key(name), Institution.region.is_not_distinct_from(region), Institution.id != but
    )
    first = alike.order_by(Institution.credit_code.is_not(None), Institution.id).limit(MOST_NAMESAKES)
    return [each for each in session.scalars(first) if plain(each.name) == plain(name)]


def _clash(said: str, other: Party) -> Clash:
    return Clash(Problem(1, "credit_code", "error", said), other)


def _private_phone(read: Mapping[str, Any]) -> list[Problem]:
    kinds = {found.kind for found in personal_numbers(str(read.get("phone") or ""))}
    said = "像是手机号；这一栏会对群众公开，请填办公电话，不要填个人的号码；已保存，请核对"
    return [Problem(1, "phone", "warning", said)] if "mobile" in kinds else []


def noted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Names and numbers of persons stay out of the log."""
    return {column: KEPT_OUT if column in PERSONAL and value else value for column, value in values.items()}

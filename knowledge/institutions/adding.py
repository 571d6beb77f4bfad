"""One institution entered by hand: judged as a row of a file is, and not beside one that is there already.

A file that is imported later takes it for the same by its credit code, or by its name and region: what it would take
for two, or one for another, is refused or doubted here. The caller commits.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.institutions.codes import code_problem
from knowledge.institutions.editing import (
    EDITABLE,
    FROM_CONSOLE,
    Clash,
    RowRefused,
    Saved,
    as_read,
    clash,
    namesakes,
    noted,
)
from knowledge.institutions.files import mark_changed
from knowledge.institutions.lineage import Party
from knowledge.institutions.models import VERSION_ROW, Institution, InstitutionVersion
from knowledge.institutions.names import name_key
from knowledge.institutions.rows import LISTS, Problem


class Doubted(RowRefused):
    """Nothing forbids it, and it is likely a slip: it is saved for who says that it is right."""

    @property
    def told(self) -> list[Problem]:
        return self.problems


def add(session: Session, *, values: Mapping[str, Any], by: Actor, now: datetime, sure: bool = False) -> Saved:
    """A new institution of the columns in ``values``. ``sure``: a code against the rule of GB 32100, or a namesake
    with another code, has been looked at.

    Raises ``RowRefused`` and ``Doubted``; nothing is changed then.
    """
    hold_register(session, now=now)
    row = Institution(id=str(uuid.uuid4()), name="", credit_code=None, region=None)
    read, problems = as_read({"name": "", **values}, taken="已保存" if sure else "还没有保存")
    if read is None:
        raise RowRefused(problems)
    if found := _clash(session, row, read):
        raise RowRefused([*problems, found.problem], found)
    if not sure:
        _doubt(session, row, read, problems)
    blank: dict[str, Any] = {column: [] if column in LISTS else None for column in EDITABLE}
    for column, value in (blank | read).items():
        setattr(row, column, value)
    row.name_key, row.code_problem = name_key(row.name), code_problem(row.credit_code)
    row.source, row.updated_at = FROM_CONSOLE, now
    session.add(row)
    filled = {column: value for column, value in read.items() if value}
    note(
        session, actor=by, action="institution.added", kind="institution", object_id=row.id, at=now, after=noted(filled)
    )
    mark_changed(session, now=now)
    return Saved(row, tuple(column for column in EDITABLE if column in filled), tuple(problems))


def hold_register(session: Session, *, now: datetime) -> None:
    """Nobody else enters or imports one until the commit: two who enter the same at once would both find none."""
    held = session.get(InstitutionVersion, VERSION_ROW, with_for_update=True, populate_existing=True)
    if held is None:
        mark_changed(session, now=now)


def _clash(session: Session, row: Institution, read: Mapping[str, Any]) -> Clash | None:
    """Also a namesake without a code where this one has one: a file would take them for the same."""
    if found := clash(session, row, read):
        return found if read.get("credit_code") else _already(found.other)
    alike = namesakes(session, name=read["name"], region=read.get("region"), but=row.id)
    return _already(Party(alike[0].name, alike[0].id)) if alike and alike[0].credit_code is None else None


def _already(other: Party) -> Clash:
    said = "名录里已有这个地区的同名单位；是同一个的，请到它的页面修改；不是的，请先分清两个单位的代码或地区"
    return Clash(Problem(1, "name", "error", said), other)


def _doubt(session: Session, row: Institution, read: Mapping[str, Any], problems: list[Problem]) -> None:
    doubts = [each for each in problems if each.column == "credit_code"]
    alike = namesakes(session, name=read["name"], region=read.get("region"), but=row.id)
    found = None
    if alike:
        said = f"这个地区已有同名单位，代码是 {alike[0].credit_code}；请核对是不是同一个"
        found = Clash(Problem(1, "name", "warning", said), Party(alike[0].name, alike[0].id))
        doubts.append(found.problem)
    if doubts:
        raise Doubted(doubts, found)

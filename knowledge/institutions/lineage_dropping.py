"""An event of lineage that was entered by mistake is taken back, with what its entry made of names and status.

What somebody changed since stays. The caller commits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.errors import KnowledgeError
from knowledge.institutions.editing import MARK_LENGTH, NoInstitution, clash, institution, keep
from knowledge.institutions.files import mark_changed
from knowledge.institutions.lineage import LISTED, Kind, Told
from knowledge.institutions.lineage_entry import EventRefused, ended, ended_begins
from knowledge.institutions.lineage_history import Made, made_of, names_added, renamed_at, status_before
from knowledge.institutions.models import Institution, InstitutionLineage
from knowledge.institutions.names import plain

# What an event is for the institution that it ends.
ENDS = {Kind.MERGED: Told.MERGED_INTO, Kind.SPLIT: Told.SPLIT_INTO, Kind.DISSOLVED: Told.DISSOLVED}
NO_DOCUMENT = "沿革"  # in the log, in place of a document that was not told


@dataclass(frozen=True, slots=True)
class Turned:
    """One column of one institution that goes back from ``before`` to ``after``."""

    row: Institution
    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Dropping:
    """What would be done. ``rows``: the institutions concerned. ``unknown``: those whose status speaks of the event
    and was not written here, so that nobody knows what it was before; it stays."""

    event: InstitutionLineage
    rows: tuple[Institution, ...]
    turned: tuple[Turned, ...]
    unknown: tuple[Institution, ...]

    @property
    def mark(self) -> str:
        """Another one whenever something else would be done."""
        told = [[each.row.id, each.column, each.before, each.after] for each in self.turned]
        return hashlib.sha256(orjson.dumps([self.event.id, told])).hexdigest()[:MARK_LENGTH]


class SeenOtherwise(KnowledgeError):
    """What would be done is no longer what the page showed."""


def dropping(session: Session, event_id: str, *, writing: bool = False) -> Dropping | None:
    """``None`` where there is no such event (any more). ``writing``: nobody else changes the rows until the commit."""
    event = session.get(InstitutionLineage, event_id, populate_existing=True) if "\0" not in event_id else None
    if event is None:
        return None
    rows = tuple(_rows(session, event, writing=writing))
    turned: list[Turned] = []
    unknown: list[Institution] = []
    for row in rows:
        history = made_of(session, row.id)
        if event.from_id == row.id:
            _status_back(session, row, event, history, turned, unknown)
        if event.to_id == row.id:
            turned += _names_back(session, row, event, history)
    return Dropping(event, rows, tuple(turned), tuple(unknown))


def drop_event(session: Session, *, event_id: str, seen: str, by: Actor, now: datetime) -> Dropping | None:
    """``seen``: the mark of what was shown. Raises ``SeenOtherwise``, and ``EventRefused`` where another institution
    has the old name by now; nothing is changed then."""
    plan = dropping(session, event_id, writing=True)
    if plan is None:
        return None
    if plan.mark != seen:
        raise SeenOtherwise(event_id)
    for row, values in _by_row(plan):
        if "name" in values and (found := clash(session, row, values)):
            raise EventRefused(found.problem.message)
    event = plan.event
    home = event.to_id or event.from_id or ""
    told = {"kind": event.kind, "from": event.from_name, "to": event.to_name, "on": event.happened_on.isoformat()}
    own = [each for each in plan.turned if each.row.id == home]
    note(
        session, actor=by, action="institution.lineage_dropped", kind="institution", object_id=home, at=now,
        before={**told, "document": event.document, **{each.column: each.before for each in own}},
        after={each.column: each.after for each in own},
    )  # fmt: skip
    session.delete(event)
    for row, values in _by_row(plan):
        keep(session, row, values, by=by, now=now, reason=event.document or NO_DOCUMENT)
    mark_changed(session, now=now)
    return plan


def _by_row(plan: Dropping) -> Iterator[tuple[Institution, dict[str, Any]]]:
    for row in plan.rows:
        if values := {each.column: each.after for each in plan.turned if each.row.id == row.id}:
            yield row, values


def _rows(session: Session, event: InstitutionLineage, *, writing: bool) -> Iterator[Institution]:
    """In the order of their ids, so that two who drop at once wait in one line."""
    for institution_id in sorted({found for found in (event.from_id, event.to_id) if found}):
        try:
            yield institution(session, institution_id, writing=writing)
        except NoInstitution:
            continue


def _status_back(
    session: Session,
    row: Institution,
    event: InstitutionLineage,
    history: Sequence[Made],
    turned: list[Turned],
    unknown: list[Institution],
) -> None:
    """As another event says that ended it, else as it was before all of them."""
    told = ENDS.get(Kind(event.kind))
    if told is None or not (row.status or "").startswith(ended_begins(told, event.happened_on)):
        return
    known, status = status_before(history, row.status)
    others = _others_that_end(session, event)
    if others:
        known, status = True, _as_said(others, row.status or "")
    if not known:
        unknown.append(row)
    elif status != row.status:
        turned.append(Turned(row, "status", row.status, status))


def _others_that_end(session: Session, event: InstitutionLineage) -> list[InstitutionLineage]:
    """Of the institution that the event ends, the latest first."""
    table = InstitutionLineage
    query = select(table).where(table.from_id == event.from_id, table.id != event.id, table.kind.in_(list(ENDS)))
    return list(session.scalars(query.order_by(table.happened_on.desc(), table.at.desc(), table.id).limit(LISTED)))


def _as_said(events: Sequence[InstitutionLineage], status: str) -> str:
    """By the latest event, with those that were one with it; whom the status names already stays named."""
    latest = events[0]
    together = [each for each in events if (each.kind, each.happened_on) == (latest.kind, latest.happened_on)]
    names = sorted((each.to_name or "" for each in together), key=lambda name: (name not in status, name))
    return ended(ENDS[Kind(latest.kind)], names, latest.happened_on)


def _names_back(
    session: Session, row: Institution, event: InstitutionLineage, history: Sequence[Made]
) -> Iterator[Turned]:
    old = event.from_name
    back = row.name == event.to_name and renamed_at(history, event.at, old=old, new=row.name)
    if back:
        yield Turned(row, "name", row.name, old)
    if old in row.former_names and (back or (old in names_added(history, event.at) and not _told_else(session, event))):
        yield Turned(row, "former_names", row.former_names, [name for name in row.former_names if name != old])


def _told_else(session: Session, event: InstitutionLineage) -> bool:
    """Whether another event leads from the same old name to the same institution."""
    table = InstitutionLineage
    same = select(table.from_name).where(
        table.to_id == event.to_id, table.id != event.id, table.from_key == event.from_key
    )
    return any(plain(name) == plain(event.from_name) for name in session.scalars(same.limit(LISTED)))

"""The base page by page, for programs that keep a copy: in the order of the last change, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from knowledge.faq.entry import Entry
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import entry_of
from knowledge.staff.rights import Scope

NATION = "国家"  # as in files: what holds everywhere
# What was never published is not for other programs; what was, is told when it is retired.
SHOWN = ("published", "retired")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    changed_at: datetime
    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``region``: a 6-digit code with all that lies in it, ``NATION``, or ``None`` for all.

    ``since``: changed then or later."""

    scope: Scope
    category: str | None = None
    region: str | None = None
    since: datetime | None = None


def entries_page(
    session: Session, wanted: Wanted, *, after: Place | None = None, limit: int
) -> tuple[list[Entry], Place | None]:
    """The next entries, and where to go on; ``None`` after the last. What changes meanwhile comes once more."""
    query = select(FaqEntry).where(*_conditions(wanted), *([_behind(after)] if after else ()))
    rows = list(session.scalars(query.order_by(FaqEntry.updated_at, FaqEntry.id).limit(limit + 1)))
    page = rows[:limit]
    further = Place(page[-1].updated_at, page[-1].id) if len(rows) > limit else None
    return [entry_of(row) for row in page], further


def entry_shown(session: Session, *, entry_id: str, scope: Scope) -> Entry | None:
    """One entry, by the same rules."""
    query = select(FaqEntry).where(FaqEntry.id == entry_id, *_conditions(Wanted(scope=scope)))
    row = session.scalars(query).one_or_none()
    return entry_of(row) if row is not None else None


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [FaqEntry.status.in_(SHOWN), wanted.scope.condition(FaqEntry.region, FaqEntry.category)]
    if wanted.category is not None:
        conditions.append(FaqEntry.category == wanted.category)
    if wanted.region is not None:
        conditions.append(_of_region(wanted.region))
    if wanted.since is not None:
        conditions.append(FaqEntry.updated_at >= wanted.since)
    return conditions


def _of_region(region: str) -> ColumnElement[bool]:
    if region == NATION:
        return FaqEntry.region.is_(None)
    return Scope(((region, None),)).condition(FaqEntry.region, writing=True)  # its own rows, not the nation's


def _behind(place: Place) -> ColumnElement[bool]:
    same_moment = and_(FaqEntry.updated_at == place.changed_at, FaqEntry.id > place.entry_id)
    return or_(FaqEntry.updated_at > place.changed_at, same_moment)

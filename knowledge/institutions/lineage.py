"""What became of an institution, and what it came from: renamed, merged, split, dissolved (更名、合并、分设、撤销).

An event is told from the side of the institution on whose page it is entered (``lineage_entry``). A merger is several
rows with one ``to``, a division several with one ``from``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from knowledge.institutions.models import InstitutionLineage

LISTED = 200  # events of one institution
LOADED = 50_000  # events that are held in memory for the chat


class Kind(StrEnum):
    """As the table keeps it."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    DISSOLVED = "dissolved"


class Told(StrEnum):
    """What happened, as seen from the institution itself."""

    RENAMED_TO = "renamed_to"
    RENAMED_FROM = "renamed_from"
    MERGED_INTO = "merged_into"
    MERGED_FROM = "merged_from"
    SPLIT_INTO = "split_into"
    SPLIT_FROM = "split_from"
    DISSOLVED = "dissolved"


KIND: Mapping[Told, Kind] = MappingProxyType({each: Kind(each.value.split("_")[0]) for each in Told})


class Became(NamedTuple):
    """How and since when an old name leads to another institution or name."""

    kind: Kind
    since: date


Changes = Mapping[tuple[str, str], Became]  # by the old name in normal form, and the id of what it leads to


@dataclass(frozen=True, slots=True)
class Party:
    """``id``: its row in the register; ``None`` where the register does not hold it."""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row, as read. ``told``: from the side of the institution that was asked about. ``new_name``: what it was
    renamed to; empty otherwise."""

    id: str
    told: Told
    other: Party | None
    new_name: str
    happened_on: date
    document: str
    note: str
    by: str
    at: datetime


def changes_of(session: Session) -> Changes:
    """Of all institutions; of several events the latest counts."""
    table = InstitutionLineage
    query = select(table.from_key, table.to_id, table.kind, table.happened_on).where(table.to_id.is_not(None))
    found: dict[tuple[str, str], Became] = {}
    for key, to_id, kind, day in session.execute(query.order_by(table.happened_on.desc(), table.id).limit(LOADED)):
        found.setdefault((key, str(to_id)), Became(Kind(kind), day))
    return found


def lineage_of(session: Session, institution_id: str) -> list[Event]:
    """All that is known of one institution, the latest first."""
    table = InstitutionLineage
    query = select(table).where(or_(table.from_id == institution_id, table.to_id == institution_id))
    rows = session.scalars(query.order_by(table.happened_on.desc(), table.id).limit(LISTED))
    return [_event(row, institution_id) for row in rows]


def _event(row: InstitutionLineage, seen_from: str) -> Event:
    kind, after = Kind(row.kind), row.to_id == seen_from
    told = {
        Kind.RENAMED: Told.RENAMED_FROM,
        Kind.MERGED: Told.MERGED_FROM if after else Told.MERGED_INTO,
        Kind.SPLIT: Told.SPLIT_FROM if after else Told.SPLIT_INTO,
        Kind.DISSOLVED: Told.DISSOLVED,
    }[kind]
    other = Party(row.from_name, row.from_id) if after else Party(row.to_name or "", row.to_id)
    return Event(
        id=row.id,
        told=told,
        other=None if kind is Kind.DISSOLVED else other,
        new_name=(row.to_name or "") if kind is Kind.RENAMED else "",
        happened_on=row.happened_on,
        document=row.document,
        note=row.note,
        by=row.by,
        at=row.at,
    )

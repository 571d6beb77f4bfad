"""What the service reads of the tables: the stamp of their last change, and every institution for the index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.institutions.cards import packed
from knowledge.institutions.codes import certificate_key
from knowledge.institutions.geography import cells_of, to_gcj02
from knowledge.institutions.index import Entry
from knowledge.institutions.models import Institution, InstitutionVersion
from knowledge.institutions.places import area_keys
from knowledge.institutions.well_known import short_names_of

ROWS_AT_ONCE = 5000  # read ahead while the index is built
NOTHING_IMPORTED = "empty"
_NOT_SHOWN = ("name_key", "datum")


def table_stamp(session: Session) -> str:
    """New after every change of the table; ``empty`` before the first."""
    return session.execute(select(InstitutionVersion.stamp)).scalar() or NOTHING_IMPORTED


def all_entries(session: Session) -> Iterator[Entry]:
    """Every institution as the index keeps it, in the order of ids."""
    table = Institution.__table__
    shown = [column for column in table.c if column.name not in _NOT_SHOWN]
    result = session.execute(select(*shown, table.c.datum).order_by(table.c.id))
    for row in result.yield_per(ROWS_AT_ONCE):
        yield _entry(dict(row._mapping))


def _entry(values: dict[str, Any]) -> Entry:
    datum = values.pop("datum")
    cells: tuple[str, ...] = ()
    if values["latitude"] is not None and values["longitude"] is not None:
        values["latitude"], values["longitude"] = to_gcj02(values["latitude"], values["longitude"], datum)
        cells = tuple(cells_of(values["latitude"], values["longitude"]))
    return Entry(
        card=packed(values),
        name=values["name"],
        aliases=tuple(values["aliases"]),
        former_names=tuple(values["former_names"]),
        short_names=short_names_of(values["name"]),
        keys=tuple(_keys(values)),
        cells=cells,
        areas=tuple(area_keys(values["region"])),
        address=values["address"] or "",
    )


def _keys(values: dict[str, Any]) -> Iterator[str]:
    yield f"id:{values['id']}"
    if code := values["credit_code"]:
        yield f"code:{code}"
        yield f"subject:{code[8:17]}"
    if number := certificate_key(values["certificate_number"] or ""):
        yield f"certificate:{number}"

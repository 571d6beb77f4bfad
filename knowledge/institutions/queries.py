"""What the service reads of the tables: the stamp of their last change, and every institution for the index."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import JSON, ColumnElement, Date, Select, String, Text, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from knowledge.institutions.cards import packed
from knowledge.institutions.codes import certificate_key
from knowledge.institutions.geography import cells_of, to_gcj02
from knowledge.institutions.index import Entry
from knowledge.institutions.models import Institution, InstitutionVersion
from knowledge.institutions.places import area_keys
from knowledge.institutions.well_known import short_names_of
from knowledge.store.types import Instant

ROWS_AT_ONCE = 5000  # read ahead while the index is built
NOTHING_IMPORTED = "empty"
_SHOWN = tuple(column.name for column in Institution.__table__.c if column.name != "name_key")


def table_stamp(session: Session) -> str:
    """New after every change of the table; ``empty`` before the first."""
    return session.execute(select(InstitutionVersion.stamp)).scalar() or NOTHING_IMPORTED


def count_institutions(session: Session) -> int:
    return session.execute(select(func.count()).select_from(Institution)).scalar_one()


def all_entries(session: Session) -> Iterator[Entry]:
    """Every institution as the index keeps it, in the order of ids."""
    rows = session.connection().execute(_every(), execution_options={"yield_per": ROWS_AT_ONCE})
    for part in rows.partitions():
        for row in part:
            # One pass over a row: a million of them are read while others wait.
            yield _entry({name: value for name, value in zip(_SHOWN, row, strict=True) if value not in _EMPTY})


_EMPTY = (None, "", "[]")


def _every() -> Select[Any]:
    """Moments, days and lists come as the driver has them: most are only handed on."""
    table = Institution.__table__
    columns = [table.c[name] for name in _SHOWN]
    return select(*(_as_it_is(column) for column in columns)).order_by(table.c.id)


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON):
        return cast(column, Text)
    return type_coerce(column, String) if isinstance(column.type, (Date, Instant)) else column


def _entry(values: dict[str, Any]) -> Entry:
    """``values`` without those that are empty."""
    cells: tuple[str, ...] = ()
    datum = values.pop("datum", None)
    if "latitude" in values and "longitude" in values:
        values["latitude"], values["longitude"] = to_gcj02(values["latitude"], values["longitude"], datum)
        cells = tuple(cells_of(values["latitude"], values["longitude"]))
    for several in ("aliases", "former_names"):
        if several in values:
            values[several] = orjson.loads(values[several])
    name = values["name"]
    return Entry(
        card=packed(values),
        name=name,
        aliases=tuple(values.get("aliases", ())),
        former_names=tuple(values.get("former_names", ())),
        short_names=short_names_of(name),
        keys=tuple(_keys(values)),
        cells=cells,
        areas=_areas(values.get("region")),
        address=values.get("address", ""),
    )


@lru_cache(maxsize=4096)  # there are some 3,000 counties
def _areas(region: str | None) -> tuple[str, ...]:
    return tuple(area_keys(region))


def _keys(values: dict[str, Any]) -> Iterator[str]:
    yield f"id:{values['id']}"
    if code := values.get("credit_code"):
        yield f"code:{code}"
        yield f"subject:{code[8:17]}"
    if "certificate_number" in values and (number := certificate_key(values["certificate_number"])):
        yield f"certificate:{number}"

"""What the service reads of the tables: the stamp of their last change, and every institution for the index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Date, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from knowledge.institutions.cards import CARD_FIELDS, names_in, packed
from knowledge.institutions.codes import certificate_key
from knowledge.institutions.geography import cells_of, to_gcj02
from knowledge.institutions.models import Institution, InstitutionVersion
from knowledge.institutions.places import area_number
from knowledge.institutions.surfaces import Entries, Source
from knowledge.institutions.well_known import well_known
from knowledge.store.types import Instant

ROWS_AT_ONCE = 5000  # read ahead while the index is built
NOTHING_IMPORTED = "empty"
_COLUMNS = (*CARD_FIELDS, "datum", "name_key")
_LISTS = (("aliases", Source.ALIAS), ("former_names", Source.FORMER_NAME))
_ALIASES, _LATITUDE, _LONGITUDE, _DATUM = map(_COLUMNS.index, ("aliases", "latitude", "longitude", "datum"))
_EMPTY = frozenset([None, "", "[]"])  # a list without names is kept as the last of these
Row = tuple[Any, ...]


def table_stamp(session: Session) -> str:
    """New after every change of the table; ``empty`` before the first."""
    return session.execute(select(InstitutionVersion.stamp)).scalar() or NOTHING_IMPORTED


def count_institutions(session: Session) -> int:
    return session.execute(select(func.count()).select_from(Institution)).scalar_one()


def all_entries(session: Session) -> Iterator[Entries]:
    """Every institution as the index keeps it, in the order of the table: whoever numbers the names sorts them anyway,
    and a million rows in the order of their ids take half as long again."""
    result = session.connection().execute(_every(), execution_options={"yield_per": ROWS_AT_ONCE})
    try:
        first, cursor = result.fetchone(), result.cursor
        if first is None or cursor is None:
            return
        # SQLAlchemy reads ahead by one row, and only by one. The others come as the driver has them, without a second
        # a million spent on wrapping them.
        rows: Sequence[Row] = [tuple(first)]
        while rows:
            yield _entries(rows)
            rows = cursor.fetchmany(ROWS_AT_ONCE)
    finally:
        result.close()  # also where the reader ends early: PostgreSQL keeps a cursor until told


def _every() -> Select[Any]:
    """Moments, days and lists as text: a million of them are only handed on."""
    table = Institution.__table__
    columns = (table.c[name] for name in _COLUMNS)
    return select(
        *(cast(column, Text) if isinstance(column.type, (JSON, Date, Instant)) else column for column in columns)
    )


def _entries(rows: Sequence[Row]) -> Entries:
    if any(_filled(rows, "latitude")):
        rows = list(map(_in_gcj02, rows))
    return Entries(
        cards=list(map(packed, rows)),
        ids=list(_column(rows, "id")),
        keys=list(_column(rows, "name_key")),
        areas=list(map(area_number, _column(rows, "region"))),
        other_names=list(_other_names(rows)),
        known_by=list(_known_by(rows)),
        addresses=list(_filled(rows, "address")),
    )


def _column(rows: Sequence[Row], name: str) -> Iterator[Any]:
    return map(itemgetter(_COLUMNS.index(name)), rows)


def _filled(rows: Sequence[Row], name: str) -> Iterator[tuple[int, Any]]:
    """The values of a column that are there, each after its place."""
    if not _EMPTY.issuperset(_column(rows, name)):  # many a column is empty in all rows
        yield from ((at, value) for at, value in enumerate(_column(rows, name)) if value not in _EMPTY)


def _in_gcj02(row: Row) -> Row:
    latitude, longitude = row[_LATITUDE], row[_LONGITUDE]
    if latitude is None or longitude is None:
        return row
    return (*row[:_LATITUDE], *to_gcj02(latitude, longitude, row[_DATUM]), *row[_LONGITUDE + 1 :])


def _other_names(rows: Sequence[Row]) -> Iterator[tuple[int, str, Source]]:
    for column, source in _LISTS:
        for at, stored in _filled(rows, column):
            yield from ((at, name, source) for name in names_in(stored))
    known = well_known()
    if known.keys().isdisjoint(_column(rows, "name")):
        return
    for at, name in enumerate(_column(rows, "name")):
        if name in known:
            aliases = names_in(rows[at][_ALIASES])
            short_names = (short for short in known[name].short_names if short not in aliases)
            yield from ((at, short, Source.SHORT_NAME) for short in short_names)


def _known_by(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    for at, code in _filled(rows, "credit_code"):
        yield at, f"code:{code}"
    for at, number in _filled(rows, "certificate_number"):
        if digits := certificate_key(number):
            yield at, f"certificate:{digits}"
    for at, latitude in _filled(rows, "latitude"):
        if (longitude := rows[at][_LONGITUDE]) is not None:
            yield from ((at, cell) for cell in cells_of(latitude, longitude))

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
from knowledge.institutions.surfaces import Entry
from knowledge.institutions.well_known import short_names_of
from knowledge.store.types import Instant

ROWS_AT_ONCE = 5000  # read ahead while the index is built
NOTHING_IMPORTED = "empty"
# What the index wants of a row, beside its card.
_WANTED = (
    "id", "name", "aliases", "former_names", "credit_code", "certificate_number", "region", "address", "datum",
    "name_key",
)  # fmt: skip
_COLUMNS = (*CARD_FIELDS, "datum", "name_key")
_read = itemgetter(*map(_COLUMNS.index, _WANTED))
_LATITUDE, _CARD_FIELDS = CARD_FIELDS.index("latitude"), len(CARD_FIELDS)
_NO_CELLS: tuple[str, ...] = ()
assert CARD_FIELDS[_LATITUDE:] == ("latitude", "longitude")


def table_stamp(session: Session) -> str:
    """New after every change of the table; ``empty`` before the first."""
    return session.execute(select(InstitutionVersion.stamp)).scalar() or NOTHING_IMPORTED


def count_institutions(session: Session) -> int:
    return session.execute(select(func.count()).select_from(Institution)).scalar_one()


def all_entries(session: Session) -> Iterator[Entry]:
    """Every institution as the index keeps it, in the order of ids."""
    rows = session.connection().execute(_every(), execution_options={"yield_per": ROWS_AT_ONCE})
    for part in rows.partitions():
        yield from map(_entry, part)


def _every() -> Select[Any]:
    """Moments, days and lists as text: a million of them are only handed on."""
    table = Institution.__table__
    columns = (table.c[name] for name in _COLUMNS)
    read = (cast(column, Text) if isinstance(column.type, (JSON, Date, Instant)) else column for column in columns)
    return select(*read).order_by(table.c.id)


def _entry(row: Sequence[Any]) -> Entry:
    values = tuple(row)
    card, cells = values[:_CARD_FIELDS], _NO_CELLS
    latitude, longitude = values[_LATITUDE:_CARD_FIELDS]
    number, name, aliases, former_names, code, certificate, region, address, datum, key = _read(values)
    if latitude is not None and longitude is not None:
        placed = to_gcj02(latitude, longitude, datum)
        card, cells = (*card[:_LATITUDE], *placed), tuple(cells_of(*placed))
    return Entry(
        packed(card),
        name,
        names_in(aliases),
        names_in(former_names),
        short_names_of(name),
        (f"id:{number}", *_numbers(code, certificate), *cells) if code or certificate or cells else (f"id:{number}",),
        area_number(region),
        address or "",
        key,
    )


def _numbers(code: str | None, certificate: str | None) -> Iterator[str]:
    if code:
        yield f"code:{code}"
    if certificate and (digits := certificate_key(certificate)):
        yield f"certificate:{digits}"

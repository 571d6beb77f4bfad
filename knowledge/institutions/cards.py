"""An institution as it is shown: its public fields and nothing else. Lives in the index: a look-up needs no SQL."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionCard:
    """``latitude`` and ``longitude`` are GCJ-02 here, whatever datum they were delivered in."""

    id: str
    name: str
    updated_at: datetime
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    credit_code: str | None = None
    certificate_number: str | None = None
    region: str | None = None
    kind: str | None = None
    address: str | None = None
    legal_representative: str | None = None
    purpose: str | None = None
    sponsor: str | None = None
    funding_source: str | None = None
    initial_fund: str | None = None
    registration_authority: str | None = None
    certificate_valid_until: date | None = None
    annual_report_year: int | None = None
    status: str | None = None
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def located(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def registered(self) -> bool:
        """Whether it has any field of a register beside its names, its place and its code."""
        return any(getattr(self, name) is not None for name in _REGISTERED)


def namesake_rank(card: InstitutionCard) -> tuple[str, str, str]:
    """The order of what is equal otherwise: ids are drawn by lot when a file is imported, and decide last."""
    return card.name, card.credit_code or "", card.id


_REGISTERED = (
    "certificate_number", "address", "legal_representative", "purpose", "sponsor", "funding_source", "initial_fund",
    "registration_authority", "certificate_valid_until", "annual_report_year", "status", "phone",
)  # fmt: skip
CARD_FIELDS = tuple(field.name for field in fields(InstitutionCard))
_LISTS = ("aliases", "former_names")


def packed(values: tuple[Any, ...]) -> bytes:
    """The card as bytes for the index, from its fields as the database keeps them, in the order of ``CARD_FIELDS``:
    lists as JSON, moments and days as text. A row may hold more after these, which is cheaper to keep than to cut off.
    """
    return orjson.dumps(values)


def unpacked(raw: bytes) -> InstitutionCard:
    """``raw`` lies in a folder of our own. Raises ``ValueError`` for what ``packed`` has not written."""
    values = dict(zip(CARD_FIELDS, orjson.loads(raw), strict=False))
    updated_at = datetime.fromisoformat(values["updated_at"])
    # SQLite keeps moments without their zone, all in UTC.
    values["updated_at"] = updated_at.astimezone(UTC) if updated_at.tzinfo else updated_at.replace(tzinfo=UTC)
    if valid_until := values["certificate_valid_until"]:
        values["certificate_valid_until"] = date.fromisoformat(valid_until)
    for several in _LISTS:
        values[several] = names_in(values[several])
    return InstitutionCard(**values)


def names_in(stored: str | None) -> tuple[str, ...]:
    """The names of a list as the database keeps it."""
    return tuple(orjson.loads(stored)) if stored and stored != "[]" else ()

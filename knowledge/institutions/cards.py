"""An institution as it is shown: its public fields and nothing else. Lives in the index: a look-up needs no SQL."""

from __future__ import annotations

from dataclasses import dataclass
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


def packed(values: dict[str, Any]) -> bytes:
    """The card as bytes for the index: JSON. Fields that are not registered are left out of ``values``."""
    return orjson.dumps(values)


def unpacked(raw: bytes | memoryview) -> InstitutionCard:
    values = orjson.loads(raw)
    updated_at = datetime.fromisoformat(values["updated_at"])
    # SQLite keeps moments without their zone, all in UTC.
    values["updated_at"] = updated_at.astimezone(UTC) if updated_at.tzinfo else updated_at.replace(tzinfo=UTC)
    if valid_until := values.get("certificate_valid_until"):
        values["certificate_valid_until"] = date.fromisoformat(valid_until)
    for several in ("aliases", "former_names"):
        values[several] = tuple(values.get(several, ()))
    return InstitutionCard(**values)

"""The forms of an institution and of its lineage: as they are filled in, and as they come back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette_admin.flash import flash

from api.console.texts import institutions as texts
from knowledge.institutions.editing import EDITABLE, RowRefused, Saved
from knowledge.institutions.lineage import Told
from knowledge.institutions.lineage_entry import Announced, EventRefused
from knowledge.institutions.models import Institution
from knowledge.institutions.rows import LISTS

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_LINES = re.compile(r"[\r\n；;]+")


def as_typed(sent: Mapping[str, Any]) -> dict[str, str]:
    """The fields that were sent, as they stood in the form; browsers end lines with CR LF."""
    return {column: str(sent[column]).replace("\r\n", "\n").strip() for column in EDITABLE if column in sent}


def as_shown(row: Institution) -> dict[str, str]:
    """A row in the fields of the form, in the order of the form."""
    return {column: shown(column, getattr(row, column)) for column in texts.COLUMN}


def shown(column: str, value: Any) -> str:
    """One value as it stands in its field."""
    if column in LISTS:
        return "\n".join(value)
    return "" if value is None else str(value)


def beside_fields(refused: RowRefused | None) -> dict[str, str]:
    """What stands in the way, by column."""
    told: dict[str, str] = {}
    for each in refused.told if refused else ():
        told[each.column] = f"{told[each.column]}；{each.message}" if each.column in told else each.message
    return told


def warn(request: Request, saved: Saved) -> None:
    """What should be looked at though it was saved, above the next page."""
    for warning in saved.warnings:
        flash(request, f"{texts.COLUMN[warning.column]}：{warning.message}", "warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForm:
    """What was typed of an event, so that a refused form comes back as it was."""

    told: str = ""
    others: str = ""
    happened_on: str = ""
    document: str = ""
    remark: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> EventForm:
        one_line = {
            name: _CONTROL.sub(" ", str(sent.get(name) or "")).strip()
            for name in ("told", "happened_on", "document", "remark")
        }
        return cls(**one_line, others=str(sent.get("others") or "").replace("\r\n", "\n").strip())

    def announced(self) -> Announced:
        """Raises ``EventRefused``."""
        if self.told not in set(Told):
            raise EventRefused(texts.NO_KIND)
        try:
            happened_on = date.fromisoformat(self.happened_on)
        except ValueError:
            raise EventRefused(texts.NO_DAY) from None
        others = (_CONTROL.sub(" ", line).strip() for line in _LINES.split(self.others))
        return Announced(
            told=Told(self.told),
            others=tuple(line for line in others if line),
            happened_on=happened_on,
            document=self.document,
            remark=self.remark,
        )

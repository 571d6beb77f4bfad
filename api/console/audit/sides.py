"""What was before and what after, column by column, as one reads it. Numbers of persons are masked once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api.console.texts import audit as texts
from knowledge.audit.events import masked
from knowledge.text.deidentify import deidentify

# Ids and names of staff or things: a long number in them is nobody's.
PLAIN = frozenset(
    {
        "id",
        "staff_id",
        "entry",
        "entries",
        "entry_ids",
        "draft",
        "repeal",
        "name",
        "display_name",
        "owner",
        "expires_at",
    }
)
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One column; the words are empty on a side that does not have it."""

    label: str
    before: str
    after: str
    changed: bool


def sides(before: str | None, after: str | None) -> list[Side]:
    """Of the canonical JSON of a row, in which columns stand by the alphabet; here they stand as in our words."""
    old, new = _read(before), _read(after)
    columns = _ordered({**old, **new})
    both = before is not None and after is not None
    return [
        Side(
            texts.column_words(column),
            _words(column, old[column]) if column in old else "",
            _words(column, new[column]) if column in new else "",
            both and old.get(column) != new.get(column),
        )
        for column in columns
    ]


def _read(kept: str | None) -> Values:
    """A row that was tampered with may hold anything."""
    if kept is None:
        return {}
    try:
        values = orjson.loads(kept)
    except orjson.JSONDecodeError:
        return {"": texts.UNREADABLE}
    return masked(values) if isinstance(values, dict) else {"": values}


def _words(column: str, value: Any) -> str:
    if value is None or value in ("", []):
        return texts.NOTHING
    if isinstance(value, bool):
        return texts.YES if value else texts.NO
    if isinstance(value, list):
        return "\n".join(_words(column, each) for each in value)
    if isinstance(value, dict):
        return " ".join(_words(key, value[key]) for key in _ordered(value) if value[key] not in (None, ""))
    said = texts.value_words(column, str(value))
    return said if column in PLAIN else deidentify(said)


def _ordered(values: Values) -> list[str]:
    """What we have no word for comes last."""
    place = {column: number for number, column in enumerate(texts.COLUMN)}
    return sorted(values, key=lambda column: (place.get(column, len(place)), column))

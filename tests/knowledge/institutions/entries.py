"""Entries for an index that is built without a database."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.institutions.cards import CARD_FIELDS, packed
from knowledge.institutions.names import name_key
from knowledge.institutions.surfaces import Entries
from tests.conftest import NOON


def entries_of(names: Sequence[str], *, ids: Sequence[str] | None = None) -> Entries:
    """Institutions of which only the name is known; their ids are their places, where none are given."""
    ids = ids or [str(number) for number in range(len(names))]
    return Entries(
        cards=[card_of(id=one, name=name) for one, name in zip(ids, names, strict=True)],
        ids=ids,
        keys=list(map(name_key, names)),
        areas=[0] * len(names),
    )


def card_of(**fields: object) -> bytes:
    values = {"updated_at": NOON.isoformat(), **fields}
    return packed(tuple(map(values.get, CARD_FIELDS)))

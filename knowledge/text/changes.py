"""What was taken for a slip in a text, and what it was taken to mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """``start`` and ``end``: where the typed signs stand in the form that was mended."""

    typed: str
    meant: str
    start: int
    end: int


def applied(form: str, changes: Iterable[Change]) -> str:
    """The form with all changes made. They must not overlap."""
    for change in sorted(changes, key=lambda change: change.start, reverse=True):
        form = form[: change.start] + change.meant + form[change.end :]
    return form

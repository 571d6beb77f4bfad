"""What a file would do, row by row, before anything is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from knowledge.curation.diff import Changed, Part

What = Literal["added", "changed", "unchanged", "error", "warning"]
WHATS: tuple[What, ...] = ("error", "changed", "added", "warning", "unchanged")  # in the order of what is kept first
SHOWN = 500  # rows that are kept for the page
LONGEST_SHOWN = 600  # signs of one text kept for the page
LONGEST_SAME = 40  # signs kept at each end of a stretch that both texts have
MESSAGE = 500

_UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # what PostgreSQL and pages cannot hold


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """``row``: as the file counts, 0 for the file as a whole. ``column``: of an error or a warning, may be empty.

    ``part``: which part of a whole base the row is in.
    """

    row: int
    id: str
    what: What
    changes: tuple[Changed, ...] = ()
    column: str = ""
    message: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """``rows``: up to ``SHOWN`` of them; the counts are of all."""

    rows: Sequence[PlannedRow]
    added: int
    changed: int
    unchanged: int
    errors: int
    warnings: int


@dataclass(slots=True)
class Planning:
    """Collects a plan. Only as many rows of each kind are kept as could be shown, and only those are compared."""

    part: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    kept: dict[str, list[PlannedRow]] = field(default_factory=lambda: {what: [] for what in WHATS})

    def add(
        self,
        what: What,
        row: int,
        entry_id: str,
        changes: Callable[[], Iterable[Changed]] = tuple,
        *,
        column: str = "",
        message: str = "",
    ) -> None:
        self.counts[what] += 1
        kept = self.kept[what]
        if len(kept) < SHOWN:
            kept.append(PlannedRow(row, entry_id, what, tuple(changes()), column, message, self.part))

    def error(self, row: int, message: str, *, entry_id: str = "", column: str = "") -> None:
        self.add("error", row, entry_id, column=column, message=message)

    def warn(self, row: int, message: str, *, entry_id: str = "", column: str = "") -> None:
        self.add("warning", row, entry_id, column=column, message=message)

    def plan(self) -> Plan:
        return joined([self])


def joined(parts: Sequence[Planning]) -> Plan:
    """Of each kind as many rows as there is room for: a fifth first, and what is left to the gravest."""
    counts: Counter[str] = Counter()
    kept: dict[str, list[PlannedRow]] = {what: [] for what in WHATS}
    for each in parts:
        counts += each.counts
        for what in WHATS:
            kept[what] += each.kept[what]
    share = SHOWN // len(WHATS)
    rows = [row for what in WHATS for row in kept[what][:share]]
    for what in WHATS:
        rows += kept[what][share : share + SHOWN - len(rows)]
    rows.sort(key=lambda row: (WHATS.index(row.what), row.part, row.row))
    return Plan(
        rows,
        added=counts["added"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        errors=counts["error"],
        warnings=counts["warning"],
    )


def as_json(row: PlannedRow) -> dict[str, Any]:
    """To be kept for the page: long texts are shortened."""
    return {
        "row": row.row,
        "id": _shown(row.id, 100),
        "what": row.what,
        "column": _shown(row.column, 60),
        "message": _shown(row.message, MESSAGE),
        "part": row.part,
        "changes": [_change_json(change) for change in row.changes],
    }


def from_json(kept: Mapping[str, Any]) -> PlannedRow:
    changes = tuple(
        Changed(each["column"], "", "", tuple(Part(*part) for part in each["parts"]), listed=each["listed"])
        for each in kept["changes"]
    )
    what = cast("What", kept["what"])
    return PlannedRow(kept["row"], kept["id"], what, changes, kept["column"], kept["message"], kept["part"])


def _change_json(change: Changed) -> dict[str, Any]:
    parts, room = [], LONGEST_SHOWN
    for part in change.parts:
        text = _shown(_middle_out(part.text) if part.kind == "same" and not change.listed else part.text, room)
        parts.append([part.kind, text])
        room -= len(text)
        if room <= 0:
            break
    return {"column": change.column, "parts": parts, "listed": change.listed}


def _middle_out(text: str) -> str:
    return text if len(text) <= 2 * LONGEST_SAME + 1 else f"{text[:LONGEST_SAME]}…{text[-LONGEST_SAME:]}"


def _shown(text: str, longest: int) -> str:
    text = _UNSHOWN.sub("�", text)
    return text if len(text) <= longest else f"{text[: max(0, longest - 1)]}…"

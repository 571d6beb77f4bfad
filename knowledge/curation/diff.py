"""What differs between two states of an entry: texts sign by sign, lists item by item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from knowledge.faq.cells import COLUMNS, row_of_entry
from knowledge.faq.entry import Entry

Kind = Literal["same", "removed", "added"]
NOT_COMPARED = ("id", "version")
# The matcher looks at every pair of runs; two answers of 2,000 runs each take some 0.4 s. Above it, whole lines.
MOST_PAIRS = 4_000_000

# A Chinese sign, or a run of Latin letters and digits, which is read as one.
_RUN = re.compile(r"[A-Za-z0-9_.\-]+|[^A-Za-z0-9_.\-]", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n?")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text, or one item of a list."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One column of the contract that differs. ``listed``: each part is an item, not a stretch of one text."""

    column: str
    before: str
    after: str
    parts: tuple[Part, ...]
    listed: bool = False


def diff(before: Entry | None, after: Entry) -> tuple[Changed, ...]:
    """The columns that differ, in the order of the contract; ``None`` before: everything that is not empty is new.

    Identity and version number are not compared.
    """
    old = row_of_entry(before) if before is not None else {}
    new = row_of_entry(after)
    columns = (column for column in COLUMNS if column not in NOT_COMPARED)
    return tuple(
        changed for column in columns if (changed := _changed(column, old.get(column), new[column])) is not None
    )


def parts_of(before: str, after: str) -> tuple[Part, ...]:
    """The stretches that make ``before`` of those that are no addition, and ``after`` of those that are no removal."""
    old, new = _RUN.findall(before), _RUN.findall(after)
    if len(old) * len(new) > MOST_PAIRS:
        old, new = _lines(before), _lines(after)
    if len(old) * len(new) > MOST_PAIRS:
        return tuple(_said(("removed", before), ("added", after)))
    return tuple(_stretches(old, new))


def _changed(column: str, before: object, after: object) -> Changed | None:
    if isinstance(after, list):
        old, new = [_item(each) for each in before or []], [_item(each) for each in after]  # type: ignore[attr-defined]
        if old == new:
            return None
        return Changed(column, "\n".join(old), "\n".join(new), tuple(_items(old, new)), listed=True)
    said, says = _plain(before), _plain(after)
    return None if said == says else Changed(column, said, says, parts_of(said, says))


def _item(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(part for part in (value["law"], value.get("article") or "") if part)
    return str(value)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _items(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    """Where only the order changed, all stay as they are."""
    yield from (Part("removed", item) for item in old if item not in new)
    yield from (Part("same" if item in old else "added", item) for item in new)


def _lines(text: str) -> list[str]:
    return [line for line in _LINE.findall(text) if line]


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, becomes = "".join(old[from_old:to_old]), "".join(new[from_new:to_new])
        if tag == "equal":
            yield Part("same", was)
        else:
            yield from _said(("removed", was), ("added", becomes))


def _said(*parts: tuple[Kind, str]) -> Iterator[Part]:
    yield from (Part(kind, text) for kind, text in parts if text)

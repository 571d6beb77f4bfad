"""What kinds of files are brought, how far each has come, and how large it may be."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from knowledge.staff.rights import Right

LARGEST_UPLOAD = 20_000_000  # bytes; 30,000 entries as a workbook
LONGEST_NAME = 200  # the column


class Kind(StrEnum):
    """The value stands in ``imports``."""

    KNOWLEDGE = "knowledge"
    INSTITUTIONS = "institutions"
    BASE = "base"  # all of an installation's knowledge, see ``whole_base``


class Stage(StrEnum):
    """The value stands in ``imports``."""

    CHECKING = "checking"
    CHECKED = "checked"
    UNREADABLE = "unreadable"
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"


ENDINGS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.KNOWLEDGE: (".xlsx", ".csv", ".jsonl"),
        Kind.INSTITUTIONS: (".xlsx", ".csv", ".jsonl"),
        Kind.BASE: (".zip",),
    }
)
# What somebody must be allowed to bring a file of the kind; entries also by their place.
RIGHT: Mapping[Kind, Right] = MappingProxyType(
    {
        Kind.KNOWLEDGE: Right.ENTRIES_WRITE,
        Kind.INSTITUTIONS: Right.INSTITUTIONS_WRITE,
        Kind.BASE: Right.TRANSFER,
    }
)

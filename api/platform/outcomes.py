"""What came of a call. Only ``Retry`` and ``Unclear`` are tried again, and ``Unclear`` only after asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Accepted:
    """``repeated``: the platform had it already, under the same key and with the same body."""

    platform_id: str
    received_at: datetime
    repeated: bool
    status: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Final. ``reason`` is what the platform wrote for people, cut to a length a table holds."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """It may be tried again; ``after`` is the platform's own wish. ``status`` is ``None`` without an answer."""

    status: int | None
    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have arrived: ask before sending again."""

    status: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class HistoryItem:
    at: datetime
    kind: str
    status: str | None
    text: str | None = field(repr=False)
    department: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """The feedback is at the platform."""

    platform_id: str
    status: str
    history: tuple[HistoryItem, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """The platform says, in the contract's words, that there is no such thing."""

    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """One institution or case, checked against the contract; ``fields`` by the contract's names."""

    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """``next_cursor`` is ``None`` on the last page."""

    items: tuple[dict[str, Any], ...]
    next_cursor: str | None


Submitted = Accepted | Refused | Retry | Unclear
Answered = Found | NotFound | Refused | Retry | Unclear
Read = Item | NotFound | Refused | Retry | Unclear
Listed = Page | NotFound | Refused | Retry | Unclear

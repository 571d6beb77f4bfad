"""What the account remembers of a talk for a while. It lives in Redis, rides along with the claim, and may be lost."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import orjson

LIFETIME_SECONDS = 30 * 60  # a talk that paused for longer starts anew


@dataclass(slots=True)
class Choice:
    """Something that was offered; ``content`` is what a tap sends, the number in the list stands for it too."""

    label: str
    content: str


@dataclass(slots=True)
class Said:
    """The answer given last: ``entry`` and ``version`` of the base, what was asked (de-identified), and when.

    ``at``: seconds since 1970, UTC.
    """

    entry: str
    version: str
    question: str
    at: int

    def within(self, seconds: int, *, now: datetime) -> bool:
        """Whether it was said at most so long ago."""
        return 0 <= now.timestamp() - self.at <= seconds


@dataclass(slots=True)
class OpenQuestion:
    """A question that was answered with choices: de-identified. ``first``: what the first choice sends.

    ``further``: ids of the candidates after those that were offered, best first. ``missed``: 都不是 was said to it.
    """

    question: str
    first: str
    further: list[str]
    missed: bool = False


@dataclass(slots=True)
class Conversation:
    """``form_open`` and ``notices_kept`` mirror the database; ``None`` means nobody has looked yet.

    ``rest``: pieces of a long answer still unread. ``choices``: what was offered last, in order.
    ``said``: the answer from the base that was given last. ``asked``: the question whose choices stand open.
    ``missed``: the question that found no answer last, de-identified, for who wants to hear of one.
    ``rated``: what was lately called 有用 or 没用, so that a repeat does not count twice.
    ``institution``: id of the institution shown last. ``about_institution``: nothing else was answered since.
    ``pending_media``: a picture or place that was sent outside a form and may be attached.
    ``topic``: free note of the topic that spoke last, small and JSON.
    """

    form_open: bool | None = None
    notices_kept: bool | None = None
    rest: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    said: Said | None = None
    asked: OpenQuestion | None = None
    missed: str | None = None
    rated: list[str] = field(default_factory=list)
    institution: str | None = None
    about_institution: bool = False
    pending_media: dict[str, str] | None = None
    topic: dict[str, Any] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        return orjson.dumps(self)

    @classmethod
    def from_bytes(cls, stored: bytes | None) -> Conversation:
        """What cannot be read is forgotten: it was only a convenience."""
        if not stored:
            return cls()
        try:
            raw = orjson.loads(stored)
            talk = cls(**{k: v for k, v in raw.items() if k in _FIELDS})
            talk.choices = [Choice(**c) for c in raw.get("choices") or ()]
            talk.said = Said(**raw["said"]) if raw.get("said") else None
            talk.asked = OpenQuestion(**raw["asked"]) if raw.get("asked") else None
        except (orjson.JSONDecodeError, TypeError, AttributeError):
            return cls()
        return talk


_FIELDS = frozenset(f.name for f in fields(Conversation))

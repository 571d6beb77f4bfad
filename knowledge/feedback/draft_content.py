"""What a citizen has filled in so far, as one value. It is only ever kept sealed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from knowledge.feedback.kinds import AttachmentKind, FeedbackKind

MAX_MEDIA = 9  # the platform's contract
# Characters. The platform's contract takes 20,000; the rest is room for the line of the location.
MAX_TEXT = 19_000


class Step(StrEnum):
    """The form's questions, in their order."""

    KIND = "kind"
    TARGET = "target"
    TEXT = "text"
    MEDIA = "media"
    CONTACT = "contact"
    CONFIRM = "confirm"


class Asking(StrEnum):
    """A question that stands before the form's own step."""

    RESUME = "resume"  # 您有一份未完成的反馈
    SECOND = "second"  # a second form was begun


@dataclass(frozen=True, slots=True)
class DraftMedia:
    kind: AttachmentKind
    media_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, GCJ-02."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An institution that was offered for choosing."""

    id: str
    name: str
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """``held``: words that came while the form asked something else; they go into the form once it goes on.

    ``next_target``: whom a second form, begun while this one was open, would be about.
    """

    kind: FeedbackKind | None = None
    institution: Candidate | None = None
    topic: str | None = None
    text: str = ""
    media: tuple[DraftMedia, ...] = ()
    location: Place | None = None
    name: str | None = None
    phone: str | None = None
    anonymous: bool = False
    candidates: tuple[Candidate, ...] = ()
    consented: bool = False
    asking: Asking | None = None
    held: str = ""
    next_target: Candidate | None = None

    @property
    def empty(self) -> bool:
        """Nothing was filled in that somebody could miss."""
        return not (self.kind or self.institution or self.topic or self.text or self.media or self.location)

    @property
    def has_room(self) -> bool:
        return len(self.media) < MAX_MEDIA

    def having(self, **changes: Any) -> DraftContent:
        """The same with some fields changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> DraftContent:
        def candidate(value: dict[str, Any] | None) -> Candidate | None:
            return Candidate(**value) if value else None

        return cls(
            kind=FeedbackKind(raw["kind"]) if raw["kind"] else None,
            institution=candidate(raw["institution"]),
            topic=raw["topic"],
            text=raw["text"],
            media=tuple(DraftMedia(AttachmentKind(m["kind"]), m["media_id"]) for m in raw["media"]),
            location=Place(**raw["location"]) if raw["location"] else None,
            name=raw["name"],
            phone=raw["phone"],
            anonymous=raw["anonymous"],
            candidates=tuple(Candidate(**c) for c in raw["candidates"]),
            consented=raw["consented"],
            asking=Asking(raw["asking"]) if raw["asking"] else None,
            held=raw["held"],
            next_target=candidate(raw["next_target"]),
        )

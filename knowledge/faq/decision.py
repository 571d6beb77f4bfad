"""What comes of a question, with everything that led there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from knowledge.faq.chitchat import Chitchat
from knowledge.faq.elsewhere import Elsewhere
from knowledge.faq.entry import Entry
from knowledge.search.decision import Standing, Thresholds
from knowledge.search.features import Features
from knowledge.sensitive import Sensitivity
from knowledge.text.changes import Change

DecisionKind = Literal["answer", "choices", "none", "sensitive"]

# Of the chance that is left when none of the choices was it. Tuning data: where the right entry was not offered but
# among the candidates kept, this shows it in 10 cases of 12.
FURTHER_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its chance. Its entry is read when it is wanted: most are never shown."""

    id: str
    confidence: float
    _read: Callable[[], Entry] = field(repr=False, compare=False)

    @classmethod
    def of(cls, entry: Entry, confidence: float) -> Scored:
        return cls(entry.id, confidence, lambda: entry)

    @property
    def entry(self) -> Entry:
        return self._read()


@dataclass(frozen=True, slots=True)
class ExplainedCandidate:
    entry_id: str
    confidence: float
    retrieval: float
    features: Features
    _read: Callable[[], Entry] = field(repr=False, compare=False)

    @property
    def question(self) -> str:
        return self._read().question


@dataclass(frozen=True, slots=True)
class Explanation:
    """Each step of one decision, with all that ``decide`` was given; for ``ask --explain`` and the console's bench.

    Holds the question itself: it is shown to who asked and never kept.
    """

    question: str
    form: str
    mended: tuple[Change, ...] = ()
    words: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    candidates: tuple[ExplainedCandidate, ...] = ()
    standings: tuple[Standing, ...] = ()
    unknown_word: bool = False
    none_confidence: float = 1.0
    margin: float = 0.0
    thresholds: Thresholds = field(default_factory=Thresholds)
    decision: str = "none"
    reason: str = ""
    base_version: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """``entries``: at most five, best first. For ``answer`` the first is the answer; for ``choices`` the first
    ``offered`` are to choose from. ``sensitivity`` says which fixed wording; ``chitchat`` which kind line;
    ``elsewhere`` whose matter it is;
    ``asked_back`` the terms that a word of the question may stand for."""

    kind: DecisionKind
    entries: tuple[Scored, ...]
    confidence: float
    explanation: Explanation
    offered: int = 0
    sensitivity: Sensitivity | None = None
    chitchat: Chitchat | None = None
    elsewhere: Elsewhere | None = None
    asked_back: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether the base has no part in it: neither other words nor what it leans on would change what is said."""
        return self.kind == "sensitive" or self.chitchat is not None or self.elsewhere is not None

    @property
    def answer(self) -> Entry | None:
        return self.entries[0].entry if self.kind == "answer" else None

    @property
    def further(self) -> tuple[Entry, ...]:
        """What to offer once none of the choices was it: likely enough when those are ruled out."""
        left = 1.0 - sum(scored.confidence for scored in self.entries[: self.offered])
        rest = self.entries[self.offered :] if self.kind == "choices" else ()
        return tuple(scored.entry for scored in rest if scored.confidence >= FURTHER_SHARE * max(left, 0.0) > 0)

    @property
    def choices(self) -> tuple[Entry, ...]:
        return tuple(scored.entry for scored in self.entries[: self.offered]) if self.kind == "choices" else ()

"""What comes of a question, with everything that led there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from knowledge.faq.chitchat import Chitchat
from knowledge.faq.entry import Entry
from knowledge.search.decision import Thresholds
from knowledge.search.features import Features
from knowledge.sensitive import Sensitivity

DecisionKind = Literal["answer", "choices", "none", "sensitive"]


@dataclass(frozen=True, slots=True)
class Scored:
    entry: Entry
    confidence: float


@dataclass(frozen=True, slots=True)
class ExplainedCandidate:
    entry_id: str
    question: str
    confidence: float
    retrieval: float
    features: Features


@dataclass(frozen=True, slots=True)
class Explanation:
    """Each step of one decision, for ``ask --explain`` and the console's test bench. Holds the question itself:
    it is shown to who asked and never kept."""

    question: str
    form: str
    words: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    candidates: tuple[ExplainedCandidate, ...] = ()
    none_confidence: float = 1.0
    margin: float = 0.0
    thresholds: Thresholds = field(default_factory=Thresholds)
    decision: str = "none"
    reason: str = ""
    base_version: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """``entries``: at most five, best first. For ``answer`` the first is the answer; for ``choices`` the first
    ``offered`` are to choose from. ``sensitivity`` says which fixed wording; ``chitchat`` which kind line."""

    kind: DecisionKind
    entries: tuple[Scored, ...]
    confidence: float
    explanation: Explanation
    offered: int = 0
    sensitivity: Sensitivity | None = None
    chitchat: Chitchat | None = None

    @property
    def answer(self) -> Entry | None:
        return self.entries[0].entry if self.kind == "answer" else None

    @property
    def choices(self) -> tuple[Entry, ...]:
        return tuple(scored.entry for scored in self.entries[: self.offered]) if self.kind == "choices" else ()

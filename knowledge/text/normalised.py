"""The normal form with the way back to what was typed, for showing it; ``normalise`` is the same without, and fast."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.text.normalise import (
    CLOSING,
    INSIDE,
    MAX_CHARACTERS,
    OPENING,
    PRIVATE,
    SUBSTITUTIONS,
    guarded,
    signs,
)
from knowledge.text.tracing import Span, Trace, trace


@dataclass(frozen=True, slots=True)
class Normalised:
    """``form``: what ``normalise`` makes of it. ``spans``: for each sign of the form where it stands in ``typed``."""

    typed: str
    form: str
    spans: tuple[Span, ...]

    def shown(self, start: int, end: int) -> str:
        """What was typed for a part of the form that is not empty."""
        return self.typed[self.spans[start][0] : self.spans[end - 1][1]]


def normalised(typed: str) -> Normalised:
    """Costs some hundred times what ``normalise`` does: for explaining one question, not for answering it."""
    found = _without_politeness(_surface(trace(typed[: 4 * MAX_CHARACTERS]).substituted(PRIVATE, "")))
    return Normalised(typed, found.text, found.spans)


def _surface(traced: Trace) -> Trace:
    while True:
        simpler = _simplified(traced)
        if simpler.text == traced.text:
            return simpler
        traced = simpler


def _simplified(traced: Trace) -> Trace:
    form = traced if traced.text.isascii() else traced.composed()
    form = form.lowered().substituted(INSIDE, guarded).translated(signs())
    for pattern, replacement in SUBSTITUTIONS:
        form = form.substituted(pattern, replacement)
    form = form.cut(0, MAX_CHARACTERS)
    return form.cut(0, len(form.text.rstrip()))


def _without_politeness(traced: Trace) -> Trace:
    while True:
        shorter = _stripped(_stripped(traced.substituted(OPENING, "")).substituted(CLOSING, ""))
        if shorter.text in ("", traced.text):
            return traced
        traced = _surface(shorter)


def _stripped(traced: Trace) -> Trace:
    start = len(traced.text) - len(traced.text.lstrip())
    return traced.cut(start, max(start, len(traced.text.rstrip())))

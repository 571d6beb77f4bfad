"""The measures of a chart: where a bar stands, how high a figure reaches, which labels have room."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

STEPS = (1, 2, 3, 4, 6, 8, 10)  # what the scale of an axis may end in
DIGIT, SIGN = 7.2, 12.5  # units that a digit and a Chinese sign take at the size of 12


@dataclass(frozen=True, slots=True)
class Width:
    """One of the two drawings. ``shown``: the classes that hide it where the other is shown."""

    name: str
    across: int
    high: int
    labels: int
    shown: str


PHONE = Width("phone", 360, 230, 6, "d-md-none")
DESK = Width("desk", 720, 260, 12, "d-none d-md-block")
WIDTHS = (DESK, PHONE)


@dataclass(frozen=True, slots=True)
class Plot:
    """``tops``: the highest figure over each label. ``share``: figures are between 0 and 1, the axis says percents."""

    width: Width
    tops: Sequence[float]
    share: bool = False

    above, below, right = 18, 26, 6

    @property
    def count(self) -> int:
        return len(self.tops)

    @property
    def left(self) -> float:
        return 12 + text_width(max((word for _, word in self.scale()), key=len))

    @property
    def foot(self) -> float:
        return self.width.high - self.below

    @property
    def step(self) -> float:
        return (self.width.across - self.left - self.right) / max(self.count, 1)

    @property
    def most(self) -> float:
        return 1.0 if self.share else nice(max(self.tops, default=0))

    def middle(self, n: int) -> float:
        return self.left + self.step * (n + 0.5)

    def rise(self, value: float) -> float:
        """How far above the foot."""
        return (self.foot - self.above) * value / self.most

    def scale(self) -> Iterator[tuple[float, str]]:
        """The lines across with what stands at them: none, half, all."""
        for value in (0.0, self.most / 2, self.most):
            if self.share or value == int(value):
                yield value, f"{value:.0%}" if self.share else f"{value:.0f}"

    def labelled(self, labels: Sequence[str]) -> Iterator[tuple[float, str]]:
        """Where each label stands: as many as fit beside one another, evenly; the last one always."""
        room = max((text_width(label) for label in labels), default=0) + 8
        fit = max(1, min(self.width.labels, int((self.width.across - self.left) / room)))
        every = max(1, math.ceil(self.count / fit))
        return ((self._inside(n, labels[n]), labels[n]) for n in range((self.count - 1) % every, self.count, every))

    def _inside(self, n: int, label: str) -> float:
        """Under its bar, as far as nothing of it sticks out of the picture."""
        half = text_width(label) / 2
        return min(self.middle(n), self.width.across - half)

    def has_room(self, words: Sequence[str]) -> bool:
        """Whether figures can stand at all bars without touching."""
        return max((text_width(word) for word in words), default=0) + 2 <= self.step


def text_width(text: str) -> float:
    return sum(DIGIT if sign.isascii() else SIGN for sign in text)


def nice(value: float) -> float:
    """The next round number that an axis may end at; at least 2, so that half of it is a whole number."""
    if value <= 2:
        return 2.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in STEPS if step * size >= value)

"""How missed questions are shown: never what must not stand on a screen, and a trend in words beside its line."""

from __future__ import annotations

from collections.abc import Sequence

from api.console.texts import missed as texts
from knowledge.missed.queries import WEEKS
from knowledge.sensitive import sensitivity


def in_clear(text: str) -> str:
    """Words of a citizen, unless they ask for what this channel must not repeat (by patterns as they are today)."""
    if not text:
        return texts.NO_WORDS
    return text if sensitivity(text) is None else texts.WITHHELD


def trend(weeks: Sequence[int]) -> str:
    return texts.TREND.format(weeks=WEEKS, counts="、".join(map(str, weeks)))

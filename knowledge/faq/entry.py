"""One entry as the matching sees it, detached from the database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
PUBLISHED = "published"
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Basis:
    """A law and the article in it; ``article`` may be empty."""

    law: str
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``region``: 6-digit code or ``None`` (national). Valid days are Shanghai days, both inclusive."""

    id: str
    question: str
    answer: str
    paraphrases: tuple[str, ...] = ()
    category: str = ""
    audience: str = ""
    basis: tuple[Basis, ...] = ()
    region: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    verified: bool = False
    article_confirmed: bool = False
    status: str = PUBLISHED
    owner: str = ""
    review_on: date | None = None
    version: int = 1
    variants: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "variants", tuple(dict.fromkeys((self.question, *self.paraphrases))))

    def may_answer(self, *, regions: tuple[str | None, ...], today: date) -> bool:
        """Published, valid today, and of one of these regions."""
        if self.status != PUBLISHED or self.region not in regions:
            return False
        if self.valid_from is not None and today < self.valid_from:
            return False
        return self.valid_until is None or today <= self.valid_until

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Names of the local facts that the answer needs, in order, each once."""
        return tuple(dict.fromkeys(PLACEHOLDER.findall(self.answer)))


def region_line(region: str | None) -> tuple[str | None, ...]:
    """The region, then its parents, then the nation: 440305 → 440305, 440300, 440000, None."""
    if region is None:
        return (None,)
    line = dict.fromkeys((region, f"{region[:4]}00", f"{region[:2]}0000"))
    return (*line, None)


def shanghai_day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()

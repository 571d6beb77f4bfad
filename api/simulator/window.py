"""How many customer-service messages a citizen may still be sent, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Occasion(StrEnum):
    """What the citizen did to open the window."""

    MESSAGE = "发消息"
    MENU_CLICK = "点菜单"
    FOLLOW = "关注"
    SCAN = "扫码"


# Messages allowed and for how long, from the official page on customer-service messages.
ALLOWANCES: Mapping[Occasion, tuple[int, timedelta]] = {
    Occasion.MESSAGE: (5, timedelta(hours=48)),
    Occasion.MENU_CLICK: (3, timedelta(minutes=1)),
    Occasion.FOLLOW: (3, timedelta(minutes=1)),
    Occasion.SCAN: (3, timedelta(minutes=1)),
}
OUTSIDE_WINDOW = 45015
OVER_COUNT = 45047


@dataclass(slots=True)
class Allowance:
    left: int
    until: datetime


@dataclass(slots=True)
class Window:
    """Each new occasion of a kind renews that kind; what ends first is used up first."""

    allowances: dict[Occasion, Allowance] = field(default_factory=dict)

    def open(self, occasion: Occasion, *, now: datetime) -> None:
        count, lifetime = ALLOWANCES[occasion]
        self.allowances[occasion] = Allowance(count, now + lifetime)

    def close(self) -> None:
        self.allowances.clear()

    def take(self, *, now: datetime) -> int | None:
        """Use up one message; the error code instead where none may be sent."""
        live = [a for a in self.allowances.values() if a.until > now]
        if not live:
            return OUTSIDE_WINDOW
        usable = [a for a in live if a.left > 0]
        if not usable:
            return OVER_COUNT
        min(usable, key=lambda a: a.until).left -= 1
        return None

    def left(self, *, now: datetime) -> int:
        return sum(a.left for a in self.allowances.values() if a.until > now)

    def until(self, *, now: datetime) -> datetime | None:
        return max((a.until for a in self.allowances.values() if a.until > now and a.left), default=None)

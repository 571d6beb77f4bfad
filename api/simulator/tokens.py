"""Access tokens as ``stable_token`` gives them: the same until it nears its end, another when forced."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LIFETIME = timedelta(seconds=7200)
RENEWED_BEFORE_END = timedelta(minutes=5)  # from then on a new one is given and both work
FORCED_PER_DAY = 20  # official
INVALID, EXPIRED, QUOTA = 40001, 42001, 45009
TOKEN_BYTES = 102  # about as long as the real ones


@dataclass(slots=True)
class Tokens:
    """``granted``: token by its end. A forced refresh ends the former token at once."""

    granted: dict[str, datetime] = field(default_factory=dict)
    forced: deque[datetime] = field(default_factory=lambda: deque(maxlen=FORCED_PER_DAY))
    current: str = ""

    def grant(self, *, force: bool, now: datetime) -> tuple[str, timedelta] | int:
        """The token and how long it lives, or the error code."""
        if force:
            if len(self.forced) == FORCED_PER_DAY and self.forced[0] > now - timedelta(days=1):
                return QUOTA
            self.forced.append(now)
            self.granted.clear()
        end = self.granted.get(self.current)
        if end is None or end - RENEWED_BEFORE_END <= now:
            self.current = secrets.token_urlsafe(TOKEN_BYTES)
            self.granted[self.current] = end = now + LIFETIME
        return self.current, end - now

    def check(self, token: str, *, now: datetime) -> int | None:
        """``None`` when it may call; the error code otherwise."""
        end = self.granted.get(token)
        if end is None:
            return INVALID
        return EXPIRED if end <= now else None

    def revoke(self) -> None:
        """As when somebody else fetched a token in the old way: what we hold stops working."""
        self.granted.clear()

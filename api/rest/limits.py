"""How often a key may ask in a minute: counted in Redis for all processes, by each for itself while Redis is away."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
import structlog
from redis.exceptions import RedisError

WINDOW_SECONDS = 60
# Requests are not kept waiting for a Redis that has just failed: its time-outs are longer than the answers.
TRY_AGAIN_AFTER = timedelta(seconds=5)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """``left``: further requests in this minute. ``seconds``: until the next begins, 1 to 60."""

    allowed: bool
    left: int
    seconds: int


class Limiter:
    """Fixed windows of a minute. Thread-safe."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._away_until: datetime | None = None
        self._counts: dict[str, tuple[int, int]] = {}  # one a known key: there are few
        self._lock = threading.Lock()

    def take(self, key_id: str, *, per_minute: int, now: datetime) -> Taken:
        """Counts one request, allowed or not."""
        window, inside = divmod(int(now.timestamp()), WINDOW_SECONDS)
        count = self._counted(key_id, window, now)
        return Taken(count <= per_minute, max(0, per_minute - count), WINDOW_SECONDS - inside)

    def _counted(self, key_id: str, window: int, now: datetime) -> int:
        if self._away_until is None or now >= self._away_until:
            try:
                return self._in_redis(key_id, window)
            except (RedisError, OSError) as error:
                self._away_until = now + TRY_AGAIN_AFTER
                log.warning("limits_without_redis", error=type(error).__name__)
        return self._in_process(key_id, window)

    def _in_redis(self, key_id: str, window: int) -> int:
        name = f"bst:rest:{key_id}:{window}"
        with self._client.pipeline(transaction=False) as pipeline:
            pipeline.incr(name)
            pipeline.expire(name, 2 * WINDOW_SECONDS)
            count, _ = pipeline.execute()
        self._away_until = None
        return int(count)

    def _in_process(self, key_id: str, window: int) -> int:
        with self._lock:
            counted_in, count = self._counts.get(key_id, (window, 0))
            count = count + 1 if counted_in == window else 1
            self._counts[key_id] = (window, count)
            return count

"""The newest of what was worked out, so that what is asked again and again is worked out once. In memory only."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most ``limit`` values; the one that was wanted longest ago gives way. Safe for any number of threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[K, V] = {}
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        with self._turn:
            value = self._values.pop(key, None)
            if value is not None:
                self._values[key] = value
        return value

    def keep(self, key: K, value: V) -> None:
        with self._turn:
            self._values[key] = value
            if len(self._values) > self._limit:
                del self._values[next(iter(self._values))]

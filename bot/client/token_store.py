"""Where an access token lies for all processes: sealed, in Redis; without it, in this process alone."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import redis
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.exceptions import LockError, RedisError

logger = logging.getLogger(__name__)

NONCE_BYTES = 12
FINGERPRINT_BYTES = 16
# A fetch takes at most three calls of 8 s and their pauses; a holder that died frees the others after this.
LEASE_SECONDS = 30.0
# After so long somebody else's fetch is given up and done again: ``stable_token`` hands out the same token anyway.
WAIT_SECONDS = 10.0
POLL_SECONDS = 0.03
# Redis is not asked again for so long after it failed.
REST_SECONDS = 5.0

# Forget the token only if it still is the one that was refused: somebody may have put a fresh one there meanwhile.
_FORGET = """
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


@dataclass(frozen=True, slots=True)
class Held:
    value: str = field(repr=False)
    until: float  # by time.monotonic()


class TokenStore:
    """Keeps one token. Every method works with Redis away: then each process holds its own (degraded)."""

    def __init__(
        self, app_id: str, app_secret: str, *, client: redis.Redis | None, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        """``client`` needs socket time-outs (redis-py's default of 5 s will do) and must not decode responses."""
        self._wait_seconds = wait_seconds
        key = hashlib.sha256(b"bianshitong access token\0" + app_secret.encode()).digest()
        self._cipher, self._key, self._app_id = AESGCM(key), key, app_id.encode()
        self._name = f"bst:token:{app_id}"
        self._redis = client
        self._redis_rests_until = 0.0
        self._held: Held | None = None

    def get(self) -> str | None:
        """The token that all processes share; one sealed with another secret counts as absent."""
        sealed: bytes | None = None
        if self._redis_awake():
            try:
                sealed = self._redis.get(self._name)  # type: ignore[union-attr,assignment]
            except RedisError as error:
                self._rest(error)
            else:
                return self._open(sealed) if sealed else None
        held = self._held
        return held.value if held and held.until > time.monotonic() else None

    def put(self, token: str, *, seconds: int) -> None:
        self._held = Held(token, time.monotonic() + seconds)
        if self._redis_awake():
            try:
                self._redis.set(self._name, self._seal(token), ex=seconds)  # type: ignore[union-attr]
            except RedisError as error:
                self._rest(error)

    def forget(self, refused: str) -> None:
        """Compare, then expire: a newer token stays."""
        held = self._held
        if held and held.value == refused:
            self._held = None
        if self._redis_awake():
            try:
                self._redis.eval(_FORGET, 1, self._name, self._fingerprint(refused))  # type: ignore[union-attr]
            except RedisError as error:
                self._rest(error)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One fetch at a time among all processes, as far as Redis can be had; waits ``wait_seconds`` at most."""
        lock = None
        if self._redis_awake():
            assert self._redis is not None
            lock = self._redis.lock(f"{self._name}:lock", timeout=LEASE_SECONDS, sleep=POLL_SECONDS)
            try:
                if not lock.acquire(blocking_timeout=self._wait_seconds):
                    lock = None
            except RedisError as error:
                lock = None
                self._rest(error)
        try:
            yield
        finally:
            if lock is not None:
                self._release(lock)

    def _release(self, lock: redis.lock.Lock) -> None:
        try:
            lock.release()
        except LockError:
            pass  # the lease ran out and somebody else fetches: both get the same token
        except RedisError as error:
            self._rest(error)

    def _redis_awake(self) -> bool:
        return self._redis is not None and time.monotonic() >= self._redis_rests_until

    def _rest(self, error: RedisError) -> None:
        self._redis_rests_until = time.monotonic() + REST_SECONDS
        logger.warning(
            "Redis cannot be had for the access token (%s); this process keeps its own", type(error).__name__
        )

    def _seal(self, token: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return self._fingerprint(token) + nonce + self._cipher.encrypt(nonce, token.encode(), self._app_id)

    def _open(self, sealed: bytes) -> str | None:
        nonce, rest = sealed[FINGERPRINT_BYTES:][:NONCE_BYTES], sealed[FINGERPRINT_BYTES + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, self._app_id).decode()
        except (InvalidTag, ValueError):
            return None

    def _fingerprint(self, token: str) -> bytes:
        return hmac.new(self._key, token.encode(), hashlib.sha256).digest()[:FINGERPRINT_BYTES]

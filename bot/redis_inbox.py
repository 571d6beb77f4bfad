"""The inbox in Redis: each step is one script, one round trip. Commands of Redis 6.2 only.

Keys are ``bst:{account}:{citizen}:…`` with the citizen's pseudonym as the cluster's hash tag; answers and talks are
sealed (AES-256-GCM, bound to their key's name), for they may hold personal data.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import redis
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.exceptions import NoScriptError, RedisError

from bot.inbox import (
    KEEP_SECONDS,
    LEASE_SECONDS,
    MOST_WAITING,
    QUIET_SECONDS,
    Channel,
    Claim,
    Crowded,
    Done,
    Granted,
    InboxAway,
    Joined,
    Lease,
    Mail,
    Outcome,
    Queued,
)
from bot.redis_link import RedisLink

# Redis stands next to us: what is not there within these times is away, and the database takes over.
CONNECT_SECONDS = 0.2
ANSWER_SECONDS = 0.5
TALK_SECONDS = 30 * 60  # a talk that paused for longer starts anew
BATCH = 500  # citizens at a time; others' commands go on between two batches
NONCE_BYTES = 12  # NIST SP 800-38D


def connect(url: str) -> RedisLink:
    """A link that answers or fails quickly and never repeats a script by itself."""
    return RedisLink(url, connect_seconds=CONNECT_SECONDS, answer_seconds=ANSWER_SECONDS)


class _Script:
    def __init__(self, name: str) -> None:
        self.source = (Path(__file__).parent / "lua" / f"{name}.lua").read_text(encoding="utf-8")
        self.digest = hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest()


CLAIM, FINISH, GIVE_UP, TAKE, ABANDON, RENEW, REMIND, FORGET = (
    _Script(name) for name in ("claim", "finish", "give_up", "take", "abandon", "renew", "remind", "forget")
)


class RedisInbox:
    """Implements ``bot.inbox.Inbox`` for one account; ``key`` (32 bytes) seals what is remembered."""

    degraded = False

    def __init__(
        self,
        link: RedisLink,
        *,
        account: str,
        key: bytes,
        lease_seconds: float = LEASE_SECONDS,
        most_waiting: int = MOST_WAITING,
        keep_seconds: float = KEEP_SECONDS,
    ) -> None:
        self._link = link
        self._prefix = f"bst:{account}:"
        self._cipher = AESGCM(key)
        self._lease_seconds = lease_seconds
        self._lease_ms = str(int(lease_seconds * 1000))
        self._most_waiting = str(most_waiting)
        self._keep_ms = str(int(keep_seconds * 1000))

    async def claim(self, mail: Mail, *, owner: str, count: bool, take: bool) -> Claim:
        asked = time.monotonic()
        keys = self._keys(mail)
        flags = ("1" if count else "0", "1" if take else "0")
        told = await self._run(
            CLAIM, keys, owner, mail.member, self._lease_ms, self._most_waiting, *flags, self._keep_ms
        )
        number = int(told[1])
        match told[0]:
            case b"granted":
                lease = Lease(asked + self._lease_seconds)
                talk = self._open(keys[4], told[5])
                return Granted(number, int(told[2]), bool(told[3]), bool(told[4]), talk, owner, lease)
            case b"done":
                return self._done(number, keys[0], told[2], told[3])
            case b"queued":
                return Queued(number)
            case b"joined":
                return Joined(number)
            case _:
                return Crowded(number)

    async def finish(self, mail: Mail, granted: Granted, outcome: Outcome) -> Channel | None:
        keys = self._keys(mail)
        told = await self._run(
            FINISH,
            keys,
            mail.member,
            granted.fence,
            self._seal(keys[0], outcome.answer),
            self._seal(keys[4], outcome.talk),
            TALK_SECONDS * 1000,
            QUIET_SECONDS * 1000 if outcome.looked else 0,
            "1" if outcome.waited_for else "0",
            outcome.late,
            self._keep_ms,
        )
        return None if told is None else Channel(told.decode())

    async def abandon(self, mail: Mail, granted: Granted) -> bool:
        return bool(await self._run(ABANDON, self._keys(mail)[:4], granted.owner, mail.member) == 2)

    async def give_up(self, mail: Mail) -> Done | None:
        key = self._keys(mail)[0]
        told = await self._run(GIVE_UP, (key,))
        return self._done(0, key, *told) if told else None

    async def take(self, mail: Mail, channel: Channel) -> bool:
        return bool(await self._run(TAKE, self._keys(mail)[:1], channel))

    async def renew(self, mail: Mail, granted: Granted) -> bool:
        asked = time.monotonic()
        message, _, leases, _, _ = self._keys(mail)
        kept = await self._run(RENEW, (message, leases), mail.member, granted.fence, self._lease_ms)
        granted.lease.good_until = asked + self._lease_seconds if kept else 0.0
        return bool(kept)

    async def remind(self, citizen: str) -> None:
        await self._run(REMIND, (self._citizen(citizen) + "turn",), self._keep_ms)

    async def forget(self, citizens: list[str]) -> None:
        for start in range(0, len(citizens), BATCH):
            places = map(self._citizen, citizens[start : start + BATCH])
            await asyncio.gather(*(self._run(FORGET, (at + "talk", at + "turn")) for at in places))

    async def leave(self, mail: Mail, owner: str) -> None:
        """Undo a claim whose outcome never came back."""
        await self._run(ABANDON, self._keys(mail)[:4], owner, mail.member)

    async def ping(self) -> None:
        try:
            await self._link.run("PING")
        except (RedisError, OSError) as error:
            raise InboxAway(type(error).__name__) from error

    async def close(self) -> None:
        await self._link.close()

    async def _run(self, script: _Script, keys: Sequence[str], *arguments: Any) -> Any:
        try:
            try:
                return await self._link.run("EVALSHA", script.digest, len(keys), *keys, *arguments)
            except NoScriptError:
                return await self._link.run("EVAL", script.source, len(keys), *keys, *arguments)
        except (RedisError, OSError) as error:
            raise InboxAway(type(error).__name__) from error

    def _citizen(self, citizen: str) -> str:
        return f"{self._prefix}{{{citizen}}}:"

    def _keys(self, mail: Mail) -> tuple[str, str, str, str, str]:
        at = self._citizen(mail.citizen)
        return f"{at}message:{mail.key}", at + "waiting", at + "leases", at + "turn", at + "talk"

    def _done(self, number: int, key: str, answer: bytes, channel: bytes) -> Done:
        """An answer sealed with an earlier key is empty: it was given once, and cannot be given again."""
        return Done(number, self._open(key, answer) or b"", Channel(channel.decode()))

    def _seal(self, place: str, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def _open(self, place: str, sealed: bytes | None) -> bytes | None:
        """``None`` for what is missing or was sealed with another key: it was only a convenience."""
        if not sealed:
            return None
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except InvalidTag:
            return None


def remind_now(client: redis.Redis, *, account: str, citizen: str) -> None:
    """``RedisInbox.remind`` for a caller without an event loop, such as the worker. Errors: ``RedisError``."""
    turn = f"bst:{account}:{{{citizen}}}:turn"
    with client.pipeline(transaction=True) as pipe:
        pipe.hset(turn, "reminded", "1")
        pipe.hdel(turn, "quiet")
        pipe.pexpire(turn, int(KEEP_SECONDS * 1000))
        pipe.execute()

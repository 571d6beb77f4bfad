"""Keys of other programs: handed out once, opened at each request, ended at once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.errors import KnowledgeError
from knowledge.keys.models import ApiKey
from knowledge.staff.rights import EVERYTHING, Scope

LONGEST_NAME = 60  # "api:" before it is the account of what was asked with it, 64 signs
PER_MINUTE, MOST_PER_MINUTE = 120, 6_000  # two a second by default; a hundred is what one process answers at ease
MOST_REGIONS = 50
LISTED = 500  # an office has a handful; ended ones stay in the list
USED_EVERY = timedelta(minutes=5)  # how exact "last used" is: not a write a request

_TOKEN = re.compile(r"bst_([0-9a-f]{12})_([0-9a-f]{48})")
_REGION = re.compile(r"[0-9]{6}")


class KeyScope(StrEnum):
    """What a key opens; the value stands in the table, in the schema and on the command line."""

    KNOWLEDGE = "knowledge"
    DRAFTS = "drafts"
    ASK = "ask"
    INSTITUTIONS = "institutions"
    STATISTICS = "statistics"


class KeyRefused(KnowledgeError):
    """A key that cannot be made as it was asked for; the message says what to put right."""


@dataclass(frozen=True, slots=True)
class Key:
    """An open key. ``regions``: 6-digit codes with all that lies in them; empty: everywhere."""

    id: str
    name: str
    scopes: frozenset[KeyScope]
    regions: tuple[str, ...]
    per_minute: int
    used_at: datetime | None

    @property
    def place(self) -> Scope:
        """Reading covers the nation's rows too."""
        return Scope(tuple((region, None) for region in self.regions)) if self.regions else EVERYTHING

    def used_lately(self, now: datetime) -> bool:
        return self.used_at is not None and now - self.used_at < USED_EVERY


def add_key(
    session: Session,
    *,
    name: str,
    scopes: Collection[KeyScope],
    regions: Sequence[str] = (),
    per_minute: int = PER_MINUTE,
    expires_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> tuple[ApiKey, str]:
    """The row and the whole key as its holder sends it, which nobody can read again. Raises ``KeyRefused``."""
    secret = secrets.token_hex(24)
    row = ApiKey(
        id=secrets.token_hex(6),
        name=_name(session, name),
        secret_digest=_digest(secret),
        scopes=_scopes(scopes),
        regions=_regions(regions),
        per_minute=_per_minute(per_minute),
        created_by=by.name,
        created_at=now,
        expires_at=_end(expires_at, now),
    )
    session.add(row)
    session.flush()
    note(session, actor=by, action="key.added", kind="key", object_id=row.id, at=now, after=_told(row))
    return row, f"bst_{row.id}_{secret}"


def open_key(session: Session, token: str, *, now: datetime) -> Key | None:
    """``None`` for what is no key, has ended or was revoked. One primary-key read: a revoked key ends at once."""
    typed = _TOKEN.fullmatch(token)
    if typed is None:
        return None
    row = session.execute(select(ApiKey).where(ApiKey.id == typed[1])).scalar_one_or_none()
    if row is None or not hmac.compare_digest(row.secret_digest, _digest(typed[2])):
        return None
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    scopes = frozenset(KeyScope(scope) for scope in row.scopes if scope in set(KeyScope))
    return Key(row.id, row.name, scopes, tuple(row.regions), row.per_minute, row.used_at)


def note_use(session: Session, *, key_id: str, now: datetime) -> None:
    """Moves "last used" on, at most every ``USED_EVERY``."""
    earlier = or_(ApiKey.used_at.is_(None), ApiKey.used_at < now - USED_EVERY)
    session.execute(update(ApiKey).where(ApiKey.id == key_id, earlier).values(used_at=now))


def revoke_key(session: Session, *, key_id: str, by: Actor, now: datetime) -> bool:
    """``False`` where there is no such key, or it was revoked before."""
    row = session.get(ApiKey, key_id, with_for_update=True)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at, row.revoked_by = now, by.name
    session.flush()
    note(session, actor=by, action="key.revoked", kind="key", object_id=row.id, at=now, before=_told(row))
    return True


def all_keys(session: Session) -> list[ApiKey]:
    """Newest first, ended ones too; at most ``LISTED``."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc(), ApiKey.id).limit(LISTED)))


def _digest(secret: str) -> str:
    """192 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _told(row: ApiKey) -> dict[str, object]:
    ends = row.expires_at.isoformat() if row.expires_at else None
    limits = {"scopes": row.scopes, "regions": row.regions, "per_minute": row.per_minute}
    return {"name": row.name, **limits, "expires_at": ends}


def _name(session: Session, typed: str) -> str:
    name = typed.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise KeyRefused(f"请给密钥起一个名称，最多 {LONGEST_NAME} 个字，例如使用它的系统名")
    taken = select(ApiKey.id).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))
    if session.execute(taken.limit(1)).first() is not None:
        raise KeyRefused(f"已有一个名为“{name}”的密钥；请换一个名称，或先停用旧的")
    return name


def _scopes(chosen: Collection[KeyScope]) -> list[str]:
    if not chosen:
        raise KeyRefused(f"请至少选一项用途：{'、'.join(KeyScope)}")
    return [scope.value for scope in KeyScope if scope in chosen]


def _regions(typed: Sequence[str]) -> list[str]:
    regions = list(dict.fromkeys(region.strip() for region in typed))
    if wrong := [region for region in regions if not _REGION.fullmatch(region)]:
        raise KeyRefused(f"“{wrong[0][:20]}”不是6位行政区划代码；不限地区时请不要填")
    if len(regions) > MOST_REGIONS:
        raise KeyRefused(f"一个密钥最多限定 {MOST_REGIONS} 个地区；请改填上级地区的代码")
    return regions


def _per_minute(typed: int) -> int:
    if not 1 <= typed <= MOST_PER_MINUTE:
        raise KeyRefused(f"每分钟的次数应在 1 到 {MOST_PER_MINUTE} 之间")
    return typed


def _end(expires_at: datetime | None, now: datetime) -> datetime | None:
    if expires_at is not None and expires_at <= now:
        raise KeyRefused("到期时间应晚于现在")
    return expires_at

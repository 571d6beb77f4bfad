"""Signing in, out and changing a password. No function here commits; the edge does."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.errors import KnowledgeError
from knowledge.staff.models import SignIn, StaffAccount, StaffGrant, StaffSession
from knowledge.staff.rights import CONFIRMED, Grant, Right, Role, rights_of

FIRST_ACCOUNT = "admin"
NOBODY = "首次启动"  # who made the first account
PASSWORD_MIN = 10  # characters; NIST SP 800-63B asks for 8 at least
PASSWORD_MAX = 128  # argon2 would take more, at the cost of our time
FAILURES_BEFORE_LOCK = 5
LOCK_TIME = timedelta(minutes=15)
SESSION_IDLE = timedelta(hours=2)
SESSION_LONGEST = timedelta(hours=12)  # a working day
SEEN_STEP = timedelta(minutes=1)  # how exactly the last use is kept; saves a write a page
ONE_TIME_BYTES = 9  # 72 bits, used once

_hasher = PasswordHasher()
# Verified when the name is unknown, so that a wrong name takes as long as a wrong password.
_UNKNOWN = _hasher.hash(secrets.token_hex(16))


class SignInRefused(KnowledgeError):
    """The message is what the person reads; it never tells whether the name exists."""


class WeakPassword(KnowledgeError):
    """The message says what is missing."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who uses this browser, and what he may. ``token`` is set only right after signing in.

    ``grants``: those that count; one that waits for its confirmation is not among them.
    """

    staff_id: str
    name: str
    must_change: bool
    token: str | None = None
    display_name: str = ""
    grants: tuple[Grant, ...] = ()
    rights: frozenset[Right] = frozenset()


def make_first_account(session: Session, *, now: datetime) -> str | None:
    """The one-time password of ``admin``, a fresh one at each start until somebody has changed it; then ``None``.

    It hands out the roles: by itself it can neither write an entry nor read a ticket.
    """
    accounts = {account.name: account for account in session.scalars(select(StaffAccount))}
    first = accounts.get(FIRST_ACCOUNT)
    # Beside others he may have been given a new password by one of them, which no start may take away.
    if first is not None and first.must_change and (len(accounts) == 1 or first.signed_in_at is None):
        return reset_password(session, name=FIRST_ACCOUNT)
    if accounts:
        return None
    account, password = new_account(name=FIRST_ACCOUNT, display_name="", by=NOBODY, now=now)
    session.add(account)
    session.flush()
    session.add(new_grant(account.id, Grant(Role.ADMIN), by=NOBODY, now=now))
    return password


def new_account(*, name: str, display_name: str, by: str, now: datetime) -> tuple[StaffAccount, str]:
    """A row for the caller to add, and the one-time password that opens it."""
    password = secrets.token_urlsafe(ONE_TIME_BYTES)
    account = StaffAccount(
        id=str(uuid.uuid4()),
        name=name,
        display_name=display_name,
        password_hash=_hasher.hash(password),
        must_change=True,
        created_at=now,
        created_by=by,
    )
    return account, password


def new_grant(staff_id: str, grant: Grant, *, by: str, now: datetime, counts: bool = True) -> StaffGrant:
    """A row for the caller to add. ``counts`` false: it waits for its confirmation."""
    return StaffGrant(
        id=str(uuid.uuid4()),
        staff_id=staff_id,
        role=grant.role.value,
        region=grant.region,
        topic=grant.topic,
        granted_by=by,
        granted_at=now,
        confirmed_at=now if counts and grant.role in CONFIRMED else None,
    )


def reset_password(session: Session, *, name: str) -> str:
    """A new one-time password; every session of the account ends and a lock is lifted."""
    account = session.scalar(select(StaffAccount).where(StaffAccount.name == name))
    if account is None:
        raise SignInRefused(f"没有名为 {name} 的账号")
    password = secrets.token_urlsafe(ONE_TIME_BYTES)
    account.password_hash, account.must_change = _hasher.hash(password), True
    account.failures, account.locked_until = 0, None
    session.execute(delete(StaffSession).where(StaffSession.staff_id == account.id))
    return password


def sign_in(session: Session, *, name: str, password: str, host: str, now: datetime) -> SignedIn:
    """Raises ``SignInRefused``; the caller commits in either case, for the count of failures is kept too."""
    account = session.scalar(select(StaffAccount).where(StaffAccount.name == name).with_for_update())
    if account is not None and account.locked_until is not None and account.locked_until > now:
        _log(session, name=name, outcome="locked", host=host, now=now)
        raise SignInRefused("尝试次数过多，账号已暂时锁定；请 15 分钟后再试")
    if not _verify(account.password_hash if account else _UNKNOWN, password) or account is None:
        _count_failure(account, now)
        _log(session, name=name, outcome="refused", host=host, now=now)
        raise SignInRefused("用户名或密码不正确；请核对后重试")
    if not account.active:
        _log(session, name=name, outcome="disabled", host=host, now=now)
        raise SignInRefused("账号已停用；请联系管理员")
    account.failures, account.locked_until, account.signed_in_at = 0, None, now
    _log(session, name=name, outcome="signed_in", host=host, now=now)
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(id=_fingerprint(token), staff_id=account.id, started_at=now, seen_at=now))
    granted = session.scalars(select(StaffGrant).where(StaffGrant.staff_id == account.id).order_by(StaffGrant.id))
    return _signed_in(account, list(granted), token)


def who(session: Session, *, token: str | None, now: datetime) -> SignedIn | None:
    """Whose browser this is, or ``None`` for an unknown, idle or outworn session, or a disabled account.

    One query, with the grants: a right taken back is gone at the next click.
    """
    if not token:
        return None
    found = session.execute(
        select(StaffSession, StaffAccount, StaffGrant)
        .join(StaffAccount, StaffAccount.id == StaffSession.staff_id)
        .outerjoin(StaffGrant, StaffGrant.staff_id == StaffAccount.id)
        .where(StaffSession.id == _fingerprint(token))
        .order_by(StaffGrant.id)
    ).all()
    if not found or not found[0].StaffAccount.active:
        return None
    signed, account = found[0].StaffSession, found[0].StaffAccount
    if now - signed.seen_at > SESSION_IDLE or now - signed.started_at > SESSION_LONGEST:
        session.delete(signed)
        return None
    if now - signed.seen_at > SEEN_STEP:
        signed.seen_at = now
    return _signed_in(account, [row.StaffGrant for row in found if row.StaffGrant is not None])


def _signed_in(account: StaffAccount, granted: Sequence[StaffGrant], token: str | None = None) -> SignedIn:
    grants = tuple(grant_of(row) for row in granted if counts(row))
    return SignedIn(
        account.id,
        account.name,
        account.must_change,
        token,
        display_name=account.display_name or account.name,
        grants=grants,
        rights=rights_of(grants),
    )


def grant_of(row: StaffGrant) -> Grant:
    return Grant(Role(row.role), row.region, row.topic)


def counts(row: StaffGrant) -> bool:
    """Whether it brings its rights already."""
    return Role(row.role) not in CONFIRMED or row.confirmed_at is not None


def sign_out(session: Session, *, token: str | None, host: str, now: datetime) -> None:
    """Ends the session in the table, so that a copied cookie is worth nothing."""
    signed = who(session, token=token, now=now)
    if signed is not None and token:
        session.execute(delete(StaffSession).where(StaffSession.id == _fingerprint(token)))
        _log(session, name=signed.name, outcome="signed_out", host=host, now=now)


def change_password(
    session: Session, *, staff_id: str, old: str, new: str, token: str | None, host: str, now: datetime
) -> None:
    """Raises ``SignInRefused`` for a wrong old one and ``WeakPassword``; every other session of the account ends."""
    account = session.get_one(StaffAccount, staff_id)
    if not _verify(account.password_hash, old):
        raise SignInRefused("原密码不正确；请重新输入")
    _check_strength(new, old=old, name=account.name)
    account.password_hash, account.must_change = _hasher.hash(new), False
    session.execute(
        delete(StaffSession).where(
            StaffSession.staff_id == staff_id, StaffSession.id != (_fingerprint(token) if token else "")
        )
    )
    _log(session, name=account.name, outcome="password_changed", host=host, now=now)


def _check_strength(new: str, *, old: str, name: str) -> None:
    if not PASSWORD_MIN <= len(new) <= PASSWORD_MAX:
        raise WeakPassword(f"新密码应为 {PASSWORD_MIN} 到 {PASSWORD_MAX} 个字符；请换一个")
    if new == old or name.lower() in new.lower():
        raise WeakPassword("新密码不能与原密码相同，也不能包含用户名；请换一个")
    if len(set(new)) < PASSWORD_MIN // 2:
        raise WeakPassword("新密码过于简单；请多用几种不同的字符")


def _verify(password_hash: str, password: str) -> bool:
    if len(password) > PASSWORD_MAX:
        return False
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _count_failure(account: StaffAccount | None, now: datetime) -> None:
    if account is None:
        return
    account.failures += 1
    if account.failures >= FAILURES_BEFORE_LOCK:
        account.failures, account.locked_until = 0, now + LOCK_TIME


def _log(session: Session, *, name: str, outcome: str, host: str, now: datetime) -> None:
    session.add(SignIn(id=str(uuid.uuid4()), at=now, name=name[:64], outcome=outcome, host=host[:64]))


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

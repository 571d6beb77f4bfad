"""Staff of the tests: an account with roles, made as the console would have made it."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy.orm import Session, sessionmaker

from knowledge.staff.accounts import make_first_account
from knowledge.staff.models import StaffAccount, StaffGrant
from knowledge.staff.rights import Role

GOOD_PASSWORD = "晨光 2026 secure"


def first_password(sessions: sessionmaker[Session], now: datetime) -> str:
    with sessions.begin() as session:
        password = make_first_account(session, now=now)
    assert password is not None
    return password


def hire(
    sessions: sessionmaker[Session],
    *roles: Role,
    name: str,
    now: datetime,
    region: str | None = None,
    topic: str | None = None,
) -> str:
    """The id of an account that signs in with ``GOOD_PASSWORD``; every grant is confirmed."""
    staff_id = str(uuid.uuid4())
    with sessions.begin() as session:
        session.add(StaffAccount(id=staff_id, name=name, password_hash=_hash(), must_change=False, created_at=now))
        session.flush()
        for role in roles:
            session.add(
                StaffGrant(
                    id=str(uuid.uuid4()), staff_id=staff_id, role=role.value, region=region, topic=topic,
                    granted_by="test", granted_at=now, confirmed_by="test", confirmed_at=now,
                )
            )  # fmt: skip
    return staff_id


@cache
def _hash() -> str:
    """As cheap as argon2 makes it: at full cost, signing in would take as long as all else that most tests do. The
    product's own cost is tried by the first account and by whoever is made by the product itself."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD_PASSWORD)

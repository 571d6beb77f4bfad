"""Staff of the tests: an account with roles, made as the console would have made it."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy.orm import Session, sessionmaker

from knowledge.staff.models import StaffAccount, StaffGrant
from knowledge.staff.rights import Role

GOOD_PASSWORD = "晨光 2026 secure"


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
    """Made once: a hash takes as long as a test."""
    return PasswordHasher().hash(GOOD_PASSWORD)

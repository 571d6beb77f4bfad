"""Who went on after reading which version of the privacy statement, and when."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.people.models import Consent


def has_consented(session: Session, *, account: str, citizen: str, version: str | None = None) -> bool:
    """To this version, or to any where none is named."""
    query = select(Consent.id).where(Consent.account == account, Consent.citizen == citizen)
    if version is not None:
        query = query.where(Consent.version == version)
    return session.execute(query).first() is not None


def record_consent(session: Session, *, account: str, citizen: str, version: str, now: datetime) -> None:
    """The first time counts; the same version again changes nothing."""
    if has_consented(session, account=account, citizen=citizen, version=version):
        return
    session.add(Consent(id=str(uuid.uuid4()), account=account, citizen=citizen, version=version, given_at=now))
    session.flush()

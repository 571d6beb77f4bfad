"""Local facts that answers needed and the account lacks: counted for staff, one row a fact and entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.faq.models import KnowledgeGap

GAPS_LIMIT = 500  # more than all placeholders of all entries of one account


def count_gaps(session: Session, *, gaps: Sequence[tuple[str, str, str, datetime]]) -> None:
    """Each gap is (account, entry id, placeholder, when). Counts it; the caller commits."""
    for account, entry_id, placeholder, at in sorted(gaps):
        known = session.scalars(
            select(KnowledgeGap).where(
                KnowledgeGap.account == account,
                KnowledgeGap.entry_id == entry_id,
                KnowledgeGap.placeholder == placeholder,
            )
        ).one_or_none()
        if known is None:
            known = KnowledgeGap(account=account, entry_id=entry_id, placeholder=placeholder, times=0, last_at=at)
            session.add(known)
        known.times += 1
        known.last_at = max(known.last_at, at)
        session.flush()


def open_gaps(session: Session, *, account: str | None = None, limit: int = GAPS_LIMIT) -> list[KnowledgeGap]:
    """The facts missed most often first."""
    query = select(KnowledgeGap).order_by(KnowledgeGap.times.desc(), KnowledgeGap.id).limit(min(limit, GAPS_LIMIT))
    if account is not None:
        query = query.where(KnowledgeGap.account == account)
    return list(session.scalars(query))

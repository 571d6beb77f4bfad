"""Groups whose questions are all gone go too: their wordings are citizens' words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from knowledge.faq.questions import KEPT
from knowledge.missed.models import MissedGroup, MissedWaiter


def purge_groups(session: Session, *, now: datetime, limit: int) -> int:
    """Those last asked longer ago than questions are kept, and awaited by nobody; how many went. No commit."""
    awaited = exists().where(MissedWaiter.group_id == MissedGroup.id)
    old = select(MissedGroup.id).where(MissedGroup.last_at < now - KEPT, ~awaited)
    doomed = old.order_by(MissedGroup.last_at, MissedGroup.id).limit(limit)
    gone = session.execute(
        delete(MissedGroup).where(MissedGroup.id.in_(doomed)), execution_options={"synchronize_session": False}
    )
    assert isinstance(gone, CursorResult)
    return gone.rowcount

"""What was asked, de-identified, and what was answered: the record, kept for a stated time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Float, Index, Integer, String, Text, delete, insert, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.faq.gaps import count_gaps
from knowledge.store.base import Base
from knowledge.store.types import Instant

# The console's numbers look at a year and a day at most, and a month's report is compared with the same month of the
# year before; a month more for whoever writes it late. Nobody asks for older words of citizens, so they are not kept.
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRecord:
    """``text`` is de-identified before it gets here, and empty where the question was sensitive.

    ``decision``: answer | choices | none | sensitive | chitchat | elsewhere (another office's matter) | useless (the
    citizen said 没用).
    ``unfilled``: names of local facts that the answer lacked; they become gaps for staff.
    ``milliseconds``: from the message's arrival to its answer, filled in by whoever writes the record.
    """

    account: str
    region: str | None
    asked_at: datetime
    text: str
    decision: str
    entry_id: str | None
    confidence: float
    base_version: str
    unfilled: tuple[str, ...] = ()
    milliseconds: int | None = None


class Question(Base):
    """One asked question. No citizen is named.

    ``group_id``: the group of missed questions it belongs to; ``milliseconds``: how long the answer took.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_missed", "decision", "handled_at", "asked_at"),
        Index("ix_questions_entry", "entry_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(64))
    region: Mapped[str | None] = mapped_column(String(6))
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)
    text: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[str | None] = mapped_column(String(64))
    confidence: Mapped[float] = mapped_column(Float)
    base_version: Mapped[str] = mapped_column(String(64))
    handled_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    group_id: Mapped[str | None] = mapped_column(String(36), default=None, index=True)
    milliseconds: Mapped[int | None] = mapped_column(Integer, default=None)


_INSERT = insert(Base.metadata.tables[Question.__tablename__])  # not the ORM's, which looks at each row once more


def save_questions(session: Session, records: Sequence[QuestionRecord]) -> None:
    """One insert for all, and the gaps they showed; the caller commits."""
    if not records:
        return
    session.execute(_INSERT, [_row(record) for record in records])
    count_gaps(
        session,
        gaps=[
            (record.account, record.entry_id, placeholder, record.asked_at)
            for record in records
            if record.entry_id is not None
            for placeholder in record.unfilled
        ],
    )


def purge_questions(session: Session, *, now: datetime, limit: int) -> int:
    """Drops what is older than ``KEPT``, the oldest first, at most ``limit``; how many went. The caller commits."""
    old = select(Question.id).where(Question.asked_at < now - KEPT).order_by(Question.asked_at, Question.id)
    gone = session.execute(
        delete(Question).where(Question.id.in_(old.limit(limit))), execution_options={"synchronize_session": False}
    )
    assert isinstance(gone, CursorResult)
    return gone.rowcount


def _row(record: QuestionRecord) -> dict[str, object]:
    return {
        "account": record.account,
        "region": record.region,
        "asked_at": record.asked_at,
        "text": record.text,
        "decision": record.decision,
        "entry_id": record.entry_id,
        "confidence": record.confidence,
        "base_version": record.base_version,
        "milliseconds": record.milliseconds,
    }

"""How often answers helped and did not, counted from the record of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from knowledge.faq.questions import Question

USEFUL, USELESS = "useful", "useless"


@dataclass(frozen=True, slots=True)
class Helped:
    """Citizens who said 有用, and who said 没用."""

    useful: int = 0
    useless: int = 0


def helped_since(session: Session, since: datetime) -> Helped:
    """All entries together; dealt with or not."""
    return _counted(session, Question.asked_at >= since).get(None, Helped())


def helped_by_entry(session: Session, entry_ids: Sequence[str]) -> Mapping[str | None, Helped]:
    """From the beginning of the record. An entry of which nobody said either is missing."""
    return _counted(session, Question.entry_id.in_(entry_ids), by_entry=True)


def _counted(session: Session, which: ColumnElement[bool], *, by_entry: bool = False) -> dict[str | None, Helped]:
    useful, useless = (func.count(Question.id).filter(Question.decision == said) for said in (USEFUL, USELESS))
    said = select(useful, useless).where(
        which, Question.decision.in_((USEFUL, USELESS)), Question.entry_id.is_not(None)
    )
    if not by_entry:
        return {None: Helped(*session.execute(said).one())}
    rows = session.execute(said.add_columns(Question.entry_id).group_by(Question.entry_id))
    return {entry_id: Helped(yes, no) for yes, no, entry_id in rows}

"""The round that puts missed questions into groups, so that curators see a meaning and not a hundred lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.worker.rounds import Round
from knowledge.faq.service import FaqService
from knowledge.missed.gathering import known_groups, put, ungrouped
from knowledge.missed.grouping import sort_out

NAME = "group_missed"
EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMissed:
    """``reading``: sessions that hold no lock while the groups are indexed. Costs two short looks when all is done."""

    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    faq: FaqService

    def __call__(self, now: datetime) -> None:
        with self.reading() as session:
            wordings = ungrouped(session)
            if not wordings:
                return
            self.faq.refresh(session)  # the words that curators have added meanwhile
            meanings = known_groups(session)
        placings = sort_out(wordings, meanings, faq=self.faq, now=now)
        with self.sessions.begin() as session:
            put(session, placings, now=now)


def group_missed(sessions: sessionmaker[Session], reading: sessionmaker[Session], faq: FaqService) -> Round:
    return Round(NAME, EVERY, GroupMissed(sessions=sessions, reading=reading, faq=faq))

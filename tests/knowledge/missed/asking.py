"""Questions asked in vain, put into groups without a worker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.faq.questions import QuestionRecord, save_questions
from knowledge.faq.service import FaqService
from knowledge.missed.gathering import known_groups, put, ungrouped
from knowledge.missed.grouping import sort_out
from knowledge.missed.models import MissedGroup
from knowledge.missed.states import GroupState
from knowledge.missed.waiters import wait_for
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.faq.base import entry, service_of

MISSED = QuestionRecord(
    account="city", region=None, asked_at=NOON, text="", decision="none", entry_id=None, confidence=0.1,
    base_version="7",
)  # fmt: skip


def base() -> FaqService:
    return service_of(entry("K1", "借书卡丢了怎么办？"))


def asked(text: str, **fields: object) -> QuestionRecord:
    return replace(MISSED, text=text, **fields)  # type: ignore[arg-type]


def save(session: Session, *records: QuestionRecord) -> None:
    save_questions(session, records)
    session.commit()


def gather(session: Session, *, now: datetime = NOON, faq: FaqService | None = None) -> int:
    """All that waits for a group, as the worker's rounds do it; how many found theirs."""
    faq, done = faq or base(), 0
    while wordings := ungrouped(session):
        placings = sort_out(wordings, known_groups(session), faq=faq, now=now)
        done += put(session, placings, now=now)
        session.commit()
    return done


def groups(session: Session, *states: str) -> list[MissedGroup]:
    """Those of the list, most asked first."""
    session.expire_all()
    query = select(MissedGroup).where(MissedGroup.merged_into.is_(None))
    if states:
        query = query.where(MissedGroup.state.in_(states))
    return list(session.scalars(query.order_by(MissedGroup.times.desc(), MissedGroup.question)))


def group_of(session: Session, *texts: str) -> MissedGroup:
    """One open group of these, the first asked of all."""
    save(session, *map(asked, texts))
    gather(session)
    [group] = [each for each in groups(session, GroupState.OPEN) if each.question == texts[0]]
    return group


def wish(
    session: Session, question: str, vault: Vault, *, citizens: Iterable[str] = ("c1",), region: str | None = None
) -> None:
    for citizen in citizens:
        assert wait_for(
            session, account="city", citizen=citizen, openid=f"o-{citizen}", question=question, region=region,
            now=NOON, vault=vault,
        )  # fmt: skip
    session.commit()

"""Recorded questions and their groups are dropped in time, in bounded pieces."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.worker.retention import purge_old
from knowledge.faq.questions import KEPT, Question, purge_questions
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.retention import purge_groups
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.missed.asking import asked, gather, groups, save, wish

OLD, YOUNG = NOON - KEPT - timedelta(seconds=1), NOON - KEPT


def test_questions_go_after_400_days_the_oldest_first(session: Session) -> None:
    assert KEPT.days == 400
    save(session, asked("新", asked_at=YOUNG), *(asked(f"旧{n}", asked_at=OLD - timedelta(days=n)) for n in range(3)))
    assert purge_questions(session, now=NOON, limit=2) == 2
    assert {question.text for question in session.query(Question)} == {"新", "旧0"}
    assert purge_questions(session, now=NOON, limit=2) == 1
    assert purge_questions(session, now=NOON, limit=2) == 0


def test_a_group_goes_with_its_questions_unless_somebody_waits(session: Session, vault: Vault) -> None:
    save(session, asked("公章刻错了怎么办", asked_at=OLD), asked("无人机要登记吗", asked_at=YOUNG))
    save(session, asked("图书馆周末开门吗", asked_at=OLD))
    gather(session)
    wish(session, "图书馆周末开门吗", vault)
    gather(session)
    purge_groups(session, now=NOON, limit=10)
    assert {group.question for group in groups(session)} == {"无人机要登记吗", "图书馆周末开门吗"}


def test_the_daily_rounds_drop_all_that_is_too_old(sessions: sessionmaker[Session], vault: Vault) -> None:
    with sessions() as session:
        save(session, *(asked("公章刻错了怎么办", asked_at=OLD) for _ in range(5)), asked("无人机要登记吗"))
        wish(session, "公章刻错了怎么办", vault)
        gather(session)
        session.query(MissedWaiter).update({"asked_at": NOON - timedelta(days=181)})
        session.query(MissedGroup).filter_by(question="公章刻错了怎么办").update({"last_at": OLD})
        session.commit()
    for _ in range(2):  # the group is awaited until the wish has gone: the next day takes it
        for each in purge_old(sessions):
            each.run(NOON)
    with sessions() as session:
        assert session.query(MissedWaiter).count() == 0
        assert [question.text for question in session.query(Question)] == ["无人机要登记吗"]
        assert [group.question for group in groups(session)] == ["无人机要登记吗"]

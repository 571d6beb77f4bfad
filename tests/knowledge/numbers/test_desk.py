"""How long citizens waited for the first answer to a feedback."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.feedback.history import add_event
from knowledge.feedback.kinds import EventKind, TicketStatus
from knowledge.numbers.days import Period
from knowledge.numbers.desk import first_answers
from knowledge.numbers.questions import Times
from knowledge.numbers.selection import Selection
from knowledge.staff.rights import Scope
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.feedback_tickets import filed

TODAY = Period(date(2026, 11, 23), date(2026, 11, 23))
AFTER = {  # a citizen: what was said to him, and how long after
    "a": [(TicketStatus.ACCEPTED, timedelta(minutes=5)), (TicketStatus.REPLIED, timedelta(hours=3, minutes=59))],
    "b": [(TicketStatus.REPLIED, timedelta(hours=30)), (TicketStatus.CLOSED, timedelta(hours=99))],
    "c": [(TicketStatus.REJECTED, timedelta(minutes=59, seconds=59, microseconds=999_999))],
    "d": [(TicketStatus.PROCESSING, timedelta(hours=1))],
}


@pytest.fixture
def asked(session: Session, vault: Vault) -> Session:
    for citizen, events in AFTER.items():
        ticket = filed(session, vault, citizen=citizen)
        for status, after in events:
            add_event(
                session, ticket_id=ticket.ticket_id, kind=EventKind.STATUS, at=NOON + after, vault=vault, status=status
            )
    filed(session, vault, citizen="e", now=NOON - timedelta(hours=12, seconds=1))
    return session


def test_the_first_answer_counts_in_whole_hours(asked: Session) -> None:
    assert first_answers(asked, Selection(period=TODAY)) == (4, Times(3, p50=3, p95=30))


def test_only_feedback_of_ones_own_region_is_counted(asked: Session) -> None:
    assert first_answers(asked, Selection(period=TODAY, region="320000")) == (0, Times(0))
    assert first_answers(asked, Selection(period=TODAY, scope=Scope((("320300", None),)))) == (0, Times(0))
    assert first_answers(asked, Selection(period=TODAY, scope=Scope((("990000", "登记"),))))[0] == 4

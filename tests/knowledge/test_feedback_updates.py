"""What the platform says: applied once and in order, sealed, and told at most once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from knowledge.feedback.history import history
from knowledge.feedback.kinds import NoticeState, TicketStatus
from knowledge.feedback.models import Ticket
from knowledge.feedback.notices import mark_told, open_notice, told_by_visit, waiting_notices
from knowledge.feedback.queries import unknown_updates
from knowledge.feedback.updates import Applied, apply_platform_update
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.feedback_tickets import filed

REPLY = "请带单位公函到登记窗口。"


@pytest.fixture
def told() -> list[str]:
    return []


def update(session: Session, vault: Vault, told: list[str], reference: str, **changes: Any) -> Applied:
    fields: dict[str, Any] = {
        "status": TicketStatus.REPLIED,
        "reply": REPLY,
        "department": "登记科",
        "sequence": 1,
        "webhook_id": "w-1",
        "destination": "default",
        "occurred_at": NOON + timedelta(days=1),
    }
    return apply_platform_update(
        session, reference=reference, now=NOON + timedelta(days=1), vault=vault, tell=told.append, **(fields | changes)
    )


def test_an_update_moves_the_ticket_and_is_told(session: Session, vault: Vault, told: list[str]) -> None:
    ticket = filed(session, vault)
    assert update(session, vault, told, ticket.reference) == "applied"
    row = session.get_one(Ticket, ticket.ticket_id)
    assert (row.status, row.department) == ("replied", "登记科")
    [_, line] = history(session, ticket_id=ticket.ticket_id, vault=vault)
    assert (line.status, line.text) == (TicketStatus.REPLIED, REPLY)
    [notice_id] = told
    notice = open_notice(session, notice_id=notice_id, vault=vault)
    assert notice is not None
    assert (notice.reference, notice.openid, notice.text) == (ticket.reference, "o-openid", REPLY)
    assert REPLY not in repr(notice)


def test_a_repeated_id_and_an_old_sequence_change_nothing(session: Session, vault: Vault, told: list[str]) -> None:
    ticket = filed(session, vault)
    update(session, vault, told, ticket.reference, sequence=5)
    assert update(session, vault, told, ticket.reference, sequence=6) == "repeated"
    for sequence in (5, 4):
        again = update(
            session,
            vault,
            told,
            ticket.reference,
            sequence=sequence,
            webhook_id=f"w-{sequence}",
            status=TicketStatus.CLOSED,
        )
        assert again == "repeated"
    assert session.get_one(Ticket, ticket.ticket_id).status == "replied"
    assert len(told) == 1


def test_events_in_the_wrong_order_end_in_the_newest(session: Session, vault: Vault, told: list[str]) -> None:
    ticket = filed(session, vault)
    for sequence, status in ((2, TicketStatus.CLOSED), (1, TicketStatus.ACCEPTED), (3, TicketStatus.PROCESSING)):
        update(session, vault, told, ticket.reference, sequence=sequence, webhook_id=f"w{sequence}", status=status)
    row = session.get_one(Ticket, ticket.ticket_id)
    assert row.status == "processing"
    assert row.closed_at is None


def test_sequences_are_counted_for_each_ticket(session: Session, vault: Vault, told: list[str]) -> None:
    one, other = filed(session, vault), filed(session, vault, citizen="c-2")
    assert update(session, vault, told, one.reference, sequence=9, webhook_id="a") == "applied"
    assert update(session, vault, told, other.reference, sequence=1, webhook_id="b") == "applied"


def test_an_unknown_reference_is_kept_for_staff_and_may_become_known(
    session: Session, vault: Vault, told: list[str]
) -> None:
    for _ in range(2):
        assert update(session, vault, told, "F20261123-001") == "unknown"
    assert [one.reference for one in unknown_updates(session)] == ["F20261123-001"]
    ticket = filed(session, vault)
    assert update(session, vault, told, ticket.reference) == "applied"


def test_another_destination_cannot_move_a_ticket(session: Session, vault: Vault, told: list[str]) -> None:
    ticket = filed(session, vault)
    session.get_one(Ticket, ticket.ticket_id).destination = "default"
    assert update(session, vault, told, ticket.reference, destination="elsewhere") == "unknown"
    assert session.get_one(Ticket, ticket.ticket_id).status == "submitted"


def test_a_step_in_between_without_words_is_not_pushed(session: Session, vault: Vault, told: list[str]) -> None:
    ticket = filed(session, vault)
    update(session, vault, told, ticket.reference, status=TicketStatus.ASSIGNED, reply=None)
    assert told == []
    update(session, vault, told, ticket.reference, status=TicketStatus.ASSIGNED, sequence=2, webhook_id="w-2")
    assert len(told) == 1


def test_a_notice_is_told_by_the_first_channel_that_takes_it(session: Session, vault: Vault, told: list[str]) -> None:
    ticket = filed(session, vault)
    update(session, vault, told, ticket.reference)
    [waiting] = waiting_notices(session, account="default", citizen="c-1", vault=vault)
    assert waiting_notices(session, account="default", citizen="c-2", vault=vault) == []
    assert mark_told(session, notice_id=waiting.id, state=NoticeState.MAYBE, channel="push", at=NOON)
    assert len(waiting_notices(session, account="default", citizen="c-1", vault=vault)) == 1
    assert mark_told(session, notice_id=waiting.id, state=NoticeState.DELIVERED, channel="next", at=NOON)
    assert not mark_told(session, notice_id=waiting.id, state=NoticeState.DELIVERED, channel="push", at=NOON)
    assert waiting_notices(session, account="default", citizen="c-1", vault=vault) == []


def test_who_reads_the_history_needs_no_notice_any_more(session: Session, vault: Vault, told: list[str]) -> None:
    ticket = filed(session, vault)
    update(session, vault, told, ticket.reference)
    told_by_visit(session, ticket_id=ticket.ticket_id, at=NOON)
    assert waiting_notices(session, account="default", citizen="c-1", vault=vault) == []

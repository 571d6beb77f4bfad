"""What a citizen adds later: after the feedback itself, in order, one frozen body, under a key of its own."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from api.platform import contract
from knowledge.feedback import attachments, entries, forwarding
from knowledge.feedback import entry_forwarding as on_its_way
from knowledge.feedback.draft_content import MAX_MEDIA, DraftMedia
from knowledge.feedback.entries import MAX_TICKET_MEDIA, Added, add_entry
from knowledge.feedback.forwarding import NextMove
from knowledge.feedback.history import history
from knowledge.feedback.kinds import AttachmentKind, AttemptOutcome, EventKind, ForwardState, TicketStatus
from knowledge.feedback.models import Ticket, TicketEntry
from knowledge.feedback.queries import attempts
from knowledge.people.erasure import erase_citizen
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.feedback_tickets import filed

PNG = b"\x89PNG\r\n\x1a\n picture"
WORDS = "补充：窗口是三号，我的电话13800138000。"


def pictures(*names: str) -> list[DraftMedia]:
    return [DraftMedia(AttachmentKind.IMAGE, name) for name in names]


def add(session: Session, vault: Vault, ticket_id: str, text: str | None = WORDS, *names: str) -> Added:
    return add_entry(session, ticket_id=ticket_id, text=text, media=pictures(*names), at=NOON, vault=vault)


def entry_of(session: Session, vault: Vault, ticket_id: str, text: str | None = WORDS, *names: str) -> str:
    entry_id = add(session, vault, ticket_id, text, *names).entry_id
    assert entry_id is not None
    return entry_id


def arrive(session: Session, vault: Vault, ticket_id: str) -> None:
    forwarding.mark_forwarded(session, ticket_id=ticket_id, platform_id="p-1", at=NOON, vault=vault)


def start(session: Session, entry_id: str) -> NextMove:
    return on_its_way.start_entry(session, entry_id=entry_id, at=NOON)


def attempt(session: Session, vault: Vault, entry_id: str, outcome: AttemptOutcome) -> None:
    on_its_way.record_entry_attempt(
        session, entry_id=entry_id, outcome=outcome, status=None, detail="", at=NOON, vault=vault
    )


def sent(session: Session, vault: Vault, entry_id: str) -> bytes:
    parcel = on_its_way.frozen_entry(session, entry_id=entry_id, vault=vault)
    assert parcel is not None
    return parcel.body


def test_the_body_fits_the_contract_and_holds_words_and_files(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault, pictures=1)
    added = add(session, vault, ticket.ticket_id, WORDS, "there", "lapsed")
    assert added.entry_id is not None
    there, lapsed = added.attachment_ids
    attachments.give_up(session, attachment_id=ticket.attachment_ids[0], at=NOON)
    arrive(session, vault, ticket.ticket_id)
    assert start(session, added.entry_id) is NextMove.WAIT
    attachments.store_content(session, attachment_id=there, content=PNG, media_type="image/png", at=NOON, vault=vault)
    attachments.give_up(session, attachment_id=lapsed, at=NOON)
    assert start(session, added.entry_id) is NextMove.SEND
    parcel = on_its_way.frozen_entry(session, entry_id=added.entry_id, vault=vault)
    assert parcel is not None
    assert parcel.reference == ticket.reference
    body = json.loads(parcel.body)
    contract.check("Entry", body)
    assert (body["kind"], body["text"], body["grade"]) == ("message", WORDS, None)
    assert body["submitted_at"] == "2026-11-23T12:00:00+08:00"
    fetched, missing = body["attachments"]
    assert (fetched["name"], missing["missing"]) == ("image-2.png", True)


def test_what_was_added_is_no_part_of_the_feedbacks_own_body(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    add(session, vault, ticket.ticket_id, WORDS, "later")
    body = forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON)
    assert body is not None
    assert json.loads(body)["attachments"] == []


def test_an_entry_waits_for_the_feedback_and_for_what_was_added_before(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    first, second = (entry_of(session, vault, ticket.ticket_id) for _ in range(2))
    assert start(session, first) is NextMove.WAIT
    arrive(session, vault, ticket.ticket_id)
    assert start(session, second) is NextMove.WAIT
    assert start(session, first) is NextMove.SEND
    assert start(session, second) is NextMove.WAIT
    attempt(session, vault, first, AttemptOutcome.ACCEPTED)
    on_its_way.mark_entry_forwarded(session, entry_id=first, platform_id="e-1", at=NOON)
    assert start(session, first) is NextMove.NOTHING
    assert start(session, second) is NextMove.SEND


def test_the_body_is_frozen_sealed_and_dropped_once_it_has_arrived(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    entry_id = entry_of(session, vault, ticket.ticket_id)
    first = sent(session, vault, entry_id)
    row = session.get_one(TicketEntry, entry_id)
    row.added_at = NOON + timedelta(days=1)
    session.flush()
    assert sent(session, vault, entry_id) == first
    assert row.body_sealed is not None
    assert "三号".encode() not in row.body_sealed
    for later in (NOON, NOON + timedelta(hours=1)):
        on_its_way.mark_entry_forwarded(session, entry_id=entry_id, platform_id="e-1", at=later)
    assert (row.forward_state, row.platform_id, row.forwarded_at) == (ForwardState.FORWARDED, "e-1", NOON)
    assert row.body_sealed is None
    assert on_its_way.frozen_entry(session, entry_id=entry_id, vault=vault) is None


@pytest.mark.parametrize("outcome", [AttemptOutcome.RETRY, AttemptOutcome.UNCLEAR])
def test_after_an_unclear_outcome_the_same_bytes_are_sent_again(
    session: Session, vault: Vault, outcome: AttemptOutcome
) -> None:
    ticket = filed(session, vault)
    entry_id = entry_of(session, vault, ticket.ticket_id)
    arrive(session, vault, ticket.ticket_id)
    assert start(session, entry_id) is NextMove.SEND
    first = sent(session, vault, entry_id)
    attempt(session, vault, entry_id, outcome)
    assert start(session, entry_id) is NextMove.SEND
    assert sent(session, vault, entry_id) == first
    assert start(session, entry_id) is NextMove.SEND  # its worker died in the middle


def test_a_refusal_is_final_until_staff_sends_again_and_holds_nothing_up(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    first, second = (entry_of(session, vault, ticket.ticket_id) for _ in range(2))
    arrive(session, vault, ticket.ticket_id)
    start(session, first)
    attempt(session, vault, first, AttemptOutcome.REFUSED)
    assert start(session, first) is NextMove.NOTHING
    assert session.get_one(Ticket, ticket.ticket_id).entries_state == ForwardState.REFUSED
    assert start(session, second) is NextMove.SEND
    [kept] = attempts(session, ticket_id=ticket.ticket_id, vault=vault)
    assert (kept.number, kept.entry_id, kept.outcome) == (1, first, "refused")
    assert on_its_way.send_entries_again(session, ticket_id=ticket.ticket_id) == [first, second]
    assert start(session, first) is NextMove.SEND


def test_an_entry_of_a_refused_feedback_is_sent_when_that_is_sent_again(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    entry_id = entry_of(session, vault, ticket.ticket_id)
    row = session.get_one(Ticket, ticket.ticket_id)
    row.forward_state = ForwardState.REFUSED
    session.flush()
    assert start(session, entry_id) is NextMove.NOTHING
    assert on_its_way.send_entries_again(session, ticket_id=ticket.ticket_id) == [entry_id]


def test_at_the_desk_an_entry_stays_there(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    first, second = (entry_of(session, vault, ticket.ticket_id) for _ in range(2))
    on_its_way.keep_entry_at_desk(session, entry_id=first)
    forwarding.keep_at_desk(session, ticket_id=ticket.ticket_id, at=NOON, vault=vault)
    assert start(session, second) is NextMove.NOTHING
    assert {one.forward_state for one in entries.entries_of(session, ticket_id=ticket.ticket_id)} == {ForwardState.DESK}


def test_to_an_anonymous_feedback_no_number_is_added(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault, anonymous=True)
    entry_id = entry_of(session, vault, ticket.ticket_id)
    assert "13800138000" not in sent(session, vault, entry_id).decode()
    last = history(session, ticket_id=ticket.ticket_id, vault=vault)[-1]
    assert last.kind is EventKind.MESSAGE
    assert last.text is not None
    assert "13800138000" not in last.text


def test_a_file_is_added_once_nine_at_a_time_and_not_without_end(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault, pictures=1)
    assert add(session, vault, ticket.ticket_id, None, "media-1") == Added(None)
    left = MAX_TICKET_MEDIA - 1
    names = [f"n-{number}" for number in range(left + 1)]
    first = add(session, vault, ticket.ticket_id, None, *names[: MAX_MEDIA + 1])
    assert (len(first.attachment_ids), first.dropped) == (MAX_MEDIA, 1)
    for begin in range(MAX_MEDIA, left, MAX_MEDIA):
        last = add(session, vault, ticket.ticket_id, None, *names[begin : begin + MAX_MEDIA])
    assert last.dropped == 1
    assert add(session, vault, ticket.ticket_id, None, "one more") == Added(None, dropped=1)


def test_erasing_a_closed_feedback_takes_what_was_added_with_it(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    entry_id = entry_of(session, vault, ticket.ticket_id)
    arrive(session, vault, ticket.ticket_id)
    sent(session, vault, entry_id)
    session.get_one(Ticket, ticket.ticket_id).status = TicketStatus.CLOSED
    session.flush()
    erase_citizen(session, account="default", citizen="c-1", now=NOON, vault=vault)
    session.expire_all()
    row = session.get_one(TicketEntry, entry_id)
    assert (row.forward_state, row.body_sealed) == (ForwardState.DESK, None)
    assert all(line.text is None for line in history(session, ticket_id=ticket.ticket_id, vault=vault))
    assert start(session, entry_id) is NextMove.NOTHING
    assert on_its_way.send_entries_again(session, ticket_id=ticket.ticket_id) == []


def test_erasing_the_contact_still_thaws_a_feedback_that_was_not_tried(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault, name="张三", phone="13800138000")
    entry_id = entry_of(session, vault, ticket.ticket_id)
    forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON)
    attempt(session, vault, entry_id, AttemptOutcome.RETRY)
    erase_citizen(session, account="default", citizen="c-1", now=NOON, vault=vault)
    body = forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON)
    assert body is not None
    assert json.loads(body)["contact"] is None


def test_an_entry_that_does_not_exist_is_nothing_to_do(session: Session, vault: Vault) -> None:
    assert start(session, "nobody") is NextMove.NOTHING
    attempt(session, vault, "nobody", AttemptOutcome.RETRY)
    on_its_way.mark_entry_forwarded(session, entry_id="nobody", platform_id="e", at=NOON)
    on_its_way.keep_entry_at_desk(session, entry_id="nobody")
    assert on_its_way.frozen_entry(session, entry_id="nobody", vault=vault) is None
    assert on_its_way.send_entries_again(session, ticket_id="nobody") == []

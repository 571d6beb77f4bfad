"""On the way to the platform: one frozen body, every attempt written down, asked before it is sent again."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from api.platform import contract
from knowledge.feedback import attachments, body, forwarding
from knowledge.feedback.draft_content import Candidate, Place
from knowledge.feedback.forwarding import NextMove
from knowledge.feedback.kinds import AttemptOutcome, ForwardState
from knowledge.feedback.models import Ticket, TicketBody
from knowledge.feedback.queries import attempts
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.feedback_tickets import TEXT, filed

PNG = b"\x89PNG\r\n\x1a\n picture"


def start(session: Session, ticket_id: str) -> NextMove:
    return forwarding.start_forwarding(session, ticket_id=ticket_id, destination="default", at=NOON)


def attempt(session: Session, vault: Vault, ticket_id: str, outcome: AttemptOutcome, detail: str = "") -> None:
    forwarding.record_attempt(
        session, ticket_id=ticket_id, outcome=outcome, status=None, detail=detail, at=NOON, vault=vault
    )


def state(session: Session, ticket_id: str) -> str:
    return session.get_one(Ticket, ticket_id).forward_state


def test_the_body_fits_the_contract_and_holds_what_was_filed(session: Session, vault: Vault) -> None:
    ticket = filed(
        session,
        vault,
        pictures=2,
        institution=Candidate("i-1", "示例县档案馆", "990102"),
        name="张三",
        phone="13800138000",
        location=Place(39.9, 116.3, "人民路1号"),
    )
    first, second = ticket.attachment_ids
    attachments.store_content(
        session, attachment_id=first, content=PNG, media_type="image/png; x=1", at=NOON, vault=vault
    )
    assert forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON) is None
    assert start(session, ticket.ticket_id) is NextMove.WAIT
    attachments.give_up(session, attachment_id=second, at=NOON)
    assert start(session, ticket.ticket_id) is NextMove.SEND

    sent = forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON)
    assert sent is not None
    value = json.loads(sent)
    contract.check("FeedbackSubmission", value)
    assert value["topic"] == "示例县档案馆"
    assert value["text"].startswith(TEXT)
    assert "人民路1号" in value["text"]
    assert value["region"] == "990102"
    assert value["contact"] == {"name": "张三", "phone": "13800138000"}
    assert value["submitted_at"] == "2026-11-23T12:00:00+08:00"
    fetched, missing = value["attachments"]
    assert base64.b64decode(fetched["content_base64"]) == PNG
    assert fetched["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert (fetched["name"], fetched["media_type"]) == ("image-1.png", "image/png")
    assert missing["missing"] is True


def test_an_anonymous_body_names_nobody(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault, anonymous=True, name="张三", phone="13800138000", text="我叫张三，电话13800138000")
    sent = forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON)
    assert sent is not None
    contract.check("FeedbackSubmission", json.loads(sent))
    for named in ("张三", "13800138000", "o-openid", "c-1"):
        assert named.encode() not in sent


def test_the_body_is_frozen_at_its_first_reading(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    first = forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON)
    session.get_one(Ticket, ticket.ticket_id).region = "110000"
    session.flush()
    assert forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON) == first
    kept = session.get_one(TicketBody, ticket.ticket_id).body_sealed
    assert kept is not None
    assert TEXT.encode() not in kept


def test_files_that_are_too_large_together_are_listed_as_missing(
    session: Session, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "MAX_TOTAL_BYTES", 25)
    ticket = filed(session, vault, pictures=3)
    for attachment_id, size in zip(ticket.attachment_ids, (20, 10, 5), strict=True):
        attachments.store_content(
            session, attachment_id=attachment_id, content=b"x" * size, media_type="image/jpeg", at=NOON, vault=vault
        )
    sent = forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON)
    assert sent is not None
    assert [one.get("missing", False) for one in json.loads(sent)["attachments"]] == [False, True, False]


def test_a_worker_that_died_while_sending_leaves_a_ticket_that_is_asked_about(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    assert start(session, ticket.ticket_id) is NextMove.SEND
    assert start(session, ticket.ticket_id) is NextMove.ASK
    forwarding.found_missing(session, ticket_id=ticket.ticket_id, at=NOON)
    assert state(session, ticket.ticket_id) == ForwardState.SENDING


def test_an_unclear_outcome_is_asked_about_and_a_retryable_one_sent_again(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    start(session, ticket.ticket_id)
    attempt(session, vault, ticket.ticket_id, AttemptOutcome.RETRY)
    assert start(session, ticket.ticket_id) is NextMove.SEND
    attempt(session, vault, ticket.ticket_id, AttemptOutcome.UNCLEAR)
    assert state(session, ticket.ticket_id) == ForwardState.UNKNOWN
    assert start(session, ticket.ticket_id) is NextMove.ASK
    attempt(session, vault, ticket.ticket_id, AttemptOutcome.RETRY)  # the question itself found nobody
    assert start(session, ticket.ticket_id) is NextMove.ASK


def test_a_refusal_is_final_until_staff_sends_again(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    start(session, ticket.ticket_id)
    attempt(session, vault, ticket.ticket_id, AttemptOutcome.REFUSED, "内容过短")
    assert start(session, ticket.ticket_id) is NextMove.NOTHING
    [kept] = attempts(session, ticket_id=ticket.ticket_id, vault=vault)
    assert (kept.outcome, kept.detail) == ("refused", "内容过短")
    assert forwarding.send_again(session, ticket_id=ticket.ticket_id, at=NOON)
    assert start(session, ticket.ticket_id) is NextMove.SEND


def test_what_has_arrived_arrives_once_and_its_copy_is_dropped(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    start(session, ticket.ticket_id)
    forwarding.frozen_body(session, ticket_id=ticket.ticket_id, vault=vault, now=NOON)
    attempt(session, vault, ticket.ticket_id, AttemptOutcome.ACCEPTED)
    for later in (NOON, NOON + timedelta(hours=1)):
        forwarding.mark_forwarded(session, ticket_id=ticket.ticket_id, platform_id="p-1", at=later, vault=vault)
    row = session.get_one(Ticket, ticket.ticket_id)
    assert (row.forward_state, row.platform_id, row.forwarded_at) == (ForwardState.FORWARDED, "p-1", NOON)
    assert session.get_one(TicketBody, ticket.ticket_id).body_sealed is None
    assert start(session, ticket.ticket_id) is NextMove.NOTHING
    assert not forwarding.send_again(session, ticket_id=ticket.ticket_id, at=NOON)


def test_without_a_platform_a_ticket_stays_at_the_desk(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    forwarding.keep_at_desk(session, ticket_id=ticket.ticket_id, at=NOON, vault=vault)
    assert state(session, ticket.ticket_id) == ForwardState.DESK
    assert start(session, ticket.ticket_id) is NextMove.NOTHING


def test_the_platforms_reason_is_kept_sealed_and_short(session: Session, vault: Vault) -> None:
    ticket = filed(session, vault)
    attempt(session, vault, ticket.ticket_id, AttemptOutcome.REFUSED, TEXT * 100)
    [kept] = attempts(session, ticket_id=ticket.ticket_id, vault=vault)
    assert kept.detail is not None
    assert len(kept.detail) == forwarding.DETAIL_LIMIT


def test_a_ticket_that_does_not_exist_is_nothing_to_do(session: Session, vault: Vault) -> None:
    assert start(session, "nobody") is NextMove.NOTHING
    attempt(session, vault, "nobody", AttemptOutcome.RETRY)
    assert forwarding.frozen_body(session, ticket_id="nobody", vault=vault, now=NOON) is None
    assert not forwarding.send_again(session, ticket_id="nobody", at=NOON)

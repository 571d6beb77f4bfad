"""Events from the platform, over HTTP: signed, in time, once, in order; a wrong one changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from standardwebhooks import Webhook

from api.platform.callbacks import Callbacks, WrongSecret, callbacks_router
from api.platform.reference.deliveries import signed_headers
from knowledge.events.models import ReceivedEvent
from knowledge.events.received import event_data, last_event
from knowledge.feedback.history import history
from knowledge.feedback.kinds import EventKind
from knowledge.feedback.models import Ticket
from knowledge.feedback.queries import unknown_updates
from knowledge.store.vault import Vault
from tests.api.live import LiveServer
from tests.api.platform.conftest import SECRET
from tests.api.worker.conftest import make_ticket
from tests.conftest import NOON

OTHER_SECRET = "whsec_b3RoZXIgc2VjcmV0LCBvdGhlciBzZWNyZXQhIQ=="
PATH = "/callbacks/platform"


@dataclass
class Enqueued:
    """Jobs that were asked for."""

    jobs: list[tuple[str, str]] = field(default_factory=list)

    def enqueue(self, session: Session, job: str, key: str) -> None:
        assert session.in_transaction()
        self.jobs.append((job, key))


@dataclass
class Door:
    """The product's callback address, and what it did."""

    http: httpx.Client
    sessions: sessionmaker[Session]
    vault: Vault
    enqueued: Enqueued
    reference: str

    def send(
        self,
        event: Any,
        *,
        path: str = PATH,
        webhook_id: str = "msg_1",
        secret: str = SECRET,
        at: datetime = NOON,
        **changed: str,
    ) -> int:
        body = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
        headers = signed_headers(secret, webhook_id, body, now=at) | {
            k.replace("_", "-"): v for k, v in changed.items()
        }
        return self.http.post(path, content=body.encode(), headers=headers).status_code

    def updated(self, sequence: int = 1, status: str = "processing", **data: Any) -> dict[str, Any]:
        told = {"reference": self.reference, "status": status, "reply": None, "department": None} | data
        return {
            "type": "feedback.updated",
            "sequence": sequence,
            "occurred_at": "2026-11-23T12:00:00+08:00",
            "data": told,
        }

    def ticket(self) -> Ticket:
        with self.sessions() as session:
            return session.execute(select(Ticket).where(Ticket.reference == self.reference)).scalar_one()

    def changes(self) -> list[str | None]:
        with self.sessions() as session:
            lines = history(session, ticket_id=self.ticket().id, vault=self.vault)
            return [line.status for line in lines if line.kind is EventKind.STATUS]


@pytest.fixture
def door(sessions: sessionmaker[Session], vault: Vault) -> Iterator[Door]:
    enqueued = Enqueued()
    secrets = {"default": SECRET, "county": OTHER_SECRET}
    callbacks = Callbacks(sessions, vault=vault, jobs=enqueued, secrets=secrets)
    app = FastAPI(openapi_url=None)
    app.include_router(callbacks_router(callbacks, clock=lambda: NOON))
    with sessions.begin() as session:
        ticket = session.get(Ticket, make_ticket(session, vault, text="何时办好？", now=NOON))
        assert ticket is not None
        ticket.destination = "default"
        reference = ticket.reference
    with LiveServer(app) as server, httpx.Client(base_url=server.url, timeout=20, trust_env=False) as http:
        yield Door(http, sessions, vault, enqueued, reference)


def test_an_update_reaches_the_ticket_and_the_citizen_will_be_told(door: Door) -> None:
    assert door.send(door.updated(status="replied", reply="请带公函来", department="登记科")) == 204
    assert (door.ticket().status, door.ticket().department) == ("replied", "登记科")
    [(job, _)] = door.enqueued.jobs
    assert job == "tell_citizen"


def test_the_same_event_again_has_no_effect(door: Door) -> None:
    assert [door.send(door.updated(status="replied", reply="好")) for _ in range(3)] == [204] * 3
    assert door.changes() == ["replied"]
    assert len(door.enqueued.jobs) == 1


def test_what_is_older_than_what_is_known_has_no_effect(door: Door) -> None:
    assert door.send(door.updated(5, "closed"), webhook_id="a") == 204
    assert door.send(door.updated(4, "processing"), webhook_id="b") == 204
    assert door.send(door.updated(5, "processing"), webhook_id="c") == 204
    assert door.ticket().status == "closed"
    assert door.send(door.updated(6, "processing"), webhook_id="d") == 204
    assert door.changes() == ["closed", "processing"]


def test_twelve_deliveries_at_once_are_one(door: Door) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: door.send(door.updated(status="replied", reply="好")), range(12)))
    assert answers == [204] * 12
    assert door.changes() == ["replied"]


def test_an_unknown_reference_is_not_found_and_shown_to_staff(door: Door) -> None:
    strange = door.updated(reference="F20200101-999")
    assert [door.send(strange), door.send(strange)] == [404, 404]
    with door.sessions() as session:
        assert [u.reference for u in unknown_updates(session)] == ["F20200101-999"]


def test_another_destination_cannot_speak_of_this_ticket(door: Door) -> None:
    assert door.send(door.updated(), path=f"{PATH}/county", secret=OTHER_SECRET) == 404
    assert door.changes() == []


WRONG_SIGNATURES: list[dict[str, Any]] = [
    {"secret": OTHER_SECRET},
    {"path": f"{PATH}/county"},
    {"path": f"{PATH}/nobody"},
    {"webhook_signature": ""},
    {"webhook_signature": "v1"},
    {"webhook_signature": "v1,"},
    {"webhook_signature": "v1,AAAA v2,BBBB ,"},
    {"webhook_timestamp": str(int(NOON.timestamp()) + 1)},
    {"webhook_timestamp": "now"},
    {"webhook_timestamp": "1e9"},
    {"webhook_timestamp": "9" * 30},
    {"webhook_timestamp": "-1"},
    {"webhook_id": ""},
    {"at": NOON - timedelta(minutes=5, seconds=1)},
    {"at": NOON + timedelta(minutes=5, seconds=1)},
]


def test_a_signature_that_is_not_right_is_refused(door: Door) -> None:
    for wrong in WRONG_SIGNATURES:
        assert door.send(door.updated(), **wrong) == 401, wrong
    assert door.changes() == []


def test_a_changed_body_is_refused_and_no_headers_are(door: Door) -> None:
    body = json.dumps(door.updated())
    headers = signed_headers(SECRET, "msg_1", body, now=NOON)
    assert door.http.post(PATH, content=body.replace("processing", "closed"), headers=headers).status_code == 401
    assert door.http.post(PATH, content=body).status_code == 401
    assert door.http.post(PATH, content=b"\xff\xfe", headers=headers).status_code == 401
    assert door.http.post(PATH, content=b"x" * 300_000, headers=headers).status_code == 413
    assert door.http.get(PATH).status_code == 405


def test_five_minutes_are_in_time(door: Door) -> None:
    for sequence, minutes in enumerate((-5, 0, 5)):
        event = door.updated(sequence)
        assert door.send(event, webhook_id=f"msg_{minutes}", at=NOON + timedelta(minutes=minutes)) == 204
    assert len(door.changes()) == 3


def test_several_signatures_of_which_one_is_right_are_enough(door: Door) -> None:
    event = json.dumps(door.updated())
    right = Webhook(SECRET).sign("msg_1", NOON, event)
    assert door.send(event, webhook_signature=f"v1,AAAA {right}") == 204


UNFIT_CHANGES: list[dict[str, Any]] = [
    {"type": "feedback.deleted"},
    {"type": None},
    {"type": []},
    {"sequence": -1},
    {"sequence": "1"},
    {"sequence": 2**60},
    {"occurred_at": "2026-11-23 12:00"},
    {"data": None},
    {"data": {"reference": "F20261123-001"}},
    {"data": {"reference": "F20261123-001", "status": "submitted"}},
    {"data": {"reference": "F20261123-001", "status": "closed", "reply": 7}},
    {"data": {"reference": "x' OR 1=1", "status": "closed"}},
]


def test_a_signed_body_that_does_not_fit_is_unprocessable(door: Door) -> None:
    for change in UNFIT_CHANGES:
        assert door.send(door.updated() | change) == 422, change
    for body in ("", "{", "[]", "null", "7", "[" * 100_000):
        assert door.send(body) == 422, body[:9]
    assert door.changes() == []


EVENTS = [
    ("case.updated", {"number": "BJ1", "status": "approved", "note": "张三丰来取"}, "BJ1"),
    ("institution.updated", {"credit_code": "12990000MB0000019N"}, "12990000MB0000019N"),
    ("notice.published", {"id": "N1", "title": "通知", "url": None}, "N1"),
]


@pytest.mark.parametrize(("kind", "data", "subject"), EVENTS)
def test_other_events_are_kept_sealed_once_and_in_order(
    door: Door, kind: str, data: dict[str, Any], subject: str
) -> None:
    event = {"type": kind, "sequence": 3, "occurred_at": "2026-11-23T12:00:00Z", "data": data}
    assert [door.send(event), door.send(event)] == [204, 204]
    assert door.send(event | {"sequence": 2}, webhook_id="older") == 204
    assert door.send(event | {"sequence": 4}, webhook_id="newer") == 204
    assert door.send(event, webhook_id="msg_1", path=f"{PATH}/county", secret=OTHER_SECRET) == 204
    with door.sessions() as session:
        rows = session.scalars(select(ReceivedEvent).where(ReceivedEvent.destination == "default")).all()
        assert sorted(row.sequence for row in rows) == [3, 4]
        newest = last_event(session, destination="default", kind=kind, subject=subject)
        assert newest is not None
        assert event_data(newest, vault=door.vault) == data
        assert "张三丰".encode() not in newest.data_sealed


@pytest.mark.parametrize("secret", ["", "whsec_", "a", "密钥"])
def test_a_secret_that_cannot_be_used_stops_the_start(vault: Vault, secret: str) -> None:
    with pytest.raises(WrongSecret):
        Callbacks(sessionmaker(), vault=vault, jobs=Enqueued(), secrets={"default": secret})


def test_no_citizens_word_reaches_a_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    door.send(door.updated(status="replied", reply="张三丰请来"))
    door.send(door.updated(status="replied", reply=["张三丰请来"]), webhook_id="wrong")
    door.send(door.updated(reference="F20200101-999", reply="张三丰请来"), webhook_id="unknown")
    assert "张三丰" not in caplog.text

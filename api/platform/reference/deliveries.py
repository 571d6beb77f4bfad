"""What the reference platform tells the product: signed events (Standard Webhooks), each kept until it was taken."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import Engine, Row, insert, select, update
from standardwebhooks import Webhook

from api.platform import contract
from api.platform.reference import tables
from api.platform.reference.filing import add_history
from api.platform.reference.problems import Problem

DELIVERY_SECONDS = 5.0  # the product answers a callback in milliseconds
STATUS_OPTIONS: tuple[str, ...] = tuple(contract.document()["components"]["schemas"]["FeedbackStatus"]["enum"])


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Where events go, and the secret that signs them."""

    url: str
    secret: str = field(repr=False)


def change_status(
    engine: Engine, feedback_id: str, *, status: str, reply: str | None, department: str | None, now: datetime
) -> str:
    """Records the change and its event in one transaction; returns the webhook id to deliver. Raises ``Problem``."""
    if status not in STATUS_OPTIONS:
        raise Problem(422, "状态不在允许的范围内")
    with engine.begin() as connection:
        row = connection.execute(select(tables.feedback).where(tables.feedback.c.id == feedback_id)).one_or_none()
        if row is None:
            raise Problem(404, "没有这件反馈")
        sequence = row.sequence + 1
        changed = update(tables.feedback).where(tables.feedback.c.id == feedback_id)
        connection.execute(changed.values(status=status, department=department or row.department, sequence=sequence))
        add_history(connection, feedback_id, kind="status", status=status, text=reply, department=department, now=now)
        event = _event(row, status, reply, department, sequence, now)
        webhook_id = f"msg_{uuid.uuid4().hex}"
        connection.execute(
            insert(tables.delivery).values(
                id=webhook_id, feedback_id=feedback_id, sequence=sequence, body=event, created_at=now, tries=0
            )
        )
    return webhook_id


def deliver(engine: Engine, callbacks: Callbacks, webhook_id: str, *, now: datetime) -> int | None:
    """One try; the HTTP status, or ``None`` without an answer. A repeat carries the same id and body."""
    with engine.begin() as connection:
        row = connection.execute(select(tables.delivery).where(tables.delivery.c.id == webhook_id)).one_or_none()
    if row is None:
        raise Problem(404, "没有这条通知")
    headers = signed_headers(callbacks.secret, webhook_id, row.body, now=now)
    try:
        with httpx.Client(timeout=DELIVERY_SECONDS, trust_env=False) as http:
            answer: int | None = http.post(callbacks.url, content=row.body.encode(), headers=headers).status_code
    except httpx.HTTPError:
        answer = None
    with engine.begin() as connection:
        tried = update(tables.delivery).where(tables.delivery.c.id == webhook_id)
        connection.execute(tried.values(tries=tables.delivery.c.tries + 1, answer=answer))
    return answer


def signed_headers(secret: str, webhook_id: str, body: str, *, now: datetime) -> dict[str, str]:
    """``now`` is aware, UTC."""
    signature = Webhook(secret).sign(webhook_id, now, body)
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


def _event(row: Row[Any], status: str, reply: str | None, department: str | None, sequence: int, now: datetime) -> str:
    data = {"reference": row.reference, "status": status, "reply": reply, "department": department}
    event = {"type": "feedback.updated", "sequence": sequence, "occurred_at": now.isoformat(), "data": data}
    contract.check("FeedbackUpdated", event)
    return json.dumps(event, ensure_ascii=False)

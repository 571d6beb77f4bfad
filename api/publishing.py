"""Publishing as every edge does it: what was waiting for the new answers is set going in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from api.worker.jobs import REPLAY_PUBLICATION, TELL_ASKER
from knowledge.audit.events import Actor
from knowledge.curation.publishing import publish

Enqueue = Callable[[Session, str, str], None]


def publish_now(session: Session, *, publication_id: str, by: Actor, now: datetime, enqueue: Enqueue) -> int:
    """Returns the number of the base that answers so. Raises what ``publish`` raises; the caller commits."""
    published = publish(session, publication_id=publication_id, by=by, now=now)
    for waiter in published.waiters:
        # With the base's number: whom this one does not answer waits for another, which is another job.
        enqueue(session, TELL_ASKER, f"{waiter}:{published.number}")
    return published.number


def enqueue_replay(session: Session, publication_id: str, *, enqueue: Enqueue) -> None:
    """A new job each time: the same publication is replayed again whenever the base has moved."""
    enqueue(session, REPLAY_PUBLICATION, f"{publication_id}:{uuid.uuid4().hex[:8]}")

"""The jobs' names and queues, and putting a job into the caller's own transaction.

These names and arguments stand in the database: a job begun under an old release is finished by the new one, so none
of them may change its meaning.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.feedback import forwarding
from knowledge.feedback.entry_forwarding import send_entries_again

APPLICATION = "bianshitong"
# DBOS's default is a hash of the code, so that a deploy would strand every running job.
APPLICATION_VERSION = "1"
SCHEMA = "dbos"  # PostgreSQL; on SQLite its tables stand unprefixed beside ours
# On SQLite: names that no table of ours may take, and that Alembic must leave alone.
DBOS_TABLES = frozenset(
    {
        "application_versions",
        "dbos_migrations",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)

FORWARD_TICKET = "forward_ticket"
SEND_TICKET_AGAIN = "send_ticket_again"
FORWARD_ENTRY = "forward_entry"
FETCH_ATTACHMENT = "fetch_attachment"
TELL_CITIZEN = "tell_citizen"
REPLAY_PUBLICATION = "replay_publication"
CHECK_IMPORT = "check_import"
TELL_ASKER = "tell_asker"
PUSH_MENU = "push_menu"

# A queue for each kind of waiting: a platform that takes 30 s must not keep citizens from being told.
QUEUES: Mapping[str, str] = {
    FORWARD_TICKET: "forwarding",
    SEND_TICKET_AGAIN: "forwarding",
    FORWARD_ENTRY: "forwarding",
    FETCH_ATTACHMENT: "fetching",
    TELL_CITIZEN: "telling",
    TELL_ASKER: "telling",
    PUSH_MENU: "telling",
    REPLAY_PUBLICATION: "curating",
    CHECK_IMPORT: "curating",
}
# Jobs of one queue that one worker runs at once; each holds a thread while it waits for the network.
WORKER_CONCURRENCY = 4
# What curators start counts for seconds instead of waiting: two at once would only take the processor from citizens.
CONCURRENCY: Mapping[str, int] = {"curating": 1}
POLLING_SECONDS = 1.0

SERIALIZER = DBOSPortableJSONSerializer()


def quiet_dbos() -> None:
    """DBOS would write its own banners to stderr; its warnings go where ours go."""
    logger = logging.getLogger("dbos")
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
    logger.setLevel(logging.WARNING)


def job_client(engine: Engine) -> DBOSClient:
    """A client on our own engine; it opens no connection of its own and starts no thread."""
    quiet_dbos()
    return DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=SCHEMA,
        serializer=SERIALIZER,
        application_name=APPLICATION,
        lazy=True,
    )


def migrate_jobs(database_url: str, *, polling_seconds: float = POLLING_SECONDS) -> None:
    """DBOS's own tables and our queues; idempotent. Part of ``bianshitong migrate``, before anything is enqueued."""
    quiet_dbos()
    DBOS.migrate(database_url, schema=SCHEMA)
    client = DBOSClient(
        system_database_url=database_url,
        dbos_system_schema=SCHEMA,
        serializer=SERIALIZER,
        application_name=APPLICATION,
        system_database_pool_size=1,
    )
    try:
        for queue in sorted(set(QUEUES.values())):
            at_once = CONCURRENCY.get(queue, WORKER_CONCURRENCY)
            client.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=polling_seconds)
    finally:
        client.destroy()


def options(job: str, workflow_id: str, *, delay_seconds: float = 0.0) -> EnqueueOptions:
    """How a job is enqueued. DBOS looks at delayed jobs once a second, so a shorter delay is none."""
    chosen = EnqueueOptions(
        workflow_name=job,
        queue_name=QUEUES[job],
        workflow_id=workflow_id,
        app_version=APPLICATION_VERSION,
        application_name=APPLICATION,
    )
    if delay_seconds >= 1.0:
        chosen["delay_seconds"] = delay_seconds
    return chosen


class DbosJobs:
    """``handlers.context.Jobs``: a job commits with what it belongs to, and only then exists."""

    def __init__(self, client: DBOSClient) -> None:
        self._client = client

    @classmethod
    def on(cls, engine: Engine) -> DbosJobs:
        return cls(job_client(engine))

    def enqueue(self, session: Session, job: str, key: str) -> None:
        """The same job for the same key is one job, however often it is asked for. ``key`` is an id."""
        session.flush()  # what the job will look for stands in the same transaction
        self._client.enqueue_in_transaction(session, options(job, f"{job}:{key}"), key, 0, 0)

    def send_again(self, session: Session, *, ticket_id: str, at: datetime) -> bool:
        """For staff: a new run for the ticket, which asks the platform first, and for each entry that is not there.

        ``False``: all of it has arrived, or there is no such ticket. The caller commits.
        """
        again = [(SEND_TICKET_AGAIN, ticket_id)] if forwarding.send_again(session, ticket_id=ticket_id, at=at) else []
        again += [(FORWARD_ENTRY, entry) for entry in send_entries_again(session, ticket_id=ticket_id)]
        session.flush()
        for job, key in again:
            self._client.enqueue_in_transaction(session, options(job, f"{job}:{key}:{uuid.uuid4()}"), key, 0, 0)
        return bool(again)

    def close(self) -> None:
        self._client.destroy()

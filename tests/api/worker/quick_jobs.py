"""All the jobs of feedback with pauses short enough for a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.platform.callbacks import DEFAULT_DESTINATION
from api.platform.client import PlatformClient
from api.worker import attempts, fetching, telling
from api.worker.fetching import Download, FetchAttachment
from api.worker.forwarding import ForwardTicket
from api.worker.forwarding_entries import ForwardEntry
from api.worker.jobs import FORWARD_TICKET, SEND_TICKET_AGAIN
from api.worker.telling import Tell, TellCitizen
from api.worker.turns import Growing, Job
from knowledge.store.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """How long each job waits between its tries."""

    forward: Growing = attempts.RETRIES
    fetch: Growing = fetching.RETRIES
    tell: Growing = telling.RETRIES
    attachment: timedelta = attempts.ATTACHMENT_PAUSE


def feedback_jobs(
    *,
    sessions: sessionmaker[Session],
    vault: Vault,
    platform: PlatformClient | None,
    download: Download,
    tell: Tell,
    destination: str = DEFAULT_DESTINATION,
    pauses: Pauses | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Job]:
    """``platform`` is ``None`` where no URL is set. ``download`` and ``tell`` reach WeChat."""
    pause = pauses or Pauses()

    def forward(name: str, *, ask_first: bool) -> ForwardTicket:
        return ForwardTicket(
            sessions=sessions,
            vault=vault,
            platform=platform,
            destination=destination,
            clock=clock,
            growing=pause.forward,
            attachment_pause=pause.attachment,
            name=name,
            ask_first=ask_first,
        )

    return [
        forward(FORWARD_TICKET, ask_first=False),
        forward(SEND_TICKET_AGAIN, ask_first=True),
        ForwardEntry(
            sessions=sessions,
            vault=vault,
            platform=platform,
            clock=clock,
            growing=pause.forward,
            attachment_pause=pause.attachment,
        ),
        FetchAttachment(sessions=sessions, vault=vault, download=download, clock=clock, growing=pause.fetch),
        TellCitizen(sessions=sessions, vault=vault, tell=tell, clock=clock, growing=pause.tell),
    ]

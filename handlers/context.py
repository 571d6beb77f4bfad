"""What a handler is given besides the message. Built once a message by ``api``; nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.account import Account
from handlers.conversation import Conversation
from knowledge.calendar import WorkingCalendar
from knowledge.faq.questions import QuestionRecord
from knowledge.faq.service import FaqService
from knowledge.institutions.service import InstitutionService
from knowledge.store.vault import Vault


class Jobs(Protocol):
    """Work for after the commit. ``enqueue`` joins the caller's transaction: no commit, no job."""

    def enqueue(self, session: Session, job: str, key: str) -> None:
        """``key`` is an id and never text of a citizen: job arguments are stored in plain."""


class Recorder(Protocol):
    """Takes the de-identified record of a question; written later, in batches, in the background."""

    def record(self, record: QuestionRecord) -> None: ...


class Sentences(Protocol):
    """What the bureau put in place of a committed sentence, held in memory."""

    def of(self, name: str, account: str) -> str | None:
        """Of the account, else of all accounts; ``None`` where nobody changed it."""

    def refresh(self, session: Session) -> bool:
        """Whether a change was taken up."""


class AsCommitted:
    """Nobody changed anything."""

    def of(self, name: str, account: str) -> str | None:
        return None

    def refresh(self, session: Session) -> bool:
        return False


class Links(Protocol):
    """Addresses of the citizen's own pages: signed and short-lived."""

    def page(self, name: str, *, citizen: str | None = None) -> str | None:
        """The full address, or ``None`` where the account has no public address."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """``pseudonym`` is the only name that may reach a table or a log in plain."""

    openid: str = field(repr=False)
    pseudonym: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What lives as long as the process."""

    faq: FaqService
    institutions: InstitutionService
    calendar: WorkingCalendar
    vault: Vault
    jobs: Jobs
    recorder: Recorder
    links: Links
    sentences: Sentences = field(default_factory=AsCommitted)


@dataclass(slots=True, kw_only=True)
class Context:
    """``session`` opens its connection when first used; a plain question never does. ``now`` is aware, UTC."""

    account: Account
    citizen: Citizen
    now: datetime
    session: Session
    conversation: Conversation
    services: Services

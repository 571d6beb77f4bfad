"""A context of small real parts for handler tests: an empty base, an empty register, a real vault and calendar."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from bot.account import Account
from bot.messages import TextMessage
from handlers.context import Citizen, Context, Services
from handlers.conversation import Conversation
from knowledge.calendar import WorkingCalendar
from knowledge.faq.questions import QuestionRecord
from knowledge.faq.service import FaqService
from knowledge.institutions.service import InstitutionService
from knowledge.store.base import Base
from knowledge.store.models import register_all
from knowledge.store.vault import Vault
from tests.conftest import NOON

OPENID = "o-citizen"


class KeptJobs:
    """Remembers what was to be done after the commit."""

    def __init__(self) -> None:
        self.enqueued: list[tuple[str, str]] = []

    def enqueue(self, session: Session, job: str, key: str) -> None:
        self.enqueued.append((job, key))


class KeptRecords:
    """Remembers the records of questions."""

    def __init__(self) -> None:
        self.records: list[QuestionRecord] = []

    def record(self, record: QuestionRecord) -> None:
        self.records.append(record)


class NoPages:
    """An account without a public address."""

    def page(self, name: str, *, citizen: str | None = None) -> str | None:
        return None


def make_context(sessions: sessionmaker[Session] | None = None, **overrides: Any) -> Context:
    """At noon of a working day, for an account without bureau facts. ``overrides`` are fields of ``Context``.

    Without ``sessions`` the tests share one empty SQLite database in memory: for handlers that write nothing.
    """
    parts: dict[str, Any] = {
        "account": Account(name="default", app_id="wx0123456789abcdef", region="320300"),
        "citizen": Citizen(OPENID, pseudonym="c-1"),
        "now": NOON,
        "conversation": Conversation(form_open=False, notices_kept=False),
        "services": make_services(),
    }
    parts |= overrides
    if "session" not in parts:
        parts["session"] = (sessions or _memory())()
    return Context(**parts)


def make_services(**overrides: Any) -> Services:
    faq, institutions = _empty_knowledge()
    parts: dict[str, Any] = {
        "faq": faq,
        "institutions": institutions,
        "calendar": WorkingCalendar(),
        "vault": Vault("a secret only for tests, long enough to be one"),
        "jobs": KeptJobs(),
        "recorder": KeptRecords(),
        "links": NoPages(),
    }
    return Services(**(parts | overrides))


def text(content: str, **more: Any) -> TextMessage:
    fields: dict[str, Any] = {"to_account": "gh_account", "openid": OPENID, "sent_at": NOON, "message_id": 1}
    return TextMessage(**(fields | more), content=content)


@cache
def _memory() -> sessionmaker[Session]:
    register_all()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    atexit.register(engine.dispose)
    return sessionmaker(engine, expire_on_commit=False)


@cache
def _empty_knowledge() -> tuple[FaqService, InstitutionService]:
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    faq = FaqService([], index_dir=Path(folder.name))
    with _memory()() as session:
        return faq, InstitutionService.load(session, index_dir=Path(folder.name) / "institutions")

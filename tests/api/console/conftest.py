"""The console over a small invented base, on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.console.admin import make_console
from api.console.bench.trial import Trial
from api.console.parts import Parts
from bot.account import Account
from knowledge.faq.entry import Entry
from knowledge.faq.queries import bump_version, save_entry
from knowledge.faq.questions import QuestionRecord
from knowledge.faq.service import FaqService
from knowledge.feedback import forwarding
from knowledge.institutions.service import InstitutionService
from knowledge.store.sessions import make_reading_sessions
from knowledge.store.vault import Vault
from tests.api.console.audited import watched
from tests.api.console.people import first_password
from tests.api.console.visitor import Console, Visitor
from tests.handlers.build import make_services
from tests.knowledge.faq.base import service_of

ENTRIES = (
    Entry(
        id="K1",
        question="图书室的借书卡丢了怎么补办？",
        paraphrases=("借书卡遗失补领", "借书卡不见了"),
        answer='请带身份证到前台补办。\n网址：<a href="https://library.example/">补办页面</a>',
        verified=True,
    ),
    Entry(id="K2", question="借书卡怎么换新？", answer="满五年可以换新。", verified=True),
    Entry(id="K3", question="图书室几点开门？", answer="早上九点。", verified=True),
    Entry(id="K3-city", question="图书室几点开门？", answer="市里早上八点。", region="320300", verified=True),
)
ACCOUNTS = (
    Account(name="province", app_id="wx00000000000000aa", region="320000"),
    Account(name="nation", app_id="wx00000000000000bb"),
)


class NothingRecorded:
    """What is tried out is no citizen's question."""

    def record(self, record: QuestionRecord) -> None:
        raise AssertionError("a trial was recorded")


@cache
def base() -> FaqService:
    return service_of(*ENTRIES)


@pytest.fixture
def register() -> InstitutionService:
    """The register that the console looks names up in: an empty one. A test of it has its own."""
    return make_services().institutions


@pytest.fixture
def console(sessions: sessionmaker[Session], vault: Vault, now: datetime, register: InstitutionService) -> Console:
    """The application, and what its desk has set going."""
    console = Console(FastAPI())
    services = make_services(faq=base(), institutions=register, recorder=NothingRecorded(), vault=vault)
    accounts = {account.name: account for account in ACCOUNTS}

    def send_again(session: Session, ticket_id: str) -> bool:
        console.sent_again.append(ticket_id)
        return forwarding.send_again(session, ticket_id=ticket_id, at=now)

    console.made = make_console(
        Parts(
            sessions=sessions,
            reading=make_reading_sessions(sessions.kw["bind"]),
            vault=vault,
            clock=lambda: now,
            services=services,
            accounts=accounts,
            trial=Trial(
                sessions, services=services, accounts=accounts, key=vault.key("console-trial"), clock=lambda: now
            ),
            enqueue=lambda _, job, key: console.enqueued.append((job, key)),
            send_again=send_again,
            tell=lambda _, notice: console.told.append(notice),
            secure_cookie=False,
        )
    )
    console.made.mount_to(console.app)
    return console


@pytest.fixture
def one_time(sessions: sessionmaker[Session], now: datetime) -> str:
    return first_password(sessions, now)


@pytest.fixture
def browser(console: Console, sessions: sessionmaker[Session], now: datetime) -> Iterator[Visitor]:
    """Whatever a test does with it, no request may have written anything without a row in the audit log."""
    with (
        watched(console.app, sessions.kw["bind"]) as watch,
        TestClient(watch, base_url="http://console.test") as client,
    ):
        yield Visitor(client, sessions, now, console)
    assert watch.unlogged == []


@pytest.fixture
def kept_base(sessions: sessionmaker[Session], now: datetime) -> None:
    """The entries of ``ENTRIES``, in the database."""
    with sessions.begin() as session:
        for each in ENTRIES:
            save_entry(session, entry=each, now=now, by="甲")
        bump_version(session, now=now)

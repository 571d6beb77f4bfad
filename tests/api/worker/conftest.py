"""A worker on each database, the reference platform over real HTTP, and tickets to send there."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from api.platform.client import PlatformClient
from api.platform.reference import Failures, reference_platform, tables
from api.worker.jobs import DbosJobs, migrate_jobs
from api.worker.turns import Growing
from api.worker.worker import Rhythm, Worker
from bot.client.errors import Rejected
from bot.client.media import Media
from bot.client.push import Outcome
from knowledge.feedback.kinds import AttachmentKind, ForwardState, TicketStatus
from knowledge.feedback.models import Ticket, TicketAttachment
from knowledge.feedback.notices import OpenNotice
from knowledge.feedback.queries import Attempt, attempts
from knowledge.feedback.references import next_reference
from knowledge.feedback.seals import Column, seal
from knowledge.store.sessions import make_engine
from knowledge.store.vault import Vault
from tests.api.live import LiveServer, wait_until
from tests.api.worker.quick_jobs import Pauses, feedback_jobs
from tests.servers import PostgresServer

TOKEN = "a token only for tests"
SECRET = "whsec_" + "dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHM="
SLOW_SECONDS = 3.0
CLIENT_SECONDS = 1.5  # a busy machine answers later than one thinks
QUICK = Growing(first=timedelta(0), longest=timedelta(0), tries=8)
PAUSES = Pauses(forward=QUICK, fetch=QUICK, tell=QUICK, attachment=timedelta(0))
POLLING_SECONDS = 0.05
RHYTHM = Rhythm(
    polling=timedelta(seconds=POLLING_SECONDS),
    beat=timedelta(seconds=0.2),
    dead_after=timedelta(seconds=1.5),
    stop=timedelta(seconds=5),
)


@dataclass
class Platform:
    """The reference platform as seen by a test: its address, its tables, its failures."""

    server: LiveServer
    engine: Engine
    failures: Failures

    @property
    def url(self) -> str:
        return f"{self.server.url}/v1"

    def filed(self) -> list[str]:
        with self.engine.begin() as connection:
            return list(connection.execute(select(tables.feedback.c.reference)).scalars())

    def attachments(self) -> list[bytes | None]:
        ordered = select(tables.attachment.c.content).order_by(tables.attachment.c.position)
        with self.engine.begin() as connection:
            return list(connection.execute(ordered).scalars())


@pytest.fixture(scope="session")
def _sqlite_template(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With DBOS's tables too: made once and copied."""
    path = tmp_path_factory.mktemp("template") / "with_jobs.db"
    shutil.copy(_sqlite_template, path)
    migrate_jobs(f"sqlite:///{path}", polling_seconds=POLLING_SECONDS)
    return path


@pytest.fixture(scope="session")
def _postgres_template(_postgres_template: str, postgres: PostgresServer) -> str:
    name = "template_with_jobs"
    migrate_jobs(postgres.create(name, template=_postgres_template), polling_seconds=POLLING_SECONDS)
    return name


@pytest.fixture
def _postgres_url(_postgres_template: str, postgres: PostgresServer) -> Iterator[str]:
    """A database of its own for every test: jobs of an earlier one must not wake up in it."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield postgres.create(name, template=_postgres_template)
    postgres.drop(name)


@pytest.fixture
def platform_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path}/platform.db")
    yield engine
    engine.dispose()


@pytest.fixture
def platform(platform_engine: Engine) -> Iterator[Platform]:
    app = reference_platform(platform_engine, token=TOKEN, callback_url=None, callback_secret=SECRET)
    failures: Failures = app.state.failures
    failures.slow_seconds = SLOW_SECONDS
    with LiveServer(app) as server:
        yield Platform(server, platform_engine, failures)


@dataclass
class WeChat:
    """What WeChat's side does: files by media id, and how a push ends."""

    files: dict[str, bytes | Exception] = field(default_factory=dict)
    outcome: Outcome = Outcome.DELIVERED
    told: list[OpenNotice] = field(default_factory=list)
    asked: int = 0

    def download(self, account: str, media_id: str) -> Media:
        self.asked += 1
        file = self.files.get(media_id, Rejected("微信拒绝了这次调用"))
        if isinstance(file, Exception):
            raise file
        return Media(file, "image/jpeg", "1.jpg")

    def tell(self, notice: OpenNotice) -> Outcome:
        self.told.append(notice)
        return self.outcome


@pytest.fixture
def wechat() -> WeChat:
    return WeChat()


@pytest.fixture
def jobs(engine: Engine) -> Iterator[DbosJobs]:
    jobs = DbosJobs.on(engine)
    yield jobs
    jobs.close()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=CLIENT_SECONDS, trust_env=False) as http:
        yield http


StartWorker = Callable[..., Worker]


@pytest.fixture
def start_worker(
    database_url: str,
    sessions: sessionmaker[Session],
    vault: Vault,
    http: httpx.Client,
    wechat: WeChat,
) -> Iterator[StartWorker]:
    """``start_worker(platform_url)``; ``None`` for no platform. Stopped at the end of the test."""
    started: list[Worker] = []

    def start(url: str | None, *, rhythm: Rhythm = RHYTHM, pauses: Pauses = PAUSES) -> Worker:
        client = PlatformClient(url, TOKEN, http=http) if url else None
        kinds = feedback_jobs(
            sessions=sessions, vault=vault, platform=client, download=wechat.download, tell=wechat.tell, pauses=pauses
        )
        worker = Worker(database_url=database_url, sessions=sessions, jobs=kinds, rhythm=rhythm)
        worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.stop()


@dataclass
class Desk:
    """Files tickets as the form does, and looks at what became of them."""

    sessions: sessionmaker[Session]
    vault: Vault
    jobs: DbosJobs

    def file(self, *, text: str = "法人证书丢了怎么补领？", media: tuple[str, ...] = ()) -> str:
        now = datetime.now(UTC)
        with self.sessions.begin() as session:
            ticket_id = make_ticket(session, self.vault, text=text, media=media, now=now)
            self.jobs.enqueue(session, "forward_ticket", ticket_id)
            for attachment in session.scalars(select(TicketAttachment.id)):
                self.jobs.enqueue(session, "fetch_attachment", attachment)
        return ticket_id

    def ticket(self, ticket_id: str) -> Ticket:
        with self.sessions() as session:
            ticket = session.get(Ticket, ticket_id)
            assert ticket is not None
            return ticket

    def attempts(self, ticket_id: str) -> list[Attempt]:
        """The oldest first."""
        with self.sessions() as session:
            return attempts(session, ticket_id=ticket_id, vault=self.vault)[::-1]

    def await_state(self, ticket_id: str, state: ForwardState) -> None:
        def arrived() -> bool:
            return self.ticket(ticket_id).forward_state == state

        arrived.__name__ = f"ticket in state {state}"
        wait_until(arrived)


@pytest.fixture
def desk(sessions: sessionmaker[Session], vault: Vault, jobs: DbosJobs) -> Desk:
    return Desk(sessions, vault, jobs)


def make_ticket(
    session: Session, vault: Vault, *, text: str, now: datetime, media: tuple[str, ...] = (), openid: str = "o-citizen"
) -> str:
    ticket_id = str(uuid.uuid4())
    session.add(
        Ticket(
            id=ticket_id,
            reference=next_reference(session, now=now),
            account="default",
            citizen=vault.pseudonym("default", openid),
            openid_sealed=seal(vault, Column.OPENID, ticket_id, openid),
            kind="consultation",
            region="110108",
            text_sealed=seal(vault, Column.TEXT, ticket_id, text),
            anonymous=False,
            status=TicketStatus.SUBMITTED,
            forward_state=ForwardState.WAITING,
            submitted_at=now,
            updated_at=now,
        )
    )
    session.flush()
    for position, media_id in enumerate(media, start=1):
        session.add(
            TicketAttachment(
                id=str(uuid.uuid4()),
                ticket_id=ticket_id,
                position=position,
                kind=AttachmentKind.IMAGE,
                media_id=media_id,
                added_at=now,
            )
        )
    session.flush()
    return ticket_id

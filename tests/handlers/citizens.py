"""A citizen who talks to the account: each message is dispatched as the edge does it, in a transaction of its own."""

from __future__ import annotations

import atexit
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from sqlalchemy import create_engine
from sqlalchemy import text as sql
from sqlalchemy.orm import Session, sessionmaker

from bot.account import Account
from bot.messages import ImageMessage, Incoming, LocationMessage, TextMessage, VideoMessage, VoiceMessage
from bot.replies import Text
from bot.router import dispatch
from handlers import common, faq, feedback, privacy
from handlers.context import Citizen, Context, Services
from handlers.conversation import Conversation
from handlers.taps import as_text, resolve_choice
from knowledge.faq.entry import Entry
from knowledge.faq.service import FaqService
from knowledge.feedback.draft_content import DraftContent
from knowledge.feedback.drafts import open_draft
from knowledge.feedback.models import Ticket
from knowledge.institutions.files import import_institutions
from knowledge.institutions.service import InstitutionService
from knowledge.store.base import Base
from knowledge.store.models import register_all
from tests.conftest import NOON
from tests.handlers.build import KeptJobs, make_services

ROUTERS = (
    common.router_first,
    privacy.router,
    faq.router_said,
    faq.router_waiting,
    feedback.router_progress,
    feedback.router_form,
    feedback.router,
    common.router_unclear,
    faq.router,
    common.router_last,
)
BUREAU = {
    "bureau_name": "示例县委编办",
    "bureau_phone": "0990-1234567",
    "bureau_address": "示例县人民路1号",
    "office_hours": "周一至周五 9:00-12:00，14:00-17:30",
}
ACCOUNT = Account(name="default", app_id="wx0123456789abcdef", region="990100", bureau=BUREAU)
INSTITUTIONS = (
    '{"name":"示例县档案馆","aliases":["县档案馆"],"region":"990100"}\n'
    '{"name":"示例县第一中学","aliases":["县一中"],"region":"990100"}\n'
    '{"name":"示例县第二中学","region":"990100"}\n'
    '{"name":"示例县人民医院","region":"990100"}\n'
)
LOST_CERTIFICATE = Entry(
    id="ZS01",
    question="事业单位法人证书丢了怎么办？",
    paraphrases=("法人证书遗失怎么补领", "证书丢失如何补办"),
    answer="请向登记管理机关申请补领，由登记管理机关公告原证书作废后补发。",
    verified=True,
)


def services_with_content() -> Services:
    """One question in the base, four institutions in the register; only the jobs are the test's own."""
    faq, institutions = _content()
    return make_services(faq=faq, institutions=institutions, jobs=KeptJobs())


@cache
def _content() -> tuple[FaqService, InstitutionService]:
    """Answered from memory and never changed, so one serves every test of a process."""
    scratch = TemporaryDirectory()
    atexit.register(scratch.cleanup)
    folder = Path(scratch.name)
    file = folder / "institutions.jsonl"
    file.write_text(INSTITUTIONS, encoding="utf-8")
    engine = create_engine(f"sqlite:///{folder / 'register.db'}")
    register_all()
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        assert import_institutions(session, file, now=NOON).added == 4
        session.commit()
        institutions = InstitutionService.load(session, index_dir=folder / "institutions")
    engine.dispose()
    return FaqService([LOST_CERTIFICATE], index_dir=folder / "faq"), institutions


@dataclass
class Talker:
    """``now`` moves a second a message; ``conversation`` goes through its stored form, as it does through Redis."""

    sessions: sessionmaker[Session]
    services: Services
    openid: str = "o-li-si"
    account: Account = ACCOUNT
    now: datetime = NOON
    conversation: bytes | None = None
    heard: list[str] = field(default_factory=list)
    sent: int = 0

    @property
    def pseudonym(self) -> str:
        return self.services.vault.pseudonym(self.account.name, self.openid)

    @property
    def jobs(self) -> list[tuple[str, str]]:
        assert isinstance(self.services.jobs, KeptJobs)
        return self.services.jobs.enqueued

    def says(self, *contents: str) -> str:
        """The answer to the last of these texts."""
        for content in contents:
            self.sends(TextMessage, content=content)
        return self.heard[-1]

    def shows(self, media_id: str) -> str:
        return self.sends(ImageMessage, media_id=media_id)

    def speaks(self, media_id: str, recognition: str | None = None) -> str:
        return self.sends(VoiceMessage, media_id=media_id, recognition=recognition)

    def films(self, media_id: str) -> str:
        return self.sends(VideoMessage, media_id=media_id)

    def points(self, latitude: float, longitude: float, label: str = "") -> str:
        return self.sends(LocationMessage, latitude=latitude, longitude=longitude, label=label)

    def waits(self, pause: timedelta) -> None:
        """Longer than half an hour, and the talk is forgotten."""
        self.now += pause
        if pause > timedelta(minutes=30):
            self.forgets()

    def forgets(self) -> None:
        self.conversation = None

    def sends(self, kind: type[Incoming], **fields: object) -> str:
        self.sent += 1
        self.now += timedelta(seconds=1)
        message = kind(to_account="gh_account", openid=self.openid, sent_at=self.now, message_id=self.sent, **fields)
        talk = Conversation.from_bytes(self.conversation)
        message = resolve_choice(as_text(message), talk)
        with self.sessions() as session:
            context = Context(
                account=self.account,
                citizen=Citizen(self.openid, self.pseudonym),
                now=self.now,
                session=session,
                conversation=talk,
                services=self.services,
            )
            reply = dispatch(ROUTERS, message, context)
            session.commit()
        assert isinstance(reply, Text)
        self.conversation = talk.to_bytes()
        self.heard.append(reply.content)
        return reply.content

    @property
    def offered(self) -> list[str]:
        """What the links of the last answer would send."""
        return [unquote(one) for one in re.findall(r"msgmenucontent=([^&\"]*)", self.heard[-1])]

    @property
    def tickets(self) -> list[Ticket]:
        with self.sessions() as session:
            return list(session.query(Ticket).filter_by(citizen=self.pseudonym).order_by(Ticket.reference))


def dump(sessions: sessionmaker[Session]) -> bytes:
    """Every byte of every row that feedback and people keep."""
    with sessions() as session:
        tables = [name for name in _tables(session) if name.startswith(("feedback_", "consents"))]
        rows = [repr(tuple(row)).encode() for table in tables for row in session.execute(sql(f"SELECT * FROM {table}"))]
        raw = [
            bytes(value)
            for table in tables
            for row in session.execute(sql(f"SELECT * FROM {table}"))
            for value in row
            if isinstance(value, bytes | memoryview)
        ]
    return b"\n".join(rows + raw)


def _tables(session: Session) -> list[str]:
    from knowledge.store.base import Base

    return sorted(Base.metadata.tables)


def content_of(citizen: Talker) -> DraftContent:
    with citizen.sessions() as session:
        draft = open_draft(
            session,
            account="default",
            citizen=citizen.pseudonym,
            now=citizen.now,
            vault=citizen.services.vault,
        )
        assert draft is not None
        return draft.content

"""A citizen at a terminal: the same answerer and transaction as behind the webhook, without WeChat around it."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress

from sqlalchemy import Engine

from api.answering import Answerer
from api.links import SignedLinks
from api.settings import Settings, SettingsError
from api.wiring import configured_accounts, make_services, utc_now
from api.worker.jobs import DbosJobs
from bot.account import Account
from bot.inbox import LEASE_SECONDS, Lease, mail_for
from bot.messages import TextMessage
from bot.parts import Task
from bot.replies import News, Text
from handlers.conversation import Conversation
from handlers.faq import answered_lately
from handlers.routers import ROUTERS
from knowledge.faq.explaining import Section, explain
from knowledge.faq.questions import QuestionRecord
from knowledge.faq.renewal import BuildFailed
from knowledge.store.sessions import make_reading_sessions
from knowledge.store.vault import Vault

# Whoever has no account configured yet still wants to try the base.
NO_ACCOUNT = Account(name="terminal", app_id="")


class Unrecorded:
    """Trying the base out is no citizen's question, so it does not count among them."""

    def record(self, record: QuestionRecord) -> None:
        """Forgets it."""


class Terminal:
    """One talk. What is written (a feedback, say) is really written: it goes the way of any citizen's."""

    def __init__(self, settings: Settings, engine: Engine, *, account: str | None, vault: Vault) -> None:
        links = SignedLinks(settings.public_url, vault.key("page-links"))
        self.account = _chosen(configured_accounts(settings, vault), account)
        self.services = make_services(settings, engine, vault, DbosJobs.on(engine), Unrecorded(), links)
        self._vault = vault
        self._looking = make_reading_sessions(engine)
        self._answer = Answerer(engine, account=self.account, services=self.services, routers=ROUTERS)
        self._openid = f"terminal-{uuid.uuid4().hex}"
        self._talk: bytes | None = None

    def explains(self, content: str) -> tuple[Section, ...]:
        """Every step that would lead to the answer now."""
        self._take_up_changes()
        now, region = utc_now(), self.account.region
        after = answered_lately(Conversation.from_bytes(self._talk), self.services.faq, region=region, now=now)
        return explain(self.services.faq, content, region=region, now=now, after=after)

    def says(self, content: str, *, message_id: int) -> str:
        """What the account answers, as plain text."""
        self._take_up_changes()
        now = utc_now()
        message = TextMessage(
            to_account=self.account.name, openid=self._openid, sent_at=now, message_id=message_id, content=content
        )
        answered = self._answer(
            Task(
                message=message,
                mail=mail_for(message, account=self.account.name, pseudonym=self._vault.pseudonym),
                now=now,
                talk=self._talk,
                calm=False,
                doubtful=False,
                lease=Lease(time.monotonic() + LEASE_SECONDS),
            )
        )
        self._talk = answered.talk
        match answered.reply:
            case Text(text):
                return text
            case News(article):
                return f"{article.title}\n{article.description}\n{article.url}"
            case other:
                return f"（{type(other).__name__}）"

    def _take_up_changes(self) -> None:
        """A talk may last for hours; a server looks by itself (``api.refreshing``)."""
        with self._looking() as session, suppress(BuildFailed):  # then what is open goes on answering
            self.services.faq.refresh(session)
            self.services.institutions.refresh(session)


def _chosen(accounts: dict[str, Account], name: str | None) -> Account:
    if name is None:
        return next(iter(accounts.values()), NO_ACCOUNT)
    if name not in accounts:
        raise SettingsError(f"没有名为 {name} 的公众号；现有：{'、'.join(accounts) or '无'}")
    return accounts[name]

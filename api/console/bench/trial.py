"""A question tried out by staff: answered by the code that answers citizens, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session, sessionmaker

from api.console.bench.replies import Segment, segments
from api.terminal import NO_ACCOUNT, Unrecorded
from bot.account import Account
from bot.messages import TextMessage
from bot.replies import Silence
from bot.router import dispatch
from handlers.common import resolve_choice
from handlers.context import Citizen, Context, Services
from handlers.conversation import Conversation
from handlers.faq import answered_lately
from handlers.routers import ROUTERS
from knowledge.faq.explaining import Section, explain

NOBODY = Citizen(openid="console-trial", pseudonym="console-trial")


@dataclass(frozen=True, slots=True)
class Tried:
    """``topic``: name of the router that answered, empty where none did. ``talk``: to go on from, signed."""

    topic: str
    reply: tuple[Segment, ...]
    sections: tuple[Section, ...]
    talk: str


class NoJobs:
    """What is tried out starts no work."""

    def enqueue(self, session: Session, job: str, key: str) -> None:
        """Forgets it."""


class Trial:
    """``key`` signs the talk on its way through the browser. ``accounts`` may be empty: then the bare base answers."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        services: Services,
        accounts: Mapping[str, Account],
        key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self.accounts = dict(accounts) or {NO_ACCOUNT.name: NO_ACCOUNT}
        self._sessions, self._clock = sessions, clock
        self._services = replace(services, recorder=Unrecorded(), jobs=NoJobs())
        self._signed: URLSafeSerializer = URLSafeSerializer(key, salt="trial")

    def ask(self, question: str, *, account: str, region: str | None, talk: str = "") -> Tried:
        """``region``: instead of the account's own. ``talk``: what an earlier answer handed out; forged, it is new."""
        chosen = self.accounts[account]
        asked_of = replace(chosen, region=region or chosen.region)
        with self._sessions() as session:
            context = self._context(session, asked_of, self._talk(talk))
            message = self._message(question, context)
            faq, region, now = context.services.faq, asked_of.region, context.now
            after = answered_lately(context.conversation, faq, region=region, now=now)
            try:
                topic, reply = self._answer(message, context)
            finally:
                session.rollback()
        sections = explain(faq, message.content, region=region, now=now, after=after)
        return Tried(topic, reply, sections, self._signed.dumps(context.conversation.to_bytes().decode()))

    def _answer(self, message: TextMessage, context: Context) -> tuple[str, tuple[Segment, ...]]:
        for router in ROUTERS:
            if (reply := dispatch((router,), message, context)) is not None:
                return router.name, segments(reply)
        return "", segments(Silence())

    def _message(self, question: str, context: Context) -> TextMessage:
        message = TextMessage(
            to_account=context.account.name, openid=NOBODY.openid, sent_at=context.now, message_id=1, content=question
        )
        resolved = resolve_choice(message, context.conversation)
        return resolved if isinstance(resolved, TextMessage) else message

    def _context(self, session: Session, account: Account, talk: Conversation) -> Context:
        return Context(
            account=account,
            citizen=NOBODY,
            now=self._clock(),
            session=session,
            conversation=talk,
            services=self._services,
        )

    def _talk(self, signed: str) -> Conversation:
        try:
            talk = Conversation.from_bytes(self._signed.loads(signed).encode()) if signed else Conversation()
        except (BadData, AttributeError):
            talk = Conversation()
        talk.form_open, talk.notices_kept = False, False  # nothing of an earlier question was kept
        return talk

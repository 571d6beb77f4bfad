"""A question tried out by staff: answered by the code that answers citizens, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session, sessionmaker

from api.console.bench.drafts import DraftBases
from api.console.bench.replies import Segment, segments
from api.console.publishing.golden_form import GoldenForm
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
from knowledge.curation.golden import MOST_ENTRIES
from knowledge.curation.replay import Outcome, outcome
from knowledge.faq.building import Changes
from knowledge.faq.explaining import Section, explain

NOBODY = Citizen(openid="console-trial", pseudonym="console-trial")


@dataclass(frozen=True, slots=True)
class Tried:
    """``topic``: name of the router that answered, empty where none did. ``talk``: to go on from, signed.

    ``region``: for which it was asked. ``outcome``: what the base alone decides; ``candidates``: ids and questions of
    the entries it thought of, likeliest first.
    """

    topic: str
    reply: tuple[Segment, ...]
    sections: tuple[Section, ...]
    talk: str
    region: str | None
    outcome: Outcome
    candidates: tuple[tuple[str, str], ...]

    @property
    def golden(self) -> GoldenForm:
        """What is answered now, as what is wanted for ever."""
        expected = {"answer": "answer", "choices": "offered"}.get(self.outcome.kind, "none")
        return GoldenForm(expected=expected, entries="、".join(self.outcome.entries[:MOST_ENTRIES]))


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
        self._drafts = DraftBases(services.faq)
        self._signed: URLSafeSerializer = URLSafeSerializer(key, salt="trial")

    def ask(
        self,
        question: str,
        *,
        account: str,
        region: str | None,
        talk: str = "",
        changes: Changes = MappingProxyType({}),
    ) -> Tried:
        """``region``: instead of the account's own. ``talk``: what an earlier answer handed out; forged, it is new.

        ``changes``: laid over the live base, as if they were published. Raises ``BuildFailed``.
        """
        chosen = self.accounts[account]
        asked_of = replace(chosen, region=region or chosen.region)
        services = replace(self._services, faq=self._drafts.with_changes(changes))
        with self._sessions() as session:
            context = self._context(session, asked_of, self._talk(talk), services)
            message = self._message(question, context)
            faq, region, now = context.services.faq, asked_of.region, context.now
            after = answered_lately(context.conversation, faq, region=region, now=now)
            try:
                topic, reply = self._answer(message, context)
            finally:
                session.rollback()
        decision = faq.decide(message.content, region=region, now=now)
        return Tried(
            topic,
            reply,
            explain(faq, message.content, region=region, now=now, after=after),
            self._signed.dumps(context.conversation.to_bytes().decode()),
            region,
            outcome(faq, message.content, region=region, now=now),
            tuple((scored.id, scored.entry.question) for scored in decision.entries),
        )

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

    def _context(self, session: Session, account: Account, talk: Conversation, services: Services) -> Context:
        return Context(
            account=account,
            citizen=NOBODY,
            now=self._clock(),
            session=session,
            conversation=talk,
            services=services,
        )

    def _talk(self, signed: str) -> Conversation:
        try:
            talk = Conversation.from_bytes(self._signed.loads(signed).encode()) if signed else Conversation()
        except (BadData, AttributeError):
            talk = Conversation()
        talk.form_open, talk.notices_kept = False, False  # nothing of an earlier question was kept
        return talk

"""One message answered, in a thread of the pool: the talk, the routers, one transaction, and the record of it.

The session opens its connection when first used, so a plain question of a known talk costs no SQL. A message that
writes anything commits its dedup key and its answer with it; the same message again gets that answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.kept import anything_kept, give_kept
from api.watched import untouched, watched_sessions, wrote
from bot import remembered
from bot.account import Account
from bot.inbox import Mail, TurnLost
from bot.messages import Incoming
from bot.parts import Answered, Task
from bot.replies import Reply, Silence
from bot.router import Router, dispatch, joined
from handlers.common import as_text, resolve_choice
from handlers.context import Citizen, Context, Services
from handlers.conversation import Conversation
from knowledge.feedback.drafts import has_open_draft
from knowledge.messages.queries import add_handled, stored_answer
from knowledge.store.sessions import make_reading_sessions


class Answerer:
    """``bot.parts.Answer`` for one account. The only place that commits what a handler wrote."""

    def __init__(
        self,
        engine: Engine,
        *,
        account: Account,
        services: Services,
        routers: Sequence[Router[Context]],
    ) -> None:
        self._sessions = watched_sessions(engine)
        self._unused: deque[Session] = deque()
        self._looking = make_reading_sessions(engine)
        self._account = account
        self._services = services
        self._routers = (joined("all", routers),)

    def __call__(self, task: Task) -> Answered:
        """Errors: ``TurnLost`` when the lease ran out before the commit; whatever a handler raises."""
        with self._session() as session:
            if task.doubtful and (stored := self._stored(task.mail)):
                return stored
            context = self._context(task, session)
            looked = self._look(context.conversation, task)
            reply = self._reply(task.message, context)
            answered = Answered(reply, context.conversation.to_bytes(), looked)
            return self._commit(session, task, answered)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """A plain question leaves its session as it was, for the next message: to make and end one costs 25 µs."""
        try:
            session = self._unused.pop()
        except IndexError:
            session = self._sessions()
        try:
            yield session
        finally:
            if untouched(session):
                self._unused.append(session)
            else:
                session.close()

    def _context(self, task: Task, session: Session) -> Context:
        talk = Conversation.from_bytes(task.talk)
        if task.doubtful:
            talk.form_open = None  # it may have gone on where this record of the talk was not kept
        if not task.calm:
            talk.notices_kept = None
        return Context(
            account=self._account,
            citizen=Citizen(task.message.openid, task.mail.citizen),
            now=task.now,
            session=session,
            conversation=talk,
            services=self._services,
        )

    def _look(self, talk: Conversation, task: Task) -> bool:
        """Ask the database for what the talk does not know; whether it was asked for kept answers."""
        looked = talk.notices_kept is None
        if not looked and talk.form_open is not None:
            return False
        account, citizen = self._account.name, task.mail.citizen
        with self._looking() as session:
            if talk.form_open is None:
                talk.form_open = has_open_draft(session, account=account, citizen=citizen, now=task.now)
            if looked:
                talk.notices_kept = anything_kept(session, self._services.vault, account=account, citizen=citizen)
        return looked

    def _reply(self, message: Incoming, context: Context) -> Reply:
        reply = dispatch(self._routers, resolve_choice(as_text(message), context.conversation), context)
        return give_kept(message, Silence() if reply is None else reply, context)

    def _commit(self, session: Session, task: Task, answered: Answered) -> Answered:
        try:
            if wrote(session):
                self._record(session, task, answered)
            if not task.lease.held():
                raise TurnLost(self._account.name)
            if session.in_transaction():  # a plain question never began one, and ending nothing costs 40 µs
                session.commit()
        except IntegrityError:
            session.rollback()
            if stored := self._stored(task.mail):
                return stored
            raise
        return answered

    def _record(self, session: Session, task: Task, answered: Answered) -> None:
        add_handled(
            session,
            key=task.mail.key,
            account=self._account.name,
            citizen=task.mail.citizen,
            answer=remembered.to_bytes(answered.reply),
            now=task.now,
            vault=self._services.vault,
        )

    def _stored(self, mail: Mail) -> Answered | None:
        """What an earlier handling committed; the talk starts anew, for what it became was never remembered."""
        with self._looking() as session:
            found = stored_answer(session, key=mail.key, vault=self._services.vault)
        if found is None:
            return None
        reply = remembered.from_bytes(found.answer)
        return Answered(reply, Conversation().to_bytes(), given=found.delivered_by is not None)

"""Answers and notices that waited for the citizen's next message: given before the new answer, in its transaction."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy.orm import Session, sessionmaker

from bot.inbox import Channel, Mail
from bot.messages import Event, Incoming
from bot.replies import News, Reply, Silence, Text
from handlers.answering import say_before
from handlers.context import Context
from handlers.texts import messages as texts
from handlers.texts.progress import notice_text
from knowledge.feedback.kinds import NoticeState
from knowledge.feedback.notices import mark_told, waiting_notices
from knowledge.messages.queries import has_kept, keep_message, take_answer, take_kept
from knowledge.store.vault import Vault

NEXT_CONTACT = "next"


def anything_kept(session: Session, vault: Vault, *, account: str, citizen: str) -> bool:
    """One or two indexed look-ups."""
    return has_kept(session, account=account, citizen=citizen) or bool(
        waiting_notices(session, account=account, citizen=citizen, vault=vault, limit=1)
    )


def give_kept(message: Incoming, reply: Reply, context: Context) -> Reply:
    """The reply with what was kept put before it; only a text or a silence can carry it, else it waits on."""
    talk = context.conversation
    if not talk.notices_kept or not isinstance(reply, Text | Silence):
        return reply
    if isinstance(reply, Silence) and isinstance(message, Event):
        return reply  # an event without an answer may be nobody's question, such as an unsubscribe
    told = [*_take_answers(context), *_take_notices(context)]
    talk.notices_kept = anything_kept(context.session, context.services.vault, **_who(context))
    if not told:
        return reply
    if isinstance(reply, Text):
        told.append(texts.BETWEEN_KEPT_AND_NEW)
    return say_before(context, "\n".join(told), reply if isinstance(reply, Text) else Text(""))


def _take_answers(context: Context) -> list[str]:
    kept = take_kept(context.session, now=context.now, vault=context.services.vault, **_who(context))
    return [texts.kept(item.text, maybe_delivered=item.maybe_delivered) for item in kept]


def _take_notices(context: Context) -> list[str]:
    """News of tickets; whoever marks one delivered first tells it."""
    waiting = waiting_notices(context.session, vault=context.services.vault, **_who(context))
    return [
        texts.notice(notice_text(notice), maybe_delivered=notice.state is NoticeState.MAYBE)
        for notice in waiting
        if mark_told(
            context.session, notice_id=notice.id, state=NoticeState.DELIVERED, channel=NEXT_CONTACT, at=context.now
        )
    ]


class _Who(TypedDict):
    account: str
    citizen: str


def _who(context: Context) -> _Who:
    return {"account": context.account.name, "citizen": context.citizen.pseudonym}


class KeptAnswers:
    """``bot.parts.LateAnswers`` in the database; each call is a transaction of its own."""

    def __init__(self, sessions: sessionmaker[Session], *, account: str, vault: Vault) -> None:
        self._sessions = sessions
        self._account = account
        self._vault = vault

    def take(self, mail: Mail, channel: Channel, *, now: datetime) -> bool:
        with self._sessions.begin() as session:
            return take_answer(session, key=mail.key, channel=channel)

    def keep(self, mail: Mail, reply: Reply, *, maybe_delivered: bool, now: datetime) -> None:
        with self._sessions.begin() as session:
            keep_message(
                session,
                account=self._account,
                citizen=mail.citizen,
                text=_as_text(reply),
                maybe_delivered=maybe_delivered,
                now=now,
                vault=self._vault,
            )


def _as_text(reply: Reply) -> str:
    """A kept reply is told inside a text: an article by title and link, a picture cannot be."""
    match reply:
        case Text(content):
            return content
        case News(article):
            return f"{article.title}\n{article.url}"
        case _:
            return texts.PICTURE_NOT_DELIVERED

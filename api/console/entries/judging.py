"""A draft looked at: all that is found in it, and the reply as a citizen's phone would show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from api.console.bench.replies import Segment, segments
from api.console.bench.trial import NOBODY, NoJobs
from api.console.parts import Parts
from api.console.texts import entries as texts
from api.terminal import Unrecorded
from bot.account import Account
from bot.replies import TEXT_LIMIT_BYTES, Text
from handlers.answering import next_piece
from handlers.context import Context
from handlers.conversation import Conversation
from handlers.faq.answers import answer_text, reply_to
from knowledge.curation.checks import check
from knowledge.curation.finding import Finding, sorted_findings
from knowledge.curation.laws import repealed_now
from knowledge.faq.decision import Decision, Explanation, Scored
from knowledge.faq.entry import Entry
from knowledge.faq.follow_up import Part

MOST_PIECES = 20  # five thousand signs make nine


@dataclass(frozen=True, slots=True)
class Phone:
    """``pieces``: one message of WeChat each. ``size``: bytes of all of them."""

    account: str
    pieces: tuple[tuple[Segment, ...], ...]
    size: int


class Judge:
    """Says nothing to anybody and records nothing."""

    def __init__(self, parts: Parts) -> None:
        self.accounts = parts.trial.accounts
        self._services = replace(parts.services, recorder=Unrecorded(), jobs=NoJobs())

    def findings(
        self, session: Session, entry: Entry, *, now: datetime, archiving: bool = False
    ) -> tuple[Finding, ...]:
        """Everything, gravest first. ``archiving``: the draft only takes the entry back."""
        repealed = repealed_now(session)
        found = check(entry, self._services.faq, now=now, repealed=repealed, archiving=archiving)
        if archiving or not entry.answer:
            return found
        phone = self.phone(session, entry, account="", now=now)
        return sorted_findings([*found, *_too_long(phone), *self._unfilled(entry)])

    def phone(self, session: Session, entry: Entry, *, account: str, now: datetime) -> Phone:
        """As asked of ``account``, or of the first one where there is none of this name."""
        chosen = self.accounts.get(account) or next(iter(self.accounts.values()))
        context = self._context(session, chosen, now)
        question = entry.question or "…"
        decision = Decision("answer", (Scored.of(entry, 1.0),), 1.0, Explanation(question, question))
        said = [reply_to(Part(question, decision, question), context)]
        while len(said) < MOST_PIECES and (piece := next_piece(context.conversation)) is not None:
            said.append(piece)
        size = sum(len(reply.content.encode()) for reply in said if isinstance(reply, Text))
        return Phone(chosen.name, tuple(segments(reply) for reply in said), size)

    def _unfilled(self, entry: Entry) -> Iterator[Finding]:
        for account in self.accounts.values():
            if missing := answer_text(entry, account.bureau)[1]:
                said = texts.UNFILLED.format(account=account.name, names="、".join(missing))
                yield Finding("note", "answer", said)

    def _context(self, session: Session, account: Account, now: datetime) -> Context:
        talk = Conversation(form_open=False, notices_kept=False)
        return Context(
            account=account, citizen=NOBODY, now=now, session=session, conversation=talk, services=self._services
        )


def _too_long(phone: Phone) -> Iterator[Finding]:
    if len(phone.pieces) > 1:
        said = texts.LONG.format(size=phone.size, limit=TEXT_LIMIT_BYTES, pieces=len(phone.pieces))
        yield Finding("note", "answer", said)

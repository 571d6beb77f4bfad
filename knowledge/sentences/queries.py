"""Sentences that the bureau put in place of the committed ones. Every write moves a number, by which each process
sees that its copy is old. Only names and texts are kept here; what may be changed is the caller's to know, who commits.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.errors import KnowledgeError
from knowledge.faq.models import KnowledgeVersion
from knowledge.sentences.models import Sentence

KIND = "sentences"  # its row among the versions
LOADED = 5000  # a hundred accounts with fifty sentences each
EVERY_ACCOUNT = ""


class ChangedMeanwhile(KnowledgeError):
    """Somebody else changed the sentence after it was shown; ``theirs`` is what it says now, ``None``: reset."""

    def __init__(self, theirs: Sentence | None) -> None:
        super().__init__("changed meanwhile")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class SentenceState:
    """Which state of all sentences: equal states say the same."""

    number: int
    mark: str


def sentence_state(session: Session) -> SentenceState:
    query = select(KnowledgeVersion.number, KnowledgeVersion.mark).where(KnowledgeVersion.kind == KIND)
    row = session.execute(query).first()
    return SentenceState(0, "") if row is None else SentenceState(row.number, row.mark)


def all_sentences(session: Session) -> list[Sentence]:
    """Changed ones only, by name and account."""
    query = select(Sentence).order_by(Sentence.name, Sentence.account).limit(LOADED)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def sentence(session: Session, *, name: str, account: str) -> Sentence | None:
    return session.get(Sentence, (name, account))


def set_sentence(
    session: Session, *, name: str, account: str, text: str, shown: int, by: Actor, now: datetime
) -> Sentence:
    """``shown``: the version that the form showed, 0 where nothing was changed yet. Raises ``ChangedMeanwhile``."""
    row = _unchanged(session, name, account, shown, now)
    before = None if row is None else {"text": row.text}
    if row is None:
        row = Sentence(name=name, account=account, version=0)
        session.add(row)
    row.text, row.changed_at, row.changed_by = text, now, by.name
    row.version += 1
    session.flush()
    note(
        session, actor=by, action="sentence.changed", kind="sentence", object_id=_id(name, account), at=now,
        before=before, after={"text": text},
    )  # fmt: skip
    return row


def reset_sentence(session: Session, *, name: str, account: str, shown: int, by: Actor, now: datetime) -> bool:
    """Back to the committed words (of one account: to those of all). Raises ``ChangedMeanwhile``."""
    row = _unchanged(session, name, account, shown, now)
    if row is None:
        return False
    note(
        session, actor=by, action="sentence.reset", kind="sentence", object_id=_id(name, account), at=now,
        before={"text": row.text},
    )  # fmt: skip
    session.delete(row)
    session.flush()
    return True


def _unchanged(session: Session, name: str, account: str, shown: int, now: datetime) -> Sentence | None:
    """Moving the number first holds back whoever changes a sentence at the same moment."""
    _move(session, now)
    row = session.get(Sentence, (name, account), populate_existing=True)
    if (0 if row is None else row.version) != shown:
        raise ChangedMeanwhile(row)
    return row


def _move(session: Session, now: datetime) -> None:
    row = session.get(KnowledgeVersion, KIND, with_for_update=True)
    if row is None:
        row = KnowledgeVersion(kind=KIND, number=0, changed_at=now)
        session.add(row)
    row.number += 1
    row.mark, row.changed_at = uuid.uuid4().hex, now
    session.flush()


def _id(name: str, account: str) -> str:
    return f"{name}@{account}" if account else name

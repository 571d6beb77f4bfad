"""Handled messages and kept answers. Session first, nothing commits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, Update, delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import InstrumentedAttribute, Session

from knowledge.messages.models import CitizenTurn, HandledMessage, KeptMessage, MessageClaim
from knowledge.store.vault import Vault

MOST_KEPT_AT_ONCE = 5  # as many as one customer-service window would have allowed; the rest comes next time
HANDLED_LIFETIME = timedelta(days=7)  # WeChat resends within seconds; a week covers every queue of ours
CLAIM_LIFETIME = timedelta(hours=6)  # as long as Redis keeps them
KEPT_LIFETIME = timedelta(days=90)  # a notice nobody came for in a quarter has gone by other ways
PURGE_LIMIT = 1000  # rows a table and call, so that no transaction grows long


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """``delivered_by``: the channel that has it, ``None`` while only passive replies gave it."""

    answer: bytes = field(repr=False)
    delivered_by: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    id: str
    text: str = field(repr=False)
    maybe_delivered: bool


def stored_answer(session: Session, *, key: str, vault: Vault) -> StoredAnswer | None:
    """What was committed for this message earlier."""
    row = session.execute(
        select(HandledMessage.answer_sealed, HandledMessage.delivered_by).where(HandledMessage.key == key)
    ).one_or_none()
    if row is None:
        return None
    sealed, delivered_by = row
    return StoredAnswer(b"" if sealed is None else vault.open_bytes(sealed, place=_answer_place(key)), delivered_by)


def add_handled(
    session: Session, *, key: str, account: str, citizen: str, answer: bytes, now: datetime, vault: Vault
) -> None:
    """Raises ``IntegrityError`` at once where this message was handled before."""
    sealed = vault.seal(answer, place=_answer_place(key))
    session.add(HandledMessage(key=key, account=account, citizen=citizen, answer_sealed=sealed, handled_at=now))
    session.flush()


def take_answer(session: Session, *, key: str, channel: str) -> bool:
    """Mark a stored answer as given by ``channel``; false when another has it. True where nothing is stored."""
    free = update(HandledMessage).where(HandledMessage.key == key, HandledMessage.delivered_by.is_(None))
    if _changed(session, free.values(delivered_by=channel)):
        return True
    return session.execute(select(HandledMessage.key).where(HandledMessage.key == key)).first() is None


def keep_message(
    session: Session, *, account: str, citizen: str, text: str, maybe_delivered: bool, now: datetime, vault: Vault
) -> str:
    """Tell it at the citizen's next message; returns its id. Who commits calls ``Inbox.remind`` after that."""
    kept_id = str(uuid.uuid4())
    session.add(
        KeptMessage(
            id=kept_id,
            account=account,
            citizen=citizen,
            text_sealed=vault.seal(text, place=_kept_place(kept_id)),
            maybe_delivered=maybe_delivered,
            kept_at=now,
        )
    )
    session.flush()
    return kept_id


def has_kept(session: Session, *, account: str, citizen: str) -> bool:
    return session.execute(select(KeptMessage.id).where(*_waiting(account, citizen)).limit(1)).first() is not None


def take_kept(
    session: Session, *, account: str, citizen: str, now: datetime, vault: Vault, channel: str = "next"
) -> list[Kept]:
    """What waits for this citizen, the oldest first, marked as given: a second taker finds nothing."""
    waiting = select(KeptMessage).where(*_waiting(account, citizen))
    rows = session.scalars(waiting.order_by(KeptMessage.kept_at, KeptMessage.id).limit(MOST_KEPT_AT_ONCE)).all()
    taken = []
    for row in rows:
        mine = update(KeptMessage).where(KeptMessage.id == row.id, KeptMessage.delivered_by.is_(None))
        if _changed(session, mine.values(delivered_by=channel, delivered_at=now)):
            taken.append(Kept(row.id, vault.open(row.text_sealed, place=_kept_place(row.id)), row.maybe_delivered))
    return taken


def erase_messages(session: Session, *, account: str, citizen: str) -> None:
    """删除我的信息: answers, talks and notices of this citizen.

    The keys of handled messages stay without answer and name, so that a resend still writes nothing; what is being
    worked on right now stays in its line.
    """
    handled = update(HandledMessage).where(HandledMessage.account == account, HandledMessage.citizen == citizen)
    _changed(session, handled.values(answer_sealed=None, citizen=""))
    _changed(session, delete(KeptMessage).where(KeptMessage.account == account, KeptMessage.citizen == citizen))
    mine = MessageClaim.account == account, MessageClaim.citizen == citizen
    _changed(session, delete(MessageClaim).where(*mine, MessageClaim.state != "open"))
    turn = update(CitizenTurn).where(CitizenTurn.account == account, CitizenTurn.citizen == citizen)
    _changed(session, turn.values(talk_sealed=None))


def purge_messages(session: Session, *, now: datetime, limit: int = PURGE_LIMIT) -> int:
    """Drop what is past its time, at most ``limit`` rows a table; how many went."""
    return (
        _purge(session, HandledMessage.key, HandledMessage.handled_at < now - HANDLED_LIFETIME, limit)
        + _purge(session, MessageClaim.key, MessageClaim.touched_at < now - CLAIM_LIFETIME, limit)
        + _purge(session, KeptMessage.id, KeptMessage.kept_at < now - KEPT_LIFETIME, limit)
        + _changed(session, delete(CitizenTurn).where(CitizenTurn.touched_at < now - CLAIM_LIFETIME))
    )


def _purge(session: Session, key: InstrumentedAttribute[str], old: ColumnElement[bool], limit: int) -> int:
    keys = list(session.scalars(select(key).where(old).order_by(key).limit(limit)))
    return _changed(session, delete(key.class_).where(key.in_(keys)))


def _waiting(account: str, citizen: str) -> tuple[ColumnElement[bool], ...]:
    return KeptMessage.account == account, KeptMessage.citizen == citizen, KeptMessage.delivered_by.is_(None)


def _changed(session: Session, statement: Update | Delete) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount


def _answer_place(key: str) -> str:
    return f"handled_message.answer:{key}"


def _kept_place(kept_id: str) -> str:
    return f"kept_message.text:{kept_id}"

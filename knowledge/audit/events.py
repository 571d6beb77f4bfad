"""Noting who did what. What is noted is written last in the transaction that did it, or forgotten with it.

Last, because the head of the chain is one row for all: held from the first note on, it would keep every other writer
waiting, and two that take it and another lock in different order would wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from knowledge.audit.chain import append
from knowledge.audit.models import REASON_LENGTH
from knowledge.text.deidentify import deidentify

NAME_LENGTH = 64
SECRETS = frozenset({"password", "password_hash", "secret", "secret_digest", "token"})
SEALED = "_sealed"

_PENDING = "bianshitong_audit"  # our key in ``session.info``


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an account of the console with the address it came from, or a name such as 命令行."""

    name: str
    staff_id: str | None = None
    host: str = ""


MACHINE = Actor(name="命令行")  # whoever can start a command on the server


@dataclass(frozen=True, slots=True)
class _Pending:
    """``within``: the transactions and savepoints that were open; with any of them it is forgotten."""

    row: dict[str, Any]
    within: tuple[SessionTransaction, ...]


def note(
    session: Session,
    *,
    actor: Actor,
    action: str,
    kind: str,
    object_id: str,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Kept until the commit and written there, under the lock of the head; a rollback forgets it.

    ``action`` such as ``entry.pulled``, ``kind`` and ``object_id`` of what it was done to. ``before`` and ``after``
    hold no personal data; what is secret or sealed is left out here. Numbers and names of persons in ``reason`` are
    masked.
    """
    row = {
        "at": at,
        "actor_id": actor.staff_id,
        "actor": _short(actor.name),
        "host": _short(actor.host),
        "action": action,
        "kind": kind,
        "object_id": _short(object_id),
        "before": _canonical(before),
        "after": _canonical(after),
        "reason": deidentify(reason.replace("\0", ""))[:REASON_LENGTH],
    }
    session.info.setdefault(_PENDING, []).append(_Pending(row, _open_now(session)))


def masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without passwords, secrets and sealed columns, at any depth."""
    return {key: _masked(value) for key, value in values.items() if key not in SECRETS and not key.endswith(SEALED)}


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked(value)
    return [_masked(item) for item in value] if isinstance(value, list | tuple) else value


def _canonical(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else orjson.dumps(masked(values), option=orjson.OPT_SORT_KEYS).decode()


def _short(text: str) -> str:
    return text.replace("\0", "")[:NAME_LENGTH]


def _open_now(session: Session) -> tuple[SessionTransaction, ...]:
    found = []
    transaction = session.get_nested_transaction() or session.get_transaction()
    while transaction is not None:
        found.append(transaction)
        transaction = transaction.parent
    return tuple(found)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    """Also called when a savepoint is released; that is no commit yet."""
    pending: list[_Pending] = session.info.get(_PENDING, [])
    if pending and not session.in_nested_transaction():
        session.flush()  # whatever else is locked is locked before the head
        append(session, [noted.row for noted in pending])
        del session.info[_PENDING]


@event.listens_for(Session, "after_soft_rollback")
def _forget_part(session: Session, previous: SessionTransaction) -> None:
    if _PENDING in session.info:
        session.info[_PENDING] = [noted for noted in session.info[_PENDING] if previous not in noted.within]


@event.listens_for(Session, "after_transaction_end")
def _forget_all(session: Session, transaction: SessionTransaction) -> None:
    """Also for a session that is closed without a word: nothing may wait for the next user's commit."""
    if transaction.parent is None:
        session.info.pop(_PENDING, None)

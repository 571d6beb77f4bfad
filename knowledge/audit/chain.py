"""The chain itself: adding rows at its end, and checking that every byte of it is as it was written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import orjson
from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from knowledge.audit.models import HEAD_ROW, AuditEvent, AuditHead
from knowledge.store.base import Base

PAGE = 10_000  # rows read at a time, a few megabytes
START = ""  # what the first row names as the digest before it

_EVENTS = Base.metadata.tables[AuditEvent.__tablename__]
_HEAD = Base.metadata.tables[AuditHead.__tablename__]
_DIGESTED = sorted(column.name for column in _EVENTS.columns if column.name != "digest")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the last position (0: empty) and its digest."""

    position: int = 0
    digest: str = START


@dataclass(frozen=True, slots=True)
class Verified:
    """``count`` rows are as they were written. ``broken_at``: the first position that is not; ``None``: all are."""

    count: int
    head: Head
    broken_at: int | None = None


def head(session: Session) -> Head:
    """As it stands now; locks nothing."""
    found = session.execute(select(_HEAD.c.position, _HEAD.c.digest).where(_HEAD.c.id == HEAD_ROW)).one_or_none()
    return Head() if found is None else Head(found.position, found.digest)


def append(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows without position and digests, in their order. Holds the head until the transaction ends."""
    last = _locked_head(session)
    linked: list[dict[str, Any]] = []
    for row in rows:
        whole = {**row, "position": last.position + 1, "previous": last.digest}
        last = Head(whole["position"], digest(whole))
        linked.append({**whole, "digest": last.digest})
    session.execute(insert(_EVENTS), linked)
    session.execute(update(_HEAD).where(_HEAD.c.id == HEAD_ROW).values(position=last.position, digest=last.digest))


def digest(row: Mapping[str, Any]) -> str:
    """SHA-256 in hex of all columns but the digest, as canonical JSON; a moment in UTC to the microsecond."""
    values = {name: row[name] for name in _DIGESTED}
    values["at"] = values["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()


def verify(session: Session, *, since: int = 1) -> Verified:
    """Reads from position ``since`` on, which is taken to follow rightly on the row before it.

    A row that was changed, taken out, put in or cut off at the end breaks the chain at its position. Only a log
    rewritten whole, with its head, agrees with itself: the heads in the daily log lines tell of that.
    """
    # In this order: whoever adds rows meanwhile raises both, the last row first seen being the lower one.
    top = session.scalar(select(func.max(_EVENTS.c.position))) or 0
    end = head(session)
    last = _before(session, since)
    count = 0
    for row in _rows(session, since, end.position):
        if row is None or not _follows(row, last):
            return Verified(count, end, last.position + 1)
        last = Head(row.position, row.digest)
        count += 1
    if last.position < end.position:
        return Verified(count, end, last.position + 1)
    if top > end.position:
        return Verified(count, end, end.position + 1)
    return Verified(count, end, None if last.digest == end.digest else last.position)


def _follows(row: Row[Any], last: Head) -> bool:
    linked = row.position == last.position + 1 and row.previous == last.digest
    return linked and bool(row.digest == digest(row._asdict()))


def _locked_head(session: Session) -> Head:
    query = select(_HEAD.c.position, _HEAD.c.digest).where(_HEAD.c.id == HEAD_ROW).with_for_update()
    found = session.execute(query).one_or_none()
    if found is None:
        first = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        empty = {"id": HEAD_ROW, "position": 0, "digest": START}
        session.execute(first(_HEAD).values(empty).on_conflict_do_nothing())
        found = session.execute(query).one()
    return Head(found.position, found.digest)


def _before(session: Session, since: int) -> Head:
    """The row on which ``since`` follows, as it is; a missing one lets the first row read break."""
    if since <= 1:
        return Head()
    found = session.scalar(select(_EVENTS.c.digest).where(_EVENTS.c.position == since - 1))
    return Head(since - 1, START if found is None else found)


def _rows(session: Session, since: int, until: int) -> Iterator[Row[Any] | None]:
    """``None``, and then nothing more, for a row that cannot even be read.

    SQLite keeps any text as a moment, PostgreSQL ``infinity``, which Python has not.
    """
    size = PAGE
    while since <= until:
        page = select(_EVENTS).where(_EVENTS.c.position.between(since, until))
        try:
            rows = session.execute(page.order_by(_EVENTS.c.position).limit(size)).all()
        except (ValueError, DataError):
            if size == 1:
                yield None
                return
            size = 1  # up to the broken one, row by row
            continue
        yield from rows
        if len(rows) < size:
            return
        since = rows[-1].position + 1

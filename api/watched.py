"""Whether a session has written anything, however it was done: ORM, Core, or SQL text of another library."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from knowledge.store.sessions import make_sessions

_WRITES = re.compile(r"\s*(?:WITH\b.*?\b)?(?:INSERT|UPDATE|DELETE|MERGE|REPLACE|COPY)\b", re.IGNORECASE | re.DOTALL)
_MARK = "wrote"
_BEGUN = "begun"


def watched_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions for ``wrote``. Opening one costs no connection."""
    sessions = make_sessions(engine)
    event.listen(sessions, "after_begin", _watch)
    return sessions


def wrote(session: Session) -> bool:
    """Flushes first, so that what is only pending counts too; to be pending it must have begun a transaction."""
    if session.in_transaction():
        session.flush()
    return _MARK in session.info


def untouched(session: Session) -> bool:
    """Whether it never spoke to the database and holds nothing, so that it is as good as new."""
    return _BEGUN not in session.info and not session.in_transaction()


def _watch(session: Session, _: SessionTransaction, connection: Connection) -> None:
    session.info[_BEGUN] = True

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if _WRITES.match(statement):
            session.info[_MARK] = True

    event.listen(connection, "before_cursor_execute", look)

"""Engines and sessions. SQLite runs in WAL with BEGIN IMMEDIATE, so that a writer waits instead of failing halfway."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

SQLITE_BUSY_MS = 10_000  # longer than any transaction of ours; the message budget ends first
READING = "bianshitong_reading"  # our execution option
POOL_SIZE = 16  # the size of the thread pool that answers messages


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql+psycopg://…``; the folder of a SQLite file is made.

    Its errors name no values: a traceback must not hold what a citizen wrote.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"timeout": SQLITE_BUSY_MS / 1000}, pool_size=POOL_SIZE, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(parsed, pool_size=POOL_SIZE, pool_pre_ping=True, hide_parameters=True)


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def make_reading_sessions(engine: Engine) -> sessionmaker[Session]:
    """For looks that write nothing: on SQLite they never wait for a writer, nor make one wait."""
    return make_sessions(engine.execution_options(**{READING: True}))


def _begin_sqlite(connection: Connection) -> None:
    """Whoever may write says so at once; a reader in WAL needs no lock, and must not queue for the writers'."""
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's own BEGIN comes too late
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={SQLITE_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")

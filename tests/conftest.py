"""Real parts for every test: SQLite and PostgreSQL databases, a Redis server, and the shared folder where present."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from knowledge.store.base import Base
from knowledge.store.sessions import make_engine, make_sessions
from knowledge.store.vault import Vault
from tests.servers import PostgresServer, RedisServer, start_postgres, start_redis

# A busy machine may take ten times as long for one example; speed is measured by ``make bench``, never by a test.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Monday and a working day


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.scheduling import Scheduling  # xdist is there whenever it asks

    return Scheduling(config, log)


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of tuning data; present on the makers' machines only."""
    folder = Path(os.environ.get("BIANSHITONG_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("tuning data (shared/) is not on this machine")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Beside pytest's own folder: for root the server runs as another user, whom every new pytest shuts out of it."""
    with tempfile.TemporaryDirectory(prefix="bianshitong-pg-", ignore_cleanup_errors=True) as folder:
        server = start_postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = start_redis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """A real Redis, emptied before each test."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    _import_all_models()
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres: PostgresServer) -> str:
    _import_all_models()
    name = "template_bianshitong"
    engine = create_engine(postgres.create(name))
    Base.metadata.create_all(engine)
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def _postgres_database(_postgres_template: str, postgres: PostgresServer) -> str:
    return postgres.create("bianshitong_test", template=_postgres_template)


@pytest.fixture
def _postgres_url(_postgres_database: str, postgres: PostgresServer) -> str:
    postgres.clear(_postgres_database, tables=Base.metadata.tables)
    return _postgres_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database with our tables, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    yield request.getfixturevalue("_postgres_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, for what migrates by itself."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return make_sessions(engine)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault("a secret only for tests, long enough to be one")


def _import_all_models() -> None:
    from knowledge.store.models import register_all

    register_all()


def count(session: Session, table: str) -> int:
    return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

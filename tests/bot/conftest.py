"""Databases by name, for what is tested on Redis, SQLite and PostgreSQL alike."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.store.sessions import make_engine, make_sessions
from tests.servers import PostgresServer


@pytest.fixture
def sqlite_sessions(_sqlite_template: Path, tmp_path: Path) -> Iterator[sessionmaker[Session]]:
    path = tmp_path / "named.db"
    shutil.copy(_sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def postgresql_sessions(_postgres_template: str, postgres: PostgresServer) -> Iterator[sessionmaker[Session]]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    engine = make_engine(postgres.create(name, template=_postgres_template))
    yield make_sessions(engine)
    engine.dispose()
    postgres.drop(name)

"""Databases without a row, for properties over many of them: made once, rolled back each time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from knowledge.store.base import Base
from knowledge.store.models import register_all


@contextlib.contextmanager
def empty_base() -> Iterator[Session]:
    with Session(_engine()) as session:
        yield session
        session.rollback()


@cache
def _engine() -> Engine:
    register_all()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    return engine

"""A look into the database waits for nobody who writes, and sees what was committed."""

from __future__ import annotations

import time

from sqlalchemy import text

from knowledge.store.sessions import make_engine, make_reading_sessions, make_sessions

QUICK_SECONDS = 2.0  # a writer is waited for up to ten


def test_a_look_goes_on_while_somebody_writes(database_url: str) -> None:
    engine = make_engine(database_url)
    looking, writing = make_reading_sessions(engine), make_sessions(engine)
    with writing.begin() as session:
        session.execute(text("CREATE TABLE looked_at (number INTEGER)"))
    with writing.begin() as writer:
        writer.execute(text("INSERT INTO looked_at VALUES (1)"))
        began = time.monotonic()
        with looking() as reader:
            assert reader.scalar(text("SELECT count(*) FROM looked_at")) == 0
        assert time.monotonic() - began < QUICK_SECONDS
    with looking() as reader:
        assert reader.scalar(text("SELECT count(*) FROM looked_at")) == 1
    engine.dispose()

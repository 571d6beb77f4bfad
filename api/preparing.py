"""Before the first request: the database in its current form, the starter base, the demo's sample data."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from api.demo_people import demo_passwords
from api.settings import Settings, SettingsError
from api.wiring import utc_now
from api.worker.jobs import migrate_jobs
from knowledge.faq.files import import_entries
from knowledge.faq.models import FaqEntry
from knowledge.institutions.files import import_institutions
from knowledge.institutions.models import Institution
from knowledge.staff.accounts import FIRST_ACCOUNT, make_first_account
from knowledge.store.migration import is_current, migrate
from knowledge.store.sessions import make_engine, make_sessions

Tell = Callable[[str], None]
LOCK_NUMBER = 7_246_002  # any constant of ours but that of the migrations, which are a part of this
LOOK_SECONDS = 0.1
STARTER_BASE = "初始知识库"  # who stands in the versions of its entries
IN_MEMORY = (None, "", ":memory:")


def prepare_database(settings: Settings, *, tell: Tell) -> None:
    """Idempotent. Raises ``SettingsError`` where the database cannot be reached."""
    engine = make_engine(settings.database_url)
    try:
        with _one_at_a_time(engine):
            if not is_current(engine):
                tell("正在准备数据库…")
                migrate(engine)
                migrate_jobs(settings.database_url)
            with make_sessions(engine).begin() as session:
                _fill_base(session, tell)
                if settings.demo:
                    _fill_sample(session, tell)
    except OperationalError as error:
        raise SettingsError(f"连不上数据库（{_why(error)}）；请检查 BST_DATABASE_URL，并确认数据库已启动") from None
    finally:
        engine.dispose()


@contextlib.contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[None]:
    """Server and worker are often started together: the second waits, and then finds everything done."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Asked again and again: a statement that waited would be an old transaction to CREATE INDEX CONCURRENTLY.
            while not connection.scalar(select(func.pg_try_advisory_lock(LOCK_NUMBER))):
                time.sleep(LOOK_SECONDS)
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(LOCK_NUMBER)))
    elif engine.url.database in IN_MEMORY:
        yield
    else:
        with Path(f"{engine.url.database}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the kernel frees it, however its holder ends
            yield


def _why(error: OperationalError) -> str:
    """SQLite's own words name no address and no person; PostgreSQL's may."""
    said = f"：{error.orig}" if isinstance(error.orig, sqlite3.OperationalError) else ""
    return f"{type(error.orig).__name__}{said}"


def first_passwords(sessions: sessionmaker[Session], *, demo: bool) -> dict[str, str]:
    """The console's one-time passwords by account, of those who have not come yet; in the demo there are several."""
    now = utc_now()
    with sessions.begin() as session:
        first = make_first_account(session, now=now)
        found = {} if first is None else {FIRST_ACCOUNT: first}
        return found | (demo_passwords(session, now=now) if demo else {})


def _fill_base(session: Session, tell: Tell) -> None:
    """An installation without a single entry gets the starter base; a curated one is never touched."""
    if session.scalar(select(func.count()).select_from(FaqEntry)):
        return
    tell("正在导入初始知识库…")
    with as_file(files("knowledge.faq") / "data" / "starter.jsonl") as path:
        import_entries(session, path, now=utc_now(), by=STARTER_BASE)


def _fill_sample(session: Session, tell: Tell) -> None:
    if session.scalar(select(func.count()).select_from(Institution)):
        return
    tell("正在导入示例单位…")
    with as_file(files("knowledge.institutions") / "data" / "sample_institutions.jsonl") as path:
        import_institutions(session, path, now=utc_now())

"""Before the first request: the database in its current form, the starter base, the demo's sample data."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import as_file, files

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from api.settings import Settings, SettingsError
from api.wiring import utc_now
from api.worker.jobs import migrate_jobs
from knowledge.faq.files import import_entries
from knowledge.faq.models import FaqEntry
from knowledge.institutions.files import import_institutions
from knowledge.institutions.models import Institution
from knowledge.staff.accounts import make_first_account
from knowledge.store.migration import is_current, migrate
from knowledge.store.sessions import make_engine, make_sessions

Tell = Callable[[str], None]


def prepare_database(settings: Settings, *, tell: Tell) -> None:
    """Idempotent. Raises ``SettingsError`` where the database cannot be reached."""
    engine = make_engine(settings.database_url)
    try:
        if not is_current(engine):
            tell("正在准备数据库…")
            migrate(engine)
            migrate_jobs(settings.database_url)
        with make_sessions(engine).begin() as session:
            _fill_base(session, tell)
            if settings.demo:
                _fill_sample(session, tell)
    except OperationalError as error:
        raise SettingsError(
            f"连不上数据库（{type(error.orig).__name__}）；请检查 BST_DATABASE_URL，并确认数据库已启动"
        ) from None
    finally:
        engine.dispose()


def first_password(sessions: sessionmaker[Session]) -> str | None:
    """The console's one-time password, where nobody has an account yet."""
    with sessions.begin() as session:
        return make_first_account(session, now=utc_now())


def _fill_base(session: Session, tell: Tell) -> None:
    """An installation without a single entry gets the starter base; a curated one is never touched."""
    if session.scalar(select(func.count()).select_from(FaqEntry)):
        return
    tell("正在导入初始知识库…")
    with as_file(files("knowledge.faq") / "data" / "starter.jsonl") as path:
        import_entries(session, path, now=utc_now())


def _fill_sample(session: Session, tell: Tell) -> None:
    if session.scalar(select(func.count()).select_from(Institution)):
        return
    tell("正在导入示例单位…")
    with as_file(files("knowledge.institutions") / "data" / "sample_institutions.jsonl") as path:
        import_institutions(session, path, now=utc_now())

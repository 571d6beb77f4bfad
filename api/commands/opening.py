"""Opening the installation for one command: settings read, database in its current form, nothing of the web."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console
from sqlalchemy import Engine

from api.settings import Settings, read_settings

shown = Console(highlight=False, soft_wrap=True, markup=False)
told = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


@contextlib.contextmanager
def opened_database() -> Iterator[tuple[Settings, Engine]]:
    """The settings and an engine on the migrated database; disposed of afterwards."""
    from api.log import configure_logging
    from api.preparing import prepare_database
    from knowledge.store.sessions import make_engine

    settings = read_settings()
    configure_logging()
    prepare_database(settings, tell=told.print)
    engine = make_engine(settings.database_url)
    try:
        yield settings, engine
    finally:
        engine.dispose()

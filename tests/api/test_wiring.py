"""Building the product: what it must not make others wait for."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from api.links import SignedLinks
from api.settings import read_settings
from api.terminal import Unrecorded
from api.wiring import make_services
from api.worker.jobs import DbosJobs
from knowledge.store.vault import Vault


def test_the_indexes_are_built_while_somebody_writes(engine: Engine, tmp_path: Path, vault: Vault) -> None:
    """On SQLite there is one lock for all writers; a build that held it kept a message beyond its four seconds."""
    settings = read_settings({"BST_DATA_DIR": str(tmp_path)}, dotenv=None)
    jobs, links = DbosJobs.on(engine), SignedLinks(None, vault.key("page-links"))

    with engine.begin() as writer:
        writer.execute(text("CREATE TABLE somebody_writes (number INTEGER)"))
        services = make_services(settings, engine, vault, jobs, Unrecorded(), links)

    assert services.faq.version
    assert len(services.institutions) == 0
    jobs.close()


def test_an_error_of_the_database_names_no_value(engine: Engine) -> None:
    """A traceback ends in the log, and must not take a citizen's words there."""
    with engine.connect() as connection, pytest.raises(DBAPIError, match="nowhere") as error:
        connection.execute(text("SELECT :said FROM nowhere"), {"said": "紫色的长颈鹿"})
    assert "紫色的长颈鹿" not in str(error.value)

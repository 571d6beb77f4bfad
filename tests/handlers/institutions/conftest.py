"""The sample register, and who asks about it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.institutions.files import import_institutions
from knowledge.institutions.service import InstitutionService
from tests.conftest import NOON
from tests.handlers.build import make_context, make_services
from tests.handlers.institutions.talk import COUNTY, Talk, Whole
from tests.knowledge.faq.base import starter_service


@pytest.fixture(scope="session")
def loaded() -> dict[str, InstitutionService]:
    return {}


@pytest.fixture
def register(
    sessions: sessionmaker[Session], loaded: dict[str, InstitutionService], tmp_path: Path
) -> InstitutionService:
    """The sample register, imported once on each kind of database."""
    with sessions() as session:
        kind = session.get_bind().dialect.name
        if kind not in loaded:
            with files("knowledge.institutions").joinpath("data/sample_institutions.jsonl").open("rb") as source:
                copy = tmp_path / "sample.jsonl"
                copy.write_bytes(source.read())
            import_institutions(session, copy, now=NOON)
            session.commit()
            loaded[kind] = InstitutionService.load(session, index_dir=tmp_path / "index")
    return loaded[kind]


@pytest.fixture
def talk(register: InstitutionService, sessions: sessionmaker[Session]) -> Iterator[Talk]:
    context = make_context(sessions, account=COUNTY, services=make_services(institutions=register))
    yield Talk(context)
    context.session.close()


@pytest.fixture
def whole(register: InstitutionService) -> Iterator[Whole]:
    context = make_context(account=COUNTY, services=make_services(institutions=register, faq=starter_service()))
    yield Whole(context)
    context.session.close()

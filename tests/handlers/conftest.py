"""A citizen who talks to an account with a small real knowledge base and register."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, sessionmaker

from handlers.context import Services
from tests.handlers.citizens import Talker, services_with_content


@pytest.fixture
def services() -> Services:
    return services_with_content()


@pytest.fixture
def citizen(sessions: sessionmaker[Session], services: Services) -> Talker:
    return Talker(sessions, services)

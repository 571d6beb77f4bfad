"""The reference platform over real HTTP, and a client for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from api.platform.client import PlatformClient
from api.platform.reference import Failures, reference_platform
from knowledge.store.sessions import make_engine
from tests.api.live import LiveServer

TOKEN = "a token only for tests"
SECRET = "whsec_dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHM="
CLIENT_SECONDS = 1.5
PATIENT_SECONDS = 20.0  # where the waiting itself is not what is tested
KEY = "3f0c9a52-5b1e-4c1d-9f43-000000000001"


@dataclass
class Running:
    url: str
    engine: Engine
    failures: Failures
    client: PlatformClient
    http: httpx.Client


@pytest.fixture
def platform_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path}/platform.db")
    yield engine
    engine.dispose()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=CLIENT_SECONDS, trust_env=False) as http:
        yield http


@pytest.fixture
def platform(platform_engine: Engine) -> Iterator[Running]:
    app = reference_platform(platform_engine, token=TOKEN, callback_url=None, callback_secret=SECRET)
    with LiveServer(app) as server, httpx.Client(timeout=PATIENT_SECONDS, trust_env=False) as http:
        client = PlatformClient(f"{server.url}/v1", TOKEN, http=http)
        yield Running(server.url, platform_engine, app.state.failures, client, http)


def submission(**changed: Any) -> dict[str, Any]:
    """A feedback by the contract."""
    return {
        "reference": "F20261123-001",
        "account": "default",
        "kind": "consultation",
        "topic": None,
        "region": "110108",
        "text": "事业单位法人证书丢了怎么办？",
        "contact": None,
        "anonymous": False,
        "attachments": [],
        "submitted_at": "2026-11-23T12:00:00+08:00",
    } | changed

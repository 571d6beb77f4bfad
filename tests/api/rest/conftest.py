"""The REST application over a small invented base and register, and a program that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import orjson
import pytest
import redis
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.rest.app import PREFIX, rest_app
from api.rest.docs import docs_router
from api.rest.limits import Limiter
from api.rest.parts import RestParts
from bot.account import Account
from handlers.context import Recorder
from knowledge.faq.entry import Basis, Entry
from knowledge.faq.queries import bump_version, save_entry
from knowledge.faq.service import FaqService
from knowledge.institutions.files import import_institutions
from knowledge.institutions.service import InstitutionService
from knowledge.store.sessions import make_reading_sessions
from tests.api.rest.program import Clock, Program
from tests.handlers.build import KeptRecords, make_services
from tests.knowledge.faq.base import index_folder

LAW = (Basis("图书管理办法", "第三条"),)
ENTRIES = (
    Entry(
        id="K1",
        question="图书室的借书卡丢了怎么补办？",
        paraphrases=("借书卡遗失补领", "借书卡不见了"),
        answer="请带身份证到前台补办，电话{{bureau_phone}}。",
        category="借书卡",
        basis=LAW,
        verified=True,
        article_confirmed=True,
    ),
    Entry(id="K2", question="借书卡怎么换新？", answer="满五年可以换新。", category="借书卡", verified=True),
    Entry(id="K3", question="图书室几点开门？", answer="早上九点。", category="开放", verified=True),
    Entry(id="K3/城?", question="图书室几点开门？", answer="市里早上八点。", region="320300", verified=True),
    Entry(id="K4", question="图书室怎么去？", answer="坐一路车。", region="440300", verified=True),
    Entry(id="K5", question="图书室能停车吗？", answer="不能。", status="retired"),
    Entry(id="K6", question="图书室周末开门吗？", answer="还没有定。", status="draft"),
)
INSTITUTIONS = (
    {"name": "云泽县第一中学", "aliases": ["云泽一中"], "region": "320300", "credit_code": "12320300MB0X00015P",
     "legal_representative": "测试人", "phone": "0516-0000000", "latitude": 34.2, "longitude": 117.2, "datum": "WGS84"},
    {"name": "云泽县第一小学", "region": "320300"},
    {"name": "海角市第一中学", "region": "440300", "former_names": ["海角中学"]},
)  # fmt: skip
ACCOUNTS = {
    "city": Account(name="city", app_id="wx00000000000000aa", region="320300", bureau={"bureau_phone": "0516-1234"}),
    "other": Account(name="other", app_id="wx00000000000000bb", region="440300"),
}


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def faq(sessions: sessionmaker[Session], now: datetime) -> FaqService:
    with sessions.begin() as session:
        for entry in ENTRIES:
            save_entry(session, entry=entry, now=now)
        bump_version(session, now=now)
    return FaqService(ENTRIES, index_dir=index_folder(), number=1)


@pytest.fixture
def institutions(sessions: sessionmaker[Session], tmp_path: Path, now: datetime) -> InstitutionService:
    file = tmp_path / "institutions.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, INSTITUTIONS)))
    with sessions.begin() as session:
        assert import_institutions(session, file, now=now).errors == []
    with sessions() as session:
        return InstitutionService.load(session, index_dir=tmp_path / "index")


@pytest.fixture
def records() -> KeptRecords:
    return KeptRecords()


@pytest.fixture
def shared_redis(redis_url: str) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(redis_url)
    yield client
    client.close()


@pytest.fixture
def parts(
    engine: Engine,
    sessions: sessionmaker[Session],
    faq: FaqService,
    institutions: InstitutionService,
    records: KeptRecords,
    shared_redis: redis.Redis,
    clock: Clock,
) -> RestParts:
    return RestParts(
        sessions=sessions,
        reading=make_reading_sessions(engine),
        services=make_services(faq=faq, institutions=institutions, recorder=records),
        accounts=ACCOUNTS,
        limiter=Limiter(shared_redis),
        clock=clock,
    )


@pytest.fixture
def app(parts: RestParts) -> FastAPI:
    """As the product mounts it."""
    rest = rest_app(parts)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(docs_router(rest))
    app.mount(PREFIX, rest)
    return app


@pytest.fixture
def program(app: FastAPI, sessions: sessionmaker[Session], clock: Clock) -> Iterator[Program]:
    with TestClient(app, base_url="http://rest.test") as client:
        yield Program(client, sessions, clock)


@pytest.fixture
def app_without_redis(parts: RestParts) -> Iterator[Program]:
    nowhere = redis.Redis(unix_socket_path="/nonexistent/redis.sock")
    with rest_client(replace(parts, limiter=Limiter(nowhere))) as program:
        yield program
    nowhere.close()


@contextmanager
def rest_client(parts: RestParts, *, recorder: Recorder | None = None) -> Iterator[Program]:
    """A program before an application of these parts."""
    services = replace(parts.services, recorder=recorder) if recorder else parts.services
    app = FastAPI()
    app.mount(PREFIX, rest_app(replace(parts, services=services)))
    assert isinstance(parts.clock, Clock)
    with TestClient(app, base_url="http://rest.test") as client:
        yield Program(client, parts.sessions, parts.clock)

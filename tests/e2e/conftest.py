"""Databases that are ready to serve from, and the demo that most tests share.

Everything of one dialect runs in one process of the test run (``tests.scheduling``) and shares the demo.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.preparing import prepare_database
from api.settings import read_settings
from tests.e2e.bureau import Bureau, running_bureau
from tests.e2e.far_side import Platform, running_platform, running_wechat
from tests.e2e.product import ENDED_BY_CTRL_C, RunningProduct, environment
from tests.servers import PostgresServer, RedisServer, start_redis

MakeDatabase = Callable[[], str]
TEMPLATE = "template_e2e"
TIMEOUT_SECONDS = 400  # a test that starts three processes, while other things run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in filter(_of_the_whole_product, items):
        item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS))
    items.sort(key=_of_the_whole_product)  # these last, the others as they are


def _of_the_whole_product(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def make_database(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeDatabase]:
    """URLs of fresh databases, migrated and filled with the starter base and the sample institutions."""
    folder = tmp_path_factory.mktemp(f"databases-{dialect}")
    if dialect == "sqlite":
        template = folder / "template.db"
        _migrate(f"sqlite:///{template}", folder)

        def copy() -> str:
            path = folder / f"{uuid.uuid4().hex}.db"
            shutil.copy(template, path)
            return f"sqlite:///{path}"

        yield copy
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    _migrate(server.create(TEMPLATE), folder)
    made: list[str] = []

    def create() -> str:
        made.append(f"e2e_{uuid.uuid4().hex[:12]}")
        return server.create(made[-1], template=TEMPLATE)

    yield create
    for name in (*made, TEMPLATE):
        server.drop(name)


def _migrate(url: str, folder: Path) -> None:
    given = environment(folder, {"BST_DEMO": "1", "BST_DATABASE_URL": url})
    prepare_database(read_settings(given, dotenv=None), tell=lambda _: None)


@pytest.fixture(scope="session")
def demo_database(make_database: MakeDatabase) -> str:
    return make_database()


@pytest.fixture(scope="session")
def demo(demo_database: str, dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProduct]:
    """``make run``, with its embedded Redis. Shared: each test brings its own citizen."""
    product = RunningProduct(tmp_path_factory.mktemp(f"demo-{dialect}"), {"BST_DATABASE_URL": demo_database})
    product.start()
    yield product
    assert product.stop() in ENDED_BY_CTRL_C


@pytest.fixture(scope="session")
def bureau_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = start_redis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def bureau(
    dialect: str, make_database: MakeDatabase, bureau_redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bureau]:
    """Server, worker, platform and WeChat's API. Shared: each test brings its own citizen."""
    folder = tmp_path_factory.mktemp(f"bureau-{dialect}")
    with (
        running_platform(folder / "platform") as platform,
        running_wechat() as wechat,
        running_bureau(
            folder, database_url=make_database(), redis_url=bureau_redis.url, platform=platform, wechat=wechat
        ) as bureau,
    ):
        yield bureau


@pytest.fixture
def platform(bureau: Bureau) -> Iterator[Platform]:
    """The bureau's; whatever a test made fail is well again after it."""
    yield bureau.platform
    bureau.platform.failures.heal()

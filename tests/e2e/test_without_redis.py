"""Redis away at the start, back, frozen and gone in the middle: answers go on, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.feedback.models import Ticket
from knowledge.store.sessions import make_engine
from tests.api.live import free_port
from tests.e2e.citizen import Citizen, at_once, plain_words, reference_in
from tests.e2e.conftest import MakeDatabase
from tests.e2e.far_side import until
from tests.e2e.product import RunningProduct
from tests.servers import RedisServer, start_redis


@pytest.fixture(scope="module")
def redis_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def product(
    make_database: MakeDatabase, redis_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProduct]:
    """Started with nobody at its Redis address."""
    settings = {"BST_DATABASE_URL": make_database(), "BST_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0"}
    product = RunningProduct(tmp_path_factory.mktemp("without-redis"), settings)
    product.start()
    yield product
    product.stop()


def filed(product: RunningProduct) -> int:
    engine = make_engine(product.settings["BST_DATABASE_URL"])
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(Ticket)) or 0
    engine.dispose()
    return count


def is_ready(product: RunningProduct, status: str) -> bool:
    return product.readiness()["status"] == status


def start(folder: Path, port: int) -> RedisServer:
    server = start_redis(folder, port=port)
    if server.process is None:
        pytest.skip("the Redis of BST_TEST_REDIS_URL cannot be stopped by a test")
    return server


def test_answers_go_on_whatever_becomes_of_redis(product: RunningProduct, redis_port: int, tmp_path: Path) -> None:
    """One life of one process: away at the start, there, frozen, there, gone, there."""
    citizen = Citizen(product.url, "o-without-redis")

    assert "补领" in plain_words(citizen.says("事业单位法人证书丢了怎么办"))
    assert is_ready(product, "degraded")
    citizen.fills_in("希望增加停车位")
    confirm = citizen.text("确认")
    answers = at_once([(citizen, confirm, product.url)] * 3)
    assert len(set(answers)) == 1
    assert filed(product) == 1

    redis = start(tmp_path, redis_port)
    try:
        until(lambda: is_ready(product, "ok"))
        assert citizen.deliver(confirm) == answers[0]
        citizen.fills_in("希望增加自行车位")  # in Redis now
        redis.pause()
        second = citizen.says("确认")
        assert reference_in(second) != reference_in(answers[0])
        assert is_ready(product, "degraded")
        assert filed(product) == 2
        redis.go_on()
        until(lambda: is_ready(product, "ok"))
        assert reference_in(second) in plain_words(citizen.says("我的反馈"))
        citizen.says("反馈")
        citizen.says("咨询")
    finally:
        redis.go_on()
        redis.stop()

    assert citizen.says("跳过")  # the form goes on from the database
    assert "补充图片" in citizen.says("证书有效期是几年")
    assert is_ready(product, "degraded")
    citizen.says("跳过")
    assert "请核对后提交" in citizen.says("跳过")
    last = citizen.text("确认")
    assert reference_in(citizen.deliver(last))
    assert filed(product) == 3

    redis = start(tmp_path, redis_port)
    try:
        until(lambda: is_ready(product, "ok"))
        assert len({citizen.deliver(last) for _ in range(3)}) == 1
        assert filed(product) == 3
        assert "补领" in plain_words(citizen.says("事业单位法人证书丢了怎么办"))
    finally:
        redis.stop()
    assert "Traceback" not in product.said

"""The main job, end to end: encrypted message → answer, look-up, feedback → database → worker → platform over HTTP."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.product import Citizen, RunningProduct, plain_words

REFERENCE = re.compile(r"F[0-9]{8}-?[0-9]{3,}")


@pytest.fixture
def product(tmp_path: Path, empty_database_url: str, redis_url: str) -> Iterator[RunningProduct]:
    running = RunningProduct(tmp_path / "data", {"BST_DATABASE_URL": empty_database_url, "BST_REDIS_URL": redis_url})
    running.start()
    yield running
    running.stop()


def received(product: RunningProduct) -> list[tuple[str, str]]:
    """What stands at the reference platform: (reference, body)."""
    with sqlite3.connect(product.data_dir / "reference-platform.db") as database:
        return list(database.execute("SELECT reference, text FROM feedback"))


def until(found, seconds: float = 30.0):  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := found():
            return value
        time.sleep(0.1)
    raise AssertionError("it never came")


def test_a_question_a_look_up_and_a_feedback_reach_their_end(product: RunningProduct) -> None:
    citizen = Citizen(product.url, "o-main-path-citizen")

    assert "补领" in plain_words(citizen.says("事业单位法人证书丢了怎么办"))

    card = plain_words(citizen.says("示例县第一中学"))
    assert "统一社会信用代码" in card

    citizen.says("反馈")
    citizen.says("建议")
    citizen.says("跳过")
    citizen.says("希望窗口周六上午也开放办理")
    citizen.says("跳过")
    assert "请核对后提交" in citizen.says("跳过")
    filed = citizen.says("确认")
    reference = REFERENCE.search(filed)
    assert reference is not None, filed
    assert until(lambda: received(product))[0][0] == reference[0]
    assert reference[0] in plain_words(citizen.says(f"进度 {reference[0]}"))

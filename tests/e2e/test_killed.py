"""``kill -9`` and Ctrl-C: nothing is lost, nothing is done twice, nothing is left running."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from api.platform.reference import Failure
from knowledge.feedback.queries import attempts, ticket_by_reference
from knowledge.store.sessions import make_engine
from tests.e2e.bureau import Bureau
from tests.e2e.citizen import Citizen, plain_words, reference_in
from tests.e2e.conftest import MakeDatabase
from tests.e2e.far_side import Platform, running_platform, until
from tests.e2e.product import ENDED_BY_CTRL_C, RunningProcess, RunningProduct, ended_within

CTRL_C_SECONDS = 10.0


def test_a_server_killed_after_the_confirmation_forwards_once_when_it_is_started_again(
    tmp_path: Path, make_database: MakeDatabase
) -> None:
    with running_platform(tmp_path / "platform") as platform:
        settings = {"BST_DATABASE_URL": make_database(), **platform.settings}
        product = RunningProduct(tmp_path / "data", settings)
        product.start()
        filing, waiting = Citizen(product.url, "o-files-just-now"), Citizen(product.url, "o-in-the-middle")
        waiting.fills_in("希望增加无障碍通道")
        filing.fills_in("希望增加指示牌")
        confirm = filing.text("确认")

        filed = filing.deliver(confirm)
        children = product.children()
        product.kill()

        assert [child.name() for child in children] == ["redis-server"]
        assert ended_within(children, 5.0)
        product.start()
        try:
            assert filing.deliver(confirm) == filed
            assert len(until(lambda: platform.received(reference_in(filed)), 100.0)) == 1
            reference = reference_in(waiting.says("确认"))
            assert len(until(lambda: platform.received(reference))) == 1
            assert len(platform.received(reference_in(filed))) == 1
            assert product.readiness()["status"] == "ok"
        finally:
            product.stop()


def test_a_worker_killed_while_the_platform_is_taking_it_leaves_one_record(bureau: Bureau, platform: Platform) -> None:
    platform.failures.next(Failure.ACCEPTS_SILENTLY)
    citizen = bureau.citizen()

    reference = citizen.files("希望增加轮椅坡道")
    until(lambda: platform.received(reference))
    bureau.worker.kill()
    bureau.worker.start()

    until(lambda: "已转交承办平台" in citizen.says(f"进度 {reference}"))
    assert len(platform.received(reference)) == 1
    with bureau.session() as session:
        ticket = ticket_by_reference(session, reference=reference)
        assert ticket is not None
        assert attempts(session, ticket_id=ticket.id, vault=bureau.vault)[0].outcome == "found"


def test_ctrl_c_answers_the_message_in_hand_and_leaves_nothing_running(tmp_path: Path) -> None:
    """From nothing, as ``make run`` starts it: SQLite and Redis of its own."""
    product = RunningProduct(tmp_path / "data")
    product.start()
    citizen = Citizen(product.url, "o-last-one")
    citizen.fills_in("希望下班前也能取号")
    children = product.children()
    engine = make_engine(f"sqlite:///{product.data_dir / 'bianshitong.db'}")

    with ThreadPoolExecutor(1) as threads, engine.connect() as writer:
        writer.execute(text("SELECT 1"))  # begins the only transaction that may write
        answer = threads.submit(citizen.says, "确认")
        time.sleep(0.5)
        threading.Timer(1.0, writer.rollback).start()
        began = time.monotonic()
        code = product.stop()

    engine.dispose()
    assert time.monotonic() - began < CTRL_C_SECONDS
    assert code in ENDED_BY_CTRL_C
    assert reference_in(plain_words(answer.result()))
    assert ended_within(children, 1.0)
    assert "Traceback" not in product.said


def test_two_that_begin_at_once_on_an_empty_database_prepare_it_once(tmp_path: Path, empty_database_url: str) -> None:
    both = [
        RunningProcess(tmp_path / name, {"BST_DATABASE_URL": empty_database_url}, ("-m", "api", "migrate"))
        for name in ("one", "other")
    ]
    for one in both:
        one.launch()
    try:
        codes = [one.process.wait(120) for one in both if one.process is not None]
    finally:
        for one in both:
            one.kill()

    assert codes == [0, 0], [one.said for one in both]
    assert [one.said.count("已是最新版本") for one in both] == [1, 1]


def test_a_busy_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        product = RunningProduct(tmp_path / "data", port=other.getsockname()[1])
        product.launch()
        assert product.process is not None
        code = product.process.wait(60)

    assert code == 1
    [sentence] = product.said.splitlines()
    assert str(product.port) in sentence
    assert "换一个端口" in sentence

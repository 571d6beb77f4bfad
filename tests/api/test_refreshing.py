"""What is in memory follows the database, and what is past its time goes."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

from api.preparing import prepare_database
from api.refreshing import Refresher
from api.settings import Settings
from api.wiring import build_product
from knowledge.audit.events import Actor
from knowledge.faq.entry import Entry
from knowledge.faq.queries import bump_version, save_entry
from knowledge.sentences.queries import set_sentence
from knowledge.store.sessions import make_engine, make_sessions


def test_a_changed_base_is_answered_within_five_seconds_without_a_restart(
    tmp_path: Path, redis_url: str, now: datetime
) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'a.db'}", secret_key="k" * 40, redis_url=redis_url
    )
    prepare_database(settings, tell=lambda _: None)
    with build_product(settings, redis_url=redis_url, base_url="http://127.0.0.1:1") as product:
        refresher = Refresher(product)
        refresher.start()
        try:
            question = "食堂周末开门吗"
            assert product.services.faq.decide(question, region=None, now=now).kind != "answer"
            with product.sessions.begin() as session:
                save_entry(session, entry=Entry(id="new", question=question, answer="周末不开门。"), now=now)
                bump_version(session, now=now)
            deadline = time.monotonic() + timedelta(seconds=5).total_seconds()
            while product.services.faq.decide(question, region=None, now=now).kind != "answer":
                assert time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            refresher.stop()


def test_a_changed_sentence_is_said_within_five_seconds_without_a_restart(
    tmp_path: Path, redis_url: str, now: datetime
) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'a.db'}", secret_key="k" * 40, redis_url=redis_url
    )
    prepare_database(settings, tell=lambda _: None)
    with build_product(settings, redis_url=redis_url, base_url="http://127.0.0.1:1") as product:
        refresher = Refresher(product)
        refresher.start()
        try:
            sentences = product.services.sentences
            assert sentences.of("help", "default") is None
            with make_sessions(make_engine(settings.database_url)).begin() as other_process:
                set_sentence(other_process, name="help", account="", text="新的", shown=0, by=Actor(name="王"), now=now)
            deadline = time.monotonic() + timedelta(seconds=5).total_seconds()
            while sentences.of("help", "default") != "新的":
                assert time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            refresher.stop()

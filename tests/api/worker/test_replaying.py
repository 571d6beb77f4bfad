"""The product's own worker replays what is asked for, and publishes what is planned at its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.preparing import prepare_database
from api.publishing import enqueue_replay
from api.settings import Settings
from api.wiring import Product, build_product, utc_now
from api.work import Pace, build_worker
from knowledge.curation.publication import Stage, publication
from knowledge.curation.publishing import plan
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import all_entries
from tests.api.live import wait_until
from tests.api.worker.conftest import RHYTHM
from tests.knowledge.curation.people import REVIEWER
from tests.knowledge.curation.publishing import approved_draft, requested


@pytest.fixture
def product(empty_database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Product]:
    settings = Settings(data_dir=tmp_path, database_url=empty_database_url, secret_key="k" * 40, redis_url=redis_url)
    prepare_database(settings, tell=lambda _: None)
    with build_product(settings, redis_url=redis_url, base_url="http://127.0.0.1:1") as product:
        worker = build_worker(product, pace=Pace(rhythm=RHYTHM))
        worker.start()
        yield product
        worker.stop()


def stage(product: Product, publication_id: str) -> Stage:
    with product.sessions() as session:
        return Stage(publication(session, publication_id).state)


def test_the_worker_replays_a_publication_and_publishes_it_when_its_time_has_come(product: Product) -> None:
    with product.sessions() as session:
        entry = all_entries(session)[0]
        draft = approved_draft(session, now=utc_now(), entry_id=entry.id, answer="新的答复。")
        publication_id = requested(session, draft, now=utc_now())
        enqueue_replay(session, publication_id, enqueue=product.services.jobs.enqueue)
        session.commit()
    wait_until(lambda: stage(product, publication_id) is Stage.READY, seconds=60)
    with product.sessions.begin() as session:
        at = utc_now() + timedelta(seconds=1)
        plan(session, publication_id=publication_id, at=at, by=REVIEWER, now=utc_now())
    wait_until(lambda: stage(product, publication_id) is Stage.PUBLISHED, seconds=60)
    with product.sessions() as session:
        assert session.get_one(FaqEntry, entry.id).answer == "新的答复。"
        row = publication(session, publication_id)
        assert row.published_at is not None
        assert at <= row.published_at

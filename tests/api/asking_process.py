"""A process that answers from the base without a pause, for tests: it tells what changes in its answers, and failures.

``ask`` runs in a process of its own, with the refreshing of the product and nothing else of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from api.refreshing import Refresher
from api.settings import Settings
from api.wiring import build_product

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PAUSE_SECONDS = 0.01  # between questions: what builds beside needs the processors too
SECRET = "a secret only for tests, long enough to be one"


def ask(database_url: str, redis_url: str, data_dir: str, question: str, other: str, tell: Connection) -> None:
    """Sends the answer to ``question`` with the words read in ``other`` whenever they change; at the end, when the
    other side sends anything, how often it asked and what failed."""
    settings = Settings(data_dir=Path(data_dir), database_url=database_url, secret_key=SECRET, redis_url=redis_url)
    asked, failed, said = 0, set[str](), None
    with build_product(settings, redis_url=redis_url, base_url="http://127.0.0.1:1") as product:
        faq, refresher = product.services.faq, Refresher(product)
        refresher.start()
        while not tell.poll(PAUSE_SECONDS):
            try:
                decision = faq.decide(f"{question}{asked}", region=None, now=NOON)  # never the same: none is remembered
                words = faq.decide(other, region=None, now=NOON).explanation.words
            except Exception as error:  # noqa: BLE001 - told to the test
                failed.add(repr(error))
                continue
            asked += 1
            now_said = decision.entries[0].entry.answer, words
            if now_said != said:
                said = now_said
                tell.send(said)
        refresher.stop()
    tell.send((asked, failed))

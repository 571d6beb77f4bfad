"""``bianshitong worker`` in a hurry: the same work on the same settings, with pauses that a test can wait for."""

from __future__ import annotations

import signal
import sys
import threading
from dataclasses import replace
from datetime import timedelta

import httpx

from api.log import configure_logging
from api.settings import read_settings
from api.wiring import build_product
from api.work import Pace, build_worker
from api.worker.turns import Growing
from api.worker.worker import Rhythm

PLATFORM_SECONDS = 2.0
SOON = Growing(first=timedelta(seconds=1), longest=timedelta(seconds=1), tries=20)
QUICK = Pace(
    forwarding=SOON,
    fetching=SOON,
    rhythm=Rhythm(
        polling=timedelta(seconds=0.3),
        beat=timedelta(seconds=0.3),
        dead_after=timedelta(seconds=3),
        stop=timedelta(seconds=5),
    ),
)


def main() -> None:
    configure_logging()
    settings = read_settings()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    assert settings.redis_url is not None
    with (
        build_product(settings, redis_url=settings.redis_url, base_url="") as product,
        httpx.Client(timeout=PLATFORM_SECONDS, trust_env=False) as http,
    ):
        worker = build_worker(replace(product, platform_http=http), pace=QUICK)
        worker.start()
        sys.stdout.write("working\n")
        sys.stdout.flush()
        stopping.wait()
        worker.stop()


if __name__ == "__main__":
    main()

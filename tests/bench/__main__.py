"""One run on this machine: product and echo side by side. Stops by itself after about a minute."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.bench import report, servers
from tests.bench.load import Mailbag
from tests.bench.measuring import ANSWERED_BY_FAQ, Bench, Figure, wait_until_recorded
from tests.servers import start_redis


def main() -> int:
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--dry", action="store_true", help="print the figures, write nothing")
    options = asked.parse_args()
    os.sched_setaffinity(0, {servers.cores()[1]})
    with tempfile.TemporaryDirectory(prefix="bianshitong-bench-") as folder:
        figures, recorded = _run(Path(folder))
    print(report.table(figures, recorded))
    if not options.dry:
        for path in report.write(figures, recorded, folder=servers.ROOT):
            _tell(f"written: {path.relative_to(servers.ROOT)}")
    return 0


def _run(folder: Path) -> tuple[list[Figure], float]:
    """The figures, and the share of the product's messages that the base answered and the database recorded."""
    _tell("starting Redis, the product and the echo …")
    redis = start_redis(folder)
    try:
        assert redis.process is not None, "BST_TEST_REDIS_URL names a server whose processor time cannot be seen"
        with (
            servers.product(folder / "product", redis_url=redis.url) as product,
            servers.echo(folder) as echo,
        ):
            bench = Bench(product, echo, psutil.Process(redis.process.pid), Mailbag(servers.ACCOUNT), tell=_tell)
            first = bench.meet()
            figures = [*bench.measure(), first]
            sent = bench.sent_to(product)
            recorded = wait_until_recorded(folder / "product" / "bianshitong.db", sent) / sent
    finally:
        redis.stop()
    assert recorded >= ANSWERED_BY_FAQ, f"only {recorded:.1%} of the messages were answered by the base"
    return figures, recorded


def _tell(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


sys.exit(main())

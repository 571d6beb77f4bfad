"""The Redis that comes with the product."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import redis

from api.embedded_redis import EmbeddedRedis


def _servers(folder: Path) -> list[psutil.Process]:
    return [
        p
        for p in psutil.process_iter(["cmdline"])
        if p.status() != psutil.STATUS_ZOMBIE
        and any(str(folder) in part for part in p.info["cmdline"] or ())
        and "redis-server" in (p.info["cmdline"] or [""])[0]
    ]


def test_it_serves_and_nothing_is_left_after_stop_even_with_a_client_connected(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    client = redis.Redis.from_url(server.start())
    client.set("a", "1")
    assert _servers(tmp_path)

    server.stop()

    assert not _servers(tmp_path)
    client.close()


def test_a_second_process_on_the_same_folder_shares_it(tmp_path: Path) -> None:
    first, second = EmbeddedRedis(tmp_path), EmbeddedRedis(tmp_path)
    first.start()
    try:
        assert second.start() == first.url
        second.stop()
        client = redis.Redis.from_url(first.url)
        assert client.ping()
        client.close()
        assert len(_servers(tmp_path)) == 1
    finally:
        first.stop()


def test_killing_the_owner_leaves_no_orphan_and_the_next_start_works(tmp_path: Path) -> None:
    script = (
        "import time; from pathlib import Path; from api.embedded_redis import EmbeddedRedis;"
        f"EmbeddedRedis(Path({str(tmp_path)!r})).start(); print('up', flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline().strip() == "up"

    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    owner.stdout.close()

    deadline = time.monotonic() + 5
    while _servers(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _servers(tmp_path)
    again = EmbeddedRedis(tmp_path)
    again.start()
    again.stop()


def test_a_very_long_data_folder_still_gets_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    server = EmbeddedRedis(deep)
    client = redis.Redis.from_url(server.start())
    assert client.ping()
    client.close()
    server.stop()

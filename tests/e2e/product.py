"""The product as operating-system processes of its own: ``bianshitong serve``, in demo mode or as a bureau runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.api.live import free_port

ROOT = Path(__file__).parents[2]
SECRET = "a secret only for end-to-end tests, long enough"
START_SECONDS = 180.0  # seven seconds where nothing else runs
END_SECONDS = 30.0
ENDED_BY_CTRL_C = (0, 130)
SERVE = ("-m", "api", "serve")
QUICK_WORKER = ("-m", "tests.e2e.quick_worker")


def environment(data_dir: Path, settings: dict[str, str]) -> dict[str, str]:
    """Of this machine everything but its own ``BST_`` settings, and of the product exactly ``settings``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BST_")}
    product = {"BST_DATA_DIR": str(data_dir), "BST_SECRET_KEY": SECRET, **settings}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", **product}


@dataclass
class RunningProcess:
    """One process of ours; ``settings`` are its BST_ variables. It is up once it says ``up``."""

    data_dir: Path
    settings: dict[str, str]
    command: tuple[str, ...] = QUICK_WORKER
    up: str = "working"
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.data_dir / f"log-of-{self.command[-1]}.txt"

    @property
    def said(self) -> str:
        """All that it and its predecessors on this folder wrote to stdout and stderr."""
        return self.log.read_text() if self.log.exists() else ""

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> RunningProcess:
        self.launch()
        self.wait_until_up()
        return self

    def launch(self) -> None:
        """Without waiting, so that several may start at once."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._before = len(self.said)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                env=environment(self.data_dir, self.settings),
                cwd=self.data_dir,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_until_up(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while not self._is_up():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"it did not start:\n{self.said[-3000:]}")
            time.sleep(0.05)

    def _is_up(self) -> bool:
        return self.up in self.said[self._before :]

    def stop(self) -> int:
        """As Ctrl-C does; the exit code."""
        return self._end(signal.SIGINT)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children(recursive=True)

    def _end(self, number: int) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(END_SECONDS)
        self.process = None
        return code


@dataclass
class RunningProduct(RunningProcess):
    """``bianshitong serve``; in demo mode unless ``demo`` says otherwise."""

    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    demo: bool = True

    def __post_init__(self) -> None:
        self.command = (*SERVE, "--port", str(self.port))
        if self.demo:
            self.settings = {"BST_DEMO": "1", **self.settings}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def readiness(self) -> dict[str, object]:
        answer: dict[str, object] = httpx.get(f"{self.url}/readyz", timeout=20.0, trust_env=False).json()
        return answer

    def _is_up(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5.0, trust_env=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def ended_within(processes: list[psutil.Process], seconds: float) -> bool:
    """Whether all of them are gone by then; one that nobody has waited for counts as gone."""
    deadline = time.monotonic() + seconds
    while any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True

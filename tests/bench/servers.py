"""The measured servers, each a process of its own on one core, as they would run: the product by its own command."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import psutil

from bot.account import Account, Credentials, Mode

START_SECONDS = 120.0  # an index of 100,000 questions may have to be built
STOP_SECONDS = 30.0
ROOT = Path(__file__).parents[2]
ACCOUNT = Account(
    name="bench",
    app_id="wx00000000000bench",
    mode=Mode.SAFE,
    region="110000",
    credentials=Credentials(
        app_secret="s" * 32, token="benchmarktoken", aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    ),
)
# Invented facts, so that answers are whole and not the sentence for what staff has left open.
BUREAU = {
    "bureau_name": "示例编办",
    "bureau_phone": "0000-1234567",
    "bureau_address": "示例路1号",
    "office_hours": "工作日9:00-17:30",
    "duty_phone": "0000-1234568",
    "official_site": "示例网",
    "guide_link": "示例导办台",
    "registration_system": "示例登记系统",
    "website_mark_system": "示例标识系统",
    "promise_days": "10个工作日",
    "smz_contact": "0000-1234569",
    "disclosure_contact": "0000-1234560",
    "credit_code_site": "示例查询网",
    "hotline_consult_days": "5个工作日",
    "hotline_complaint_days": "15个工作日",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A server under load. ``cpu_seconds``: user and system time of its process with all its threads, so far."""

    port: int
    process: psutil.Process
    layers_file: Path | None = None

    def cpu_seconds(self) -> float:
        spent = self.process.cpu_times()
        return float(spent.user + spent.system)

    def layers(self) -> dict[str, float]:
        """The seconds that each layer has spent so far. Only of a product that is ``layered``."""
        assert self.layers_file is not None
        self.layers_file.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + START_SECONDS
        while not self.layers_file.exists():
            assert time.monotonic() < deadline, "the layers were not told"
            time.sleep(0.02)
        return {str(layer): float(seconds) for layer, seconds in orjson.loads(self.layers_file.read_bytes()).items()}


def cores() -> tuple[int, int]:
    """The server's core, and the one for everything else; on a machine with one core they are the same."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


@contextlib.contextmanager
def product(folder: Path, *, redis_url: str, layered: bool = False) -> Iterator[Measured]:
    """``bianshitong serve`` on a database of its own under ``folder``; ``layered``: with a stopwatch at each layer."""
    folder.mkdir(parents=True, exist_ok=True)
    secrets = ACCOUNT.credentials
    environment = {
        "BST_DATA_DIR": str(folder),
        "BST_REDIS_URL": redis_url,
        "BST_SECRET_KEY": "k" * 32,
        "BST_ACCOUNTS_FILE": str(_accounts_file(folder)),
        "BENCH_LAYERS": str(folder / "layers.json"),
        "BENCH_TOKEN": secrets.token,
        "BENCH_AES_KEY": secrets.aes_key or "",
        "BENCH_APP_SECRET": secrets.app_secret or "",
    }
    port = _free_port()
    module = "tests.bench.layered" if layered else "api"
    with _running(["-m", module, "serve", "--port", str(port)], environment, folder, port) as measured:
        yield replace(measured, layers_file=folder / "layers.json")


@contextlib.contextmanager
def echo(folder: Path) -> Iterator[Measured]:
    """FastAPI and wechatpy under the same server with the same options."""
    secrets = ACCOUNT.credentials
    environment = {
        "ECHO_TOKEN": secrets.token,
        "ECHO_AES_KEY": secrets.aes_key or "",
        "ECHO_APP_ID": ACCOUNT.app_id,
    }
    port = _free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"]
    with _running(["-m", "uvicorn", "tests.bench.echo:app", *options], environment, folder, port) as measured:
        yield measured


@contextlib.contextmanager
def _running(arguments: list[str], environment: dict[str, str], folder: Path, port: int) -> Iterator[Measured]:
    """Ended as by Ctrl-C; its own words are shown where it does not start."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BST_")}
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**inherited, **environment, "PYTHONPATH": str(ROOT)},
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_serving(process, port, log)
        os.sched_setaffinity(process.pid, {cores()[0]})
        for thread in psutil.Process(process.pid).threads():
            os.sched_setaffinity(thread.id, {cores()[0]})
        yield Measured(port, psutil.Process(process.pid))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def _wait_until_serving(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def _accounts_file(folder: Path) -> Path:
    lines = [
        f"[accounts.{ACCOUNT.name}]",
        f'app_id = "{ACCOUNT.app_id}"',
        'app_secret_env = "BENCH_APP_SECRET"',
        'token_env = "BENCH_TOKEN"',
        'aes_key_env = "BENCH_AES_KEY"',
        f'region = "{ACCOUNT.region}"',
        'type = "service"',
        "verified = true",
        f"[accounts.{ACCOUNT.name}.bureau]",
        *(f'{name} = "{value}"' for name, value in BUREAU.items()),
    ]
    path = folder / "accounts.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""``serve``, ``worker`` and ``migrate``."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer
from rich.console import Console

from api.settings import Settings, SettingsError, read_settings

DEFAULT_PORT = 8000
LOOPBACK = "127.0.0.1"

progress = Console(stderr=True, highlight=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("migrate")(migrate)


def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = LOOPBACK,
    port: Annotated[int, typer.Option(help="监听端口")] = DEFAULT_PORT,
    with_worker: Annotated[bool, typer.Option(help="在同一进程里处理后台任务（演示模式总是如此）")] = False,
) -> None:
    """启动网页服务：公众号回调、管理台、接口。"""
    from api.demo import require_loopback

    settings = read_settings()
    if settings.demo:
        require_loopback(host)
    _require_free(host, port)
    with _ready(settings) as redis_url:
        _run_server(settings, redis_url=redis_url, host=host, port=port, with_worker=with_worker or settings.demo)


def worker() -> None:
    """启动后台任务进程：转发反馈、取回图片、通知群众。"""
    from api.wiring import build_product
    from api.work import build_worker

    settings = read_settings()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with _ready(settings) as redis_url, build_product(settings, redis_url=redis_url, base_url="") as product:
        running = build_worker(product)
        running.start()
        progress.print("后台任务已启动，按 Ctrl-C 结束。")
        stopping.wait()
        progress.print("正在结束…")
        running.stop()


def migrate() -> None:
    """把数据库升级到当前版本；可以重复执行。"""
    from api.preparing import prepare_database

    settings = read_settings()
    prepare_database(settings, tell=progress.print)
    progress.print("数据库已是最新版本。")


@contextlib.contextmanager
def _ready(settings: Settings) -> Iterator[str]:
    """Logging, Redis and an up-to-date database; yields the Redis address. Raises ``SettingsError`` without a key."""
    from api.embedded_redis import EmbeddedRedis
    from api.log import configure_logging
    from api.preparing import prepare_database
    from api.secret_key import secret_key

    secret_key(settings)  # before anything is started that would have to be ended again
    configure_logging()
    embedded = None
    redis_url = settings.redis_url
    if redis_url is None:
        progress.print("正在启动内置 Redis…")
        embedded = EmbeddedRedis(settings.data_dir)
        redis_url = embedded.start()
    try:
        prepare_database(settings, tell=progress.print)
        yield redis_url
    finally:
        if embedded is not None:
            embedded.stop()


def _run_server(settings: Settings, *, redis_url: str, host: str, port: int, with_worker: bool) -> None:
    import uvicorn

    from api.app import make_app
    from api.garbage import collect_seldom
    from api.preparing import first_passwords
    from api.wiring import build_product

    base_url = f"http://{LOOPBACK if host == 'localhost' else host}:{port}"
    progress.print("正在建立索引…")
    with build_product(settings, redis_url=redis_url, base_url=base_url) as product:
        one_time = first_passwords(product.sessions, demo=settings.demo)
        app = make_app(product, with_worker=with_worker)
        collect_seldom()
        server = uvicorn.Server(
            uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=10)
        )
        with _announced(server, settings, base_url, one_time):
            server.run()
        progress.print("正在结束…")


@contextlib.contextmanager
def _announced(server: object, settings: Settings, base_url: str, one_time: Mapping[str, str]) -> Iterator[None]:
    """Prints the addresses once the server really listens."""
    ended = threading.Event()

    def announce() -> None:
        while not ended.wait(0.05):
            if getattr(server, "started", False):
                _print_addresses(settings, base_url, one_time)
                return

    thread = threading.Thread(target=announce, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _print_addresses(settings: Settings, base_url: str, one_time: Mapping[str, str]) -> None:
    progress.print("\n[bold green]编事通已启动[/]，按 Ctrl-C 结束。")
    if settings.demo:
        progress.print(f"  手机模拟器   {base_url}/simulator")
        progress.print(f"  共享平台     {base_url}/platform/（演示用的参考实现）")
    progress.print(f"  管理台       {base_url}/console")
    for name, password in one_time.items():
        progress.print(
            f"  管理台首次登录：用户名 [bold]{name}[/]，一次性密码 [bold]{password}[/]（只显示这一次，登录后须修改）"
        )


def _require_free(host: str, port: int) -> None:
    """A sentence now rather than a traceback after a minute of preparing."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"{host}:{port} 无法使用（{os.strerror(error.errno or 0)}）；请换一个端口，例如 make run PORT=8001"
            ) from None

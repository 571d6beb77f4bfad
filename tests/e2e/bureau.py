"""An installation as a bureau runs it: a server and a worker, each a process, a platform and WeChat beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.account import Account
from knowledge.store.sessions import make_engine
from knowledge.store.vault import Vault
from tests.e2e.citizen import Citizen
from tests.e2e.far_side import COUNTY, TOWN, Platform, WeChat, bureau_settings
from tests.e2e.product import SECRET, RunningProcess, RunningProduct

_citizens = count(1)


@dataclass
class Bureau:
    """``settings`` are those of every process; ``database`` looks into what they share."""

    folder: Path
    settings: dict[str, str]
    server: RunningProduct
    worker: RunningProcess
    platform: Platform
    wechat: WeChat
    database: Engine
    vault: Vault

    def citizen(self, account: Account = TOWN) -> Citizen:
        """Somebody new. One of ``COUNTY`` is known to WeChat, so that the account can push."""
        openid = self.wechat.new_follower() if account is COUNTY else f"o-citizen-of-the-town-{next(_citizens):06d}"
        return Citizen(self.server.url, openid, account)

    def session(self) -> Session:
        return Session(self.database)

    def stop(self) -> None:
        for process in (self.worker, self.server):
            process.stop()


@contextmanager
def running_bureau(
    folder: Path, *, database_url: str, redis_url: str, platform: Platform, wechat: WeChat, start: bool = True
) -> Iterator[Bureau]:
    settings = {
        "BST_DATABASE_URL": database_url,
        "BST_REDIS_URL": redis_url,
        **bureau_settings(folder),
        **platform.settings,
        **wechat.settings,
    }
    server = RunningProduct(folder, dict(settings), demo=False)
    platform.product = server.url
    engine = make_engine(database_url)
    bureau = Bureau(
        folder, settings, server, RunningProcess(folder, dict(settings)), platform, wechat, engine, Vault(SECRET)
    )
    try:
        if start:
            server.launch()
            bureau.worker.launch()
            server.wait_until_up()
            bureau.worker.wait_until_up()
        yield bureau
    finally:
        bureau.stop()
        engine.dispose()

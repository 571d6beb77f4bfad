"""A worker in a process of its own, to be killed: ``python -m tests.api.worker.killed_worker DATABASE PLATFORM``."""

from __future__ import annotations

import sys
import time

import httpx

from api.platform.client import PlatformClient
from api.worker.worker import Worker
from knowledge.store.sessions import make_engine, make_sessions
from knowledge.store.vault import Vault
from tests.api.worker.conftest import PAUSES, RHYTHM, TOKEN, WeChat
from tests.api.worker.quick_jobs import feedback_jobs


def main() -> None:
    database_url, platform_url, secret = sys.argv[1:]
    sessions = make_sessions(make_engine(database_url))
    wechat = WeChat()
    jobs = feedback_jobs(
        sessions=sessions,
        vault=Vault(secret),
        platform=PlatformClient(platform_url, TOKEN, http=httpx.Client(timeout=60, trust_env=False)),
        download=wechat.download,
        tell=wechat.tell,
        pauses=PAUSES,
    )
    Worker(database_url=database_url, sessions=sessions, jobs=jobs, rhythm=RHYTHM).start()
    sys.stdout.write("working\n")
    sys.stdout.flush()
    time.sleep(120)


if __name__ == "__main__":
    main()

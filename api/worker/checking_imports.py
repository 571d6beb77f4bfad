"""``check_import``: a large file compared or written, in a process beside the worker that no file can burst; and the
round that takes old files away.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import structlog
from sqlalchemy.orm import Session, sessionmaker

import knowledge
from api.worker.jobs import CHECK_IMPORT
from api.worker.rounds import Round
from api.worker.turns import Again, Growing
from knowledge.imports.kinds import Stage
from knowledge.imports.stored import ImportRefused, locked_import, purge, store_unreadable

PURGE_IMPORTS = "purge_imports"
EVERY = timedelta(hours=1)
LONGEST = timedelta(minutes=10)  # 200,000 rows take three
RETRIES = Growing(first=timedelta(seconds=2), longest=timedelta(seconds=30), tries=2)
ROOT = Path(knowledge.__file__).parents[1]
NOT_FINISHED = "文件没有处理完（太大，或者结构异常），什么也没有写入；请拆成几个文件再试"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckImport:
    """``key``: the import's id and a mark."""

    sessions: sessionmaker[Session]
    database_url: str
    clock: Callable[[], datetime]
    longest: timedelta = LONGEST
    growing: Growing = RETRIES
    name: str = CHECK_IMPORT

    def run(self, key: str) -> Again | None:
        """What the process beside did not finish is told on the page: another try would end the same."""
        import_id = key.partition(":")[0]
        job = {"url": self.database_url, "import": import_id, "now": self.clock().isoformat()}
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        try:
            done = subprocess.run(
                [sys.executable, "-m", "knowledge.imports.checking"],
                input=orjson.dumps(job),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # its traceback may hold content
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C is for the worker, which lets it end
                timeout=self.longest.total_seconds(),
                check=False,
            )
            code = done.returncode
        except subprocess.TimeoutExpired:
            code = -1
        if code:
            log.warning("import_not_finished", imported=import_id, code=code)
            self.give_up(key)
        return None

    def give_up(self, key: str) -> None:
        with self.sessions.begin() as session, contextlib.suppress(ImportRefused):
            row = locked_import(session, key.partition(":")[0])
            if row.state in (Stage.CHECKING, Stage.APPLYING):
                store_unreadable(row, NOT_FINISHED)


def purge_imports(sessions: sessionmaker[Session]) -> Round:
    """Files that nobody needs any more, after a day."""

    def run(now: datetime) -> None:
        with sessions.begin() as session:
            purge(session, now=now)

    return Round(PURGE_IMPORTS, EVERY, run)

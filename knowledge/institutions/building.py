"""Builds the index of the register; a large one in a process beside, so that those who ask are not kept waiting.

``python -m knowledge.institutions.building`` is that process. It is handed the database on its standard input, never in
its arguments, where every user of the host could read it, and ends as soon as that is closed.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path

import orjson
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.errors import KnowledgeError
from knowledge.institutions import index
from knowledge.institutions.queries import all_entries, count_institutions
from knowledge.store.sessions import make_engine, make_reading_sessions

SMALL_REGISTER = 10_000  # institutions; built in less than a second, sooner than another process is there
PACKAGES = Path(__file__).parents[2]


class IndexNotBuilt(KnowledgeError):
    """The process that was to build the index ended without one. Says how it ended, never what it read."""


def small(session: Session) -> bool:
    return count_institutions(session) <= SMALL_REGISTER


def build(session: Session, folder: Path) -> None:
    """Writes the index of the table as it stands, unless another process of the host has done so meanwhile."""
    with index.building(folder.parent):
        if not folder.is_dir():
            index.build(all_entries(session), folder)
            index.forget_old(folder.parent, keep=folder)


class BuildingBeside:
    """One build in a process of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.folder = folder
        path = os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "knowledge.institutions.building"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for the parent; it ends the child
        )
        assert self._process.stdin is not None
        job = {"url": engine.url.render_as_string(hide_password=False), "folder": str(folder)}
        self._process.stdin.write(orjson.dumps(job) + b"\n")
        self._process.stdin.flush()  # and stays open: the child ends when it is closed

    def ended(self, *, wait: bool = False) -> bool:
        """Whether the index is there. Raises ``IndexNotBuilt``."""
        status = self._process.wait() if wait else self._process.poll()
        if status is None:
            return False
        assert self._process.stdin is not None
        self._process.stdin.close()
        if status:
            raise IndexNotBuilt(f"单位索引没有建成（进程以 {status} 结束）；系统会再次尝试，请检查磁盘空间和内存")
        return True

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()


def main() -> None:
    """Reads one line of JSON: ``url`` and ``folder``."""
    job = orjson.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # nothing here refers to itself, and looking for it takes a sixth of the time
    with make_reading_sessions(make_engine(job["url"]))() as session:
        build(session, Path(job["folder"]))
    os._exit(0)  # the thread above still waits for the parent


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(3)


if __name__ == "__main__":
    main()

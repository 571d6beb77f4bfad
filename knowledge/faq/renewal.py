"""One version of the base for all processes of a host: whoever holds the lock builds it, the others wait and open it.

A large base is built in a process of its own, so that no question waits for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from knowledge.errors import KnowledgeError
from knowledge.faq.building import (
    KNOWLEDGE,
    Base,
    Changes,
    build,
    build_draft,
    build_from,
    draft_job,
    name_of_content,
    name_of_draft,
    name_of_state,
)
from knowledge.faq.entry import PUBLISHED, Entry
from knowledge.faq.generation import Generation, open_generation
from knowledge.faq.queries import BaseState, base_state, count_entries
from knowledge.faq.words import Words, committed_lexicon
from knowledge.search.lexicon import Lexicon
from knowledge.store.sessions import make_reading_sessions

# Up to here a version is built where it is used: a changed entry among so many takes less than a process to start.
SMALL_BASE = 500
INDEX_FOLDER = "faq"
DRAFTS_FOLDER = "drafts"  # apart: a folder keeps two versions, and a draft must not push out the live one
LOCK = ".building"
LOOK_SECONDS = 0.05  # between looks at what another process builds


class BuildFailed(KnowledgeError):
    """No new version could be made; the message is the kind of error and holds no content."""


class Renewal:
    """Opens versions of one folder, and builds those that nobody has. ``stop`` ends what is being built."""

    def __init__(self, index_dir: Path, readers: Words) -> None:
        self._readers = readers
        self._index_dir = index_dir
        self._folder = index_dir / INDEX_FOLDER
        self._drafts = index_dir / DRAFTS_FOLDER
        self._stopped = threading.Event()

    def of_entries(
        self,
        entries: Iterable[Entry],
        number: int = 0,
        *,
        lexicon: Lexicon | None = None,
        folder: str = INDEX_FOLDER,
    ) -> Generation:
        """A base that is in no database: of a file, of an evaluation, of a test; of missed questions in a folder."""
        published = [entry for entry in entries if entry.status == PUBLISHED]
        base = Base(BaseState(number, ""), published, lexicon or committed_lexicon())
        name, place = name_of_content(base), self._index_dir / folder
        return self._opened(place, lambda: name, lambda: build(place, name, base, self._readers))

    def of_database(self, engine: Engine) -> Generation:
        """The version that the database holds by the time it is opened, or a newer one. Raises ``BuildFailed``."""
        sessions = make_reading_sessions(engine)

        def name() -> str:
            with sessions() as session:
                return name_of_state(base_state(session))

        def build_now() -> None:
            with sessions() as session:
                small = count_entries(session) <= SMALL_BASE
            if small:
                build_from(engine, self._folder, self._readers)
            else:
                url = engine.url.render_as_string(hide_password=False)
                self._build_beside({"url": url, "folder": str(self._folder)})

        return self._opened(self._folder, name, build_now)

    def of_draft(self, live: Generation, changes: Changes) -> Generation:
        """``live``, opened here, with changes laid over it. Nothing but the drafts' own folder is written to."""

        def build_now() -> None:
            if len(live.head.ids) + len(changes) <= SMALL_BASE:
                build_draft(self._drafts, live, changes, self._readers)
            else:
                self._build_beside(draft_job(self._drafts, self._folder, live, changes))

        name = name_of_draft(live, changes)
        return self._opened(self._drafts, lambda: name, build_now)

    def stop(self) -> None:
        self._stopped.set()

    def _opened(self, folder: Path, name: Callable[[], str], build_now: Callable[[], None]) -> Generation:
        try:
            while not self._stopped.is_set():
                with _lock(folder) as mine:
                    if (found := open_generation(folder, name())) is not None:
                        return found
                    if mine:
                        build_now()
                        continue
                self._stopped.wait(LOOK_SECONDS)
        except (OSError, ValueError) as error:  # a full disk, or none that can be written
            raise BuildFailed(type(error).__name__) from error
        raise BuildFailed("stopped")

    def _build_beside(self, job: Mapping[str, Any]) -> None:
        command = [sys.executable, "-m", "knowledge.faq.building"]
        path = os.pathsep.join(filter(None, (str(KNOWLEDGE.parent), os.environ.get("PYTHONPATH"))))
        with subprocess.Popen(  # noqa: S603 - ourselves
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for the parent; it ends the child
        ) as child:
            assert child.stdin is not None
            child.stdin.write(orjson.dumps(job) + b"\n")
            child.stdin.flush()  # and stays open: the child ends when it is closed
            while child.poll() is None:
                if self._stopped.wait(LOOK_SECONDS):
                    child.kill()
            if child.returncode:
                raise BuildFailed(_last_word(child))


def _last_word(child: subprocess.Popen[bytes]) -> str:
    """The kind of error alone; its text could hold content."""
    said = child.stderr.read().decode(errors="replace").split() if child.stderr is not None else []
    return said[-1][:80] if said and child.returncode == 1 else f"ended with {child.returncode}"


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[bool]:
    """Whether it is ours. The kernel frees it however its holder ends; what such a one left half built is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        for left in folder.glob(".*.*"):
            shutil.rmtree(left, ignore_errors=True)
        yield True

"""Keeps what is in memory in step with the database: another process may have changed the base."""

from __future__ import annotations

import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.wiring import Product, utc_now
from knowledge.errors import KnowledgeError
from knowledge.faq.renewal import BuildFailed
from knowledge.feedback.drafts import purge_expired_drafts
from knowledge.messages.queries import PURGE_LIMIT, purge_messages
from knowledge.store.sessions import make_reading_sessions

LOOK_SECONDS = 0.5  # a change is answered by every process within 5 s; a version of a large base takes most of it
PURGE_LOOKS = 7200  # once an hour
PAUSE_SECONDS = (1.0, 5.0, 15.0, 60.0)  # after failures in a row: a full disk is not filled by trying

log = structlog.get_logger(__name__)


class Refresher:
    """A thread of its own; queries meanwhile are answered from what stands."""

    def __init__(self, product: Product, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._product = product
        self._looking = make_reading_sessions(product.engine)  # building an index takes seconds
        self._look_seconds = look_seconds
        self.looked_at = utc_now()  # when what is in memory was last known to be the newest
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="refresher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._product.services.faq.stop_refreshing()
        self._product.services.institutions.stop_refreshing()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Takes up whatever has changed since the last look."""
        services = self._product.services
        with self._looking() as session:
            services.institutions.refresh(session)
            services.faq.refresh(session)
            services.sentences.refresh(session)
        self.looked_at = utc_now()

    def _run(self) -> None:
        looks = failures = 0
        pause = self._look_seconds
        while not self._stopping.wait(pause):
            looks += 1
            try:
                self.look()
                if looks % PURGE_LOOKS == 0:
                    self._purge()
                failures, pause = 0, self._look_seconds
            except (SQLAlchemyError, KnowledgeError) as error:  # what stands goes on answering; /readyz shows its age
                if self._stopping.is_set():
                    return
                pause = PAUSE_SECONDS[min(failures, len(PAUSE_SECONDS) - 1)]
                failures += 1
                log.warning("refresh_failed", error=_kind(error), pause_seconds=pause)

    def _purge(self) -> None:
        with self._product.sessions.begin() as session:
            purge_messages(session, now=utc_now())
            purge_expired_drafts(session, now=utc_now(), limit=PURGE_LIMIT)


def _kind(error: Exception) -> str:
    """The message of a failed build holds no content; that of a database may."""
    return f"BuildFailed: {error}" if isinstance(error, BuildFailed) else type(error).__name__

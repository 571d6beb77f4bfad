"""Keeps what is in memory in step with the database: another process may have changed the base."""

from __future__ import annotations

import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.wiring import Product, utc_now
from knowledge.feedback.drafts import purge_expired_drafts
from knowledge.messages.queries import PURGE_LIMIT, purge_messages
from knowledge.store.sessions import make_reading_sessions

LOOK_SECONDS = 2.0  # a change is answered by every process within 5 s
PURGE_LOOKS = 1800  # once an hour

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
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Takes up whatever has changed since the last look."""
        services = self._product.services
        with self._looking() as session:
            services.faq.refresh(session)
            services.institutions.refresh(session)
        self.looked_at = utc_now()

    def _run(self) -> None:
        looks = 0
        while not self._stopping.wait(self._look_seconds):
            looks += 1
            try:
                self.look()
                if looks % PURGE_LOOKS == 0:
                    with self._product.sessions.begin() as session:
                        purge_messages(session, now=utc_now())
                        purge_expired_drafts(session, now=utc_now(), limit=PURGE_LIMIT)
            except SQLAlchemyError as error:
                log.warning("refresh_failed", error=type(error).__name__)

"""Files that the worker checks or writes: asked for by the console in its own transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from api.worker.jobs import CHECK_IMPORT

Enqueue = Callable[[Session, str, str], None]


def enqueue_import(session: Session, import_id: str, *, enqueue: Enqueue) -> None:
    """A new job each time: the same file is checked again whenever what it is compared with has moved."""
    enqueue(session, CHECK_IMPORT, f"{import_id}:{uuid.uuid4().hex[:8]}")

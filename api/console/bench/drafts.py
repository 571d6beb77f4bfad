"""Drafts of the base for the bench: which changes are meant, and the last few services made of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping

from sqlalchemy.orm import Session

from knowledge.curation.publication import approved, changes_of
from knowledge.curation.revision import NotThere, Revision, revision
from knowledge.curation.states import OPEN
from knowledge.faq.building import Changes
from knowledge.faq.entry import Entry
from knowledge.faq.queries import BaseState
from knowledge.faq.service import FaqService
from knowledge.staff.rights import Scope

LIVE, APPROVED = "live", "approved"
KEPT = 2  # one person compares two; each holds some megabytes for a base of ten thousand entries

_Key = tuple[BaseState, tuple[tuple[str, Entry | None], ...]]


class DraftBases:
    """Services with changes laid over the live one; a question that is asked twice builds nothing twice."""

    def __init__(self, live: FaqService) -> None:
        self._live = live
        self._kept: OrderedDict[_Key, FaqService] = OrderedDict()
        self._lock = threading.Lock()

    def with_changes(self, changes: Mapping[str, Entry | None]) -> FaqService:
        """Raises ``BuildFailed``."""
        if not changes:
            return self._live
        key = (self._live.state, tuple(sorted(changes.items(), key=lambda item: item[0])))
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = self._live.with_changes(changes)  # seconds for a large base: nobody else waits for it
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found


def changes_meant(session: Session, base: str, *, scope: Scope) -> Changes | None:
    """``base``: ``LIVE``, ``APPROVED`` or a draft's id; ``None`` for a draft that is not there for this person."""
    if base == LIVE:
        return {}
    if base == APPROVED:
        return changes_of(draft for draft in approved(session) if _reads(scope, draft))
    draft = open_draft(session, base, scope=scope)
    return None if draft is None else changes_of([draft])


def open_draft(session: Session, draft_id: str, *, scope: Scope) -> Revision | None:
    """One that is being worked on, in whatever state, within the person's scope."""
    try:
        found = revision(session, draft_id)
    except NotThere:
        return None
    return found if found.state in OPEN and _reads(scope, found) else None


def _reads(scope: Scope, draft: Revision) -> bool:
    return scope.allows(region=draft.entry.region, topic=draft.entry.category, writing=False)

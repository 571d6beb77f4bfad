"""Drafts that everybody has passed, and a publication replayed without a worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from knowledge.curation.flow import approve, clear, submit
from knowledge.curation.golden import golden_set
from knowledge.curation.publication import changes_of
from knowledge.curation.publishing import request
from knowledge.curation.replay import Asked, recent_questions, replay
from knowledge.curation.replaying import begin_replay, store_replay
from knowledge.curation.revisions import Revision, begin
from knowledge.curation.states import Change
from knowledge.faq.service import FaqService
from tests.knowledge.curation.people import EDITOR, GUARD, REVIEWER


def approved_draft(
    session: Session, *, now: datetime, entry_id: str = "K1", change: Change = Change.EDIT, **content: Any
) -> Revision:
    begun = begin(
        session, entry_id=entry_id, content=content or None, by=EDITOR, reason="改时间", now=now, change=change
    )
    submit(session, revision_id=begun.id, by=EDITOR, now=now)
    approve(session, revision_id=begun.id, by=REVIEWER, now=now)
    passed = clear(session, revision_id=begun.id, by=GUARD, now=now)
    session.commit()
    return passed


def requested(session: Session, *drafts: Revision, now: datetime) -> str:
    publication_id = request(session, revision_ids=[draft.id for draft in drafts], by=REVIEWER, now=now)
    session.commit()
    return publication_id


def replayed(
    session: Session, publication_id: str, *, index_dir: Path, now: datetime, asked: Sequence[Asked] | None = None
) -> None:
    """As the worker does it."""
    work = begin_replay(session, publication_id=publication_id)
    session.commit()
    assert work is not None
    live = FaqService.load(session, index_dir=index_dir)
    asked = recent_questions(session) if asked is None else asked
    draft = live.with_changes(changes_of(work.drafts))
    found = replay(live, draft, asked, golden_set(session), now=now)
    store_replay(
        session,
        publication_id=publication_id,
        state=live.state,
        content_digest=work.digest,
        replayed=found,
        now=now,
    )
    session.commit()

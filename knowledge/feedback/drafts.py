"""Unfinished forms: one per citizen, sealed, forgotten after a week."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from knowledge.feedback.draft_content import DraftContent, Step
from knowledge.feedback.models import Draft
from knowledge.feedback.seals import Column, seal_json, unseal_json
from knowledge.store.vault import Vault

DRAFT_LIFETIME = timedelta(days=7)  # long enough to come back after a week's business, short for personal data


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft as it was read; ``id`` will be the ticket's."""

    id: str
    account: str
    citizen: str
    step: Step
    content: DraftContent = field(repr=False)
    touched_at: datetime

    def having(self, *, content: DraftContent | None = None, step: Step | None = None) -> OpenDraft:
        return replace(self, content=content or self.content, step=step or self.step)


def has_open_draft(session: Session, *, account: str, citizen: str, now: datetime) -> bool:
    found = select(Draft.id).where(Draft.account == account, Draft.citizen == citizen, Draft.expires_at > now)
    return session.execute(found).first() is not None


def open_draft(session: Session, *, account: str, citizen: str, now: datetime, vault: Vault) -> OpenDraft | None:
    """The citizen's draft, its row locked until the caller commits; an expired one is deleted on the way."""
    query = select(Draft).where(Draft.account == account, Draft.citizen == citizen).with_for_update()
    row = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if row is None:
        return None
    if row.expires_at <= now:
        session.delete(row)
        session.flush()
        return None
    content = unseal_json(vault, Column.DRAFT, row.id, row.content_sealed)
    assert content is not None
    return OpenDraft(row.id, account, citizen, Step(row.step), DraftContent.from_json(content), row.touched_at)


def begin_draft(
    session: Session, *, account: str, citizen: str, step: Step, content: DraftContent, now: datetime, vault: Vault
) -> OpenDraft:
    """A new draft in the place of any other of this citizen."""
    discard_draft(session, account=account, citizen=citizen)
    draft = OpenDraft(str(uuid.uuid4()), account, citizen, step, content, now)
    session.add(
        Draft(
            id=draft.id,
            account=account,
            citizen=citizen,
            step=step,
            content_sealed=seal_json(vault, Column.DRAFT, draft.id, content.to_json()),
            created_at=now,
            touched_at=now,
            expires_at=now + DRAFT_LIFETIME,
        )
    )
    session.flush()
    return draft


def save_draft(session: Session, *, draft: OpenDraft, now: datetime, vault: Vault) -> None:
    """Keep what was filled in; the week starts anew."""
    row = session.get_one(Draft, draft.id)
    row.step = draft.step
    sealed = seal_json(vault, Column.DRAFT, draft.id, draft.content.to_json())
    assert sealed is not None
    row.content_sealed = sealed
    row.touched_at = now
    row.expires_at = now + DRAFT_LIFETIME
    session.flush()


def discard_draft(session: Session, *, account: str, citizen: str) -> bool:
    """Whether there was one."""
    gone = session.execute(delete(Draft).where(Draft.account == account, Draft.citizen == citizen))
    assert isinstance(gone, CursorResult)
    return gone.rowcount > 0


def purge_expired_drafts(session: Session, *, now: datetime, limit: int) -> int:
    """Delete up to ``limit`` expired drafts, the oldest first; how many."""
    expired = select(Draft.id).where(Draft.expires_at <= now).order_by(Draft.expires_at, Draft.id).limit(limit)
    gone = session.execute(delete(Draft).where(Draft.id.in_(list(session.scalars(expired)))))
    assert isinstance(gone, CursorResult)
    return gone.rowcount

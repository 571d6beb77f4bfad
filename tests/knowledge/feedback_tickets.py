"""Tickets for tests, filed as the form files them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.feedback.draft_content import DraftContent, DraftMedia, Step
from knowledge.feedback.drafts import begin_draft
from knowledge.feedback.filing import Filed, file_ticket
from knowledge.feedback.kinds import AttachmentKind, FeedbackKind
from knowledge.store.vault import Vault
from tests.conftest import NOON

TEXT = "窗口让我跑了三趟还没受理。"


def filed(
    session: Session, vault: Vault, *, citizen: str = "c-1", pictures: int = 0, now: datetime = NOON, **content: object
) -> Filed:
    """Committed, so that other sessions see it."""
    media = tuple(DraftMedia(AttachmentKind.IMAGE, f"media-{number}") for number in range(1, pictures + 1))
    fields: dict[str, object] = {"kind": FeedbackKind.COMPLAINT, "text": TEXT, "media": media}
    draft = begin_draft(
        session,
        account="default",
        citizen=citizen,
        step=Step.CONFIRM,
        content=DraftContent(**(fields | content)),  # type: ignore[arg-type]
        now=now,
        vault=vault,
    )
    ticket = file_ticket(session, draft=draft, openid="o-openid", region="990100", now=now, vault=vault)
    session.commit()
    return ticket

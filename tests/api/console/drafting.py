"""What an editor sends, and what became of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from knowledge.curation.models import FaqRevision
from tests.api.console.visitor import Visitor

FORM = {"question": "能在馆里吃饭吗？", "answer": "可以在一楼休息区用餐。", "owner": "甲", "review_on": "2027-01-01"}
SCRIPT = "<script>alert(1)</script>"


def draft_id(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        return session.scalars(select(FaqRevision.id).order_by(FaqRevision.created_at.desc())).first() or ""


def state(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        return session.scalars(select(FaqRevision.state).order_by(FaqRevision.created_at.desc())).first() or ""


def written(browser: Visitor, sessions: sessionmaker[Session], **form: str) -> str:
    """A new entry, saved as a draft by who is signed in."""
    browser.post("/console/entry/draft")
    found = draft_id(sessions)
    status, page = browser.post(f"/console/drafts/{found}", lock="0", **(FORM | form))
    assert status == 200, page
    return found

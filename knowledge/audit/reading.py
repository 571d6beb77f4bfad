"""Looking through the audit log. Reads only, newest first, page by page from a position on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from knowledge.audit.chain import Verified
from knowledge.audit.events import Actor, note
from knowledge.audit.models import AuditEvent

PAGE = 50  # rows on one page
VERIFIED = "audit.verified"  # the act of verifying stands in the log itself, and so does what it found
LOG = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for; empty: anything. ``actor``: part of the name. ``until``: excluded."""

    actor: str = ""
    action: str = ""
    kind: str = ""
    object_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def events(session: Session, sought: Sought, *, before: int | None = None) -> tuple[list[AuditEvent], bool]:
    """``PAGE`` rows below position ``before``, the newest first, and whether more follow.

    From a position on, and not so many pages on: what is written meanwhile moves no row to another page, and the last
    page of a million costs as little as the first.
    """
    query = select(AuditEvent).where(true(), *_conditions(sought))
    if before is not None:
        query = query.where(AuditEvent.position < before)
    rows = list(session.scalars(query.order_by(AuditEvent.position.desc()).limit(PAGE + 1)))
    return rows[:PAGE], len(rows) > PAGE


def event(session: Session, position: int) -> AuditEvent | None:
    return session.get(AuditEvent, position)


def latest(session: Session, action: str) -> AuditEvent | None:
    """The newest row of an action."""
    query = select(AuditEvent).where(AuditEvent.action == action)
    return session.scalar(query.order_by(AuditEvent.position.desc()).limit(1))


def acts_on(session: Session, *, kind: str, object_id: str, action: str, limit: int) -> list[AuditEvent]:
    """What was done to one thing, the newest first."""
    one = (AuditEvent.kind == kind, AuditEvent.object_id == object_id, AuditEvent.action == action)
    return list(session.scalars(select(AuditEvent).where(*one).order_by(AuditEvent.position.desc()).limit(limit)))


def note_verified(session: Session, found: Verified, *, since: int, by: Actor, at: datetime) -> None:
    """Who has verified the log, from where to where, and what was found."""
    after = {"since": since, "count": found.count, "position": found.head.position, "broken_at": found.broken_at}
    note(session, actor=by, action=VERIFIED, kind=LOG, object_id=str(found.head.position), at=at, after=after)


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if sought.actor:
        wanted.append(AuditEvent.actor.icontains(sought.actor, autoescape=True))
    for column, value in (
        (AuditEvent.action, sought.action),
        (AuditEvent.kind, sought.kind),
        (AuditEvent.object_id, sought.object_id),
    ):
        if value:
            wanted.append(column == value)
    if sought.since is not None:
        wanted.append(AuditEvent.at >= sought.since)
    if sought.until is not None:
        wanted.append(AuditEvent.at < sought.until)
    return wanted

"""Reads and writes of the knowledge base. Every write moves the version; the caller commits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge.curation.pulls import Settled, settle_pulls
from knowledge.curation.versions import Authorship, last_versions, record_versions
from knowledge.faq.entry import PUBLISHED, Basis, Entry
from knowledge.faq.models import FaqEntry, KnowledgeVersion

FAQ_KIND = "faq"
LISTED = 200  # one page of the console
# What can be held in memory with its profiles; ten times what the design was measured at.
LOADED = 100_000
SAVED_AT_ONCE = 500  # ids in one query


@dataclass(frozen=True, slots=True)
class BaseState:
    """Which version the database holds. ``mark`` tells it from that of any other database."""

    number: int
    mark: str


def base_state(session: Session) -> BaseState:
    """``BaseState(0, "")`` before the first change. Read anew each time, never from the identity map."""
    row = session.execute(
        select(KnowledgeVersion.number, KnowledgeVersion.mark).where(KnowledgeVersion.kind == FAQ_KIND)
    ).one_or_none()
    return BaseState(0, "") if row is None else BaseState(row.number, row.mark)


def base_number(session: Session) -> int:
    """Grows with every change of the base; 0 before the first."""
    return base_state(session).number


def lock_base(session: Session, *, now: datetime) -> BaseState:
    """The version, held until the transaction ends: whoever else is about to change the base waits.

    Taken before any entry is touched, so that two who change the same ones never wait for each other.
    """
    held = select(KnowledgeVersion.number, KnowledgeVersion.mark).where(KnowledgeVersion.kind == FAQ_KIND)
    held = held.with_for_update()
    row = session.execute(held).one_or_none()
    if row is None:
        first = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        none_yet = {"kind": FAQ_KIND, "number": 0, "mark": "", "changed_at": now}
        session.execute(first(KnowledgeVersion).values(none_yet).on_conflict_do_nothing())
        row = session.execute(held).one()
    return BaseState(row.number, row.mark)


def bump_version(session: Session, *, now: datetime) -> int:
    """Called by whatever changes an entry or a word, in the same transaction."""
    row = session.get(KnowledgeVersion, FAQ_KIND, with_for_update=True)
    if row is None:
        row = KnowledgeVersion(kind=FAQ_KIND, number=0, changed_at=now)
        session.add(row)
    row.number += 1
    row.mark = uuid.uuid4().hex
    row.changed_at = now
    session.flush()
    return row.number


def all_entries(session: Session, *, within: ColumnElement[bool] | None = None) -> list[Entry]:
    """All of them, or those ``within`` a condition on ``FaqEntry``, by id; at most ``LOADED``."""
    columns = FaqEntry.__table__.columns  # plain rows: mapped objects take three times as long
    query = select(*columns).where(true() if within is None else within)
    return [entry_of(row) for row in session.execute(query.order_by(FaqEntry.id).limit(LOADED))]


def count_entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(FaqEntry)) or 0


def entry_of(row: FaqEntry | Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        question=row.question,
        answer=row.answer,
        paraphrases=tuple(row.paraphrases),
        category=row.category,
        audience=row.audience,
        basis=tuple(Basis(each["law"], each.get("article") or "") for each in row.basis),
        region=row.region,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        verified=row.verified,
        article_confirmed=row.article_confirmed,
        status=row.status,
        owner=row.owner,
        review_on=row.review_on,
        version=row.version,
    )


def save_entry(
    session: Session,
    *,
    entry: Entry,
    now: datetime,
    by: str = "",
    reason: str = "",
    revision_id: str | None = None,
) -> bool:
    """Inserts or changes one entry; ``False`` where nothing differs. See ``save_entries``."""
    return bool(save_entries(session, entries=[entry], now=now, by=by, reason=reason, revision_id=revision_id))


def save_entries(
    session: Session,
    *,
    entries: Sequence[Entry],
    now: datetime,
    by: str = "",
    reason: str = "",
    revision_id: str | None = None,
) -> list[Entry]:
    """Inserts or changes them, each id once; returns those that differed, as they are now.

    A version grows by one with each change, and each change is kept to be looked up and restored. Does not move the
    base's version: ``bump_version`` once for all that is saved together, afterwards.
    """
    base = lock_base(session, now=now)
    saved: list[Entry] = []
    for start in range(0, len(entries), SAVED_AT_ONCE):
        saved += _save(session, entries[start : start + SAVED_AT_ONCE], now)
    authorship = Authorship(at=now, by=by, reason=reason, revision_id=revision_id)
    record_versions(session, entries=saved, base_number=base.number + 1, authorship=authorship)
    answering = [entry.id for entry in saved if entry.status == PUBLISHED]
    settle_pulls(session, entry_ids=answering, how=Settled.REPUBLISHED, at=now)
    return saved


def _save(session: Session, entries: Sequence[Entry], now: datetime) -> list[Entry]:
    ids = [entry.id for entry in entries]
    rows = {row.id: row for row in session.scalars(select(FaqEntry).where(FaqEntry.id.in_(ids)))}
    changed = [each for each in entries if each.id not in rows or not _same(entry_of(rows[each.id]), each)]
    kept = last_versions(session, entry_ids=[entry.id for entry in changed])
    saved = []
    for entry in changed:
        row = rows.get(entry.id) or FaqEntry(id=entry.id, version=0)
        session.add(row)
        _fill(row, entry)
        # Above what is kept even where the row itself is gone: no version is ever written over.
        row.version = max(entry.version, row.version + 1, kept.get(entry.id, 0) + 1)
        row.updated_at = now
        saved.append(replace(entry, version=row.version))
    return saved


def _same(stored: Entry, given: Entry) -> bool:
    """The version number alone is no change: a file exported earlier may be imported again."""
    names = [name for name in Entry.__slots__ if name not in ("version", "variants")]
    return all(getattr(stored, name) == getattr(given, name) for name in names)


def _fill(row: FaqEntry, entry: Entry) -> None:
    row.question = entry.question
    row.answer = entry.answer
    row.paraphrases = list(entry.paraphrases)
    row.category = entry.category
    row.audience = entry.audience
    row.basis = [{"law": basis.law, "article": basis.article} for basis in entry.basis]
    row.region = entry.region
    row.valid_from = entry.valid_from
    row.valid_until = entry.valid_until
    row.verified = entry.verified
    row.article_confirmed = entry.article_confirmed
    row.status = entry.status
    row.owner = entry.owner
    row.review_on = entry.review_on

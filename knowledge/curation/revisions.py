"""Drafts: begun, written in by one or several, dropped. None of it answers anybody; the caller commits."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.curation.content import content_of, entry_of_content
from knowledge.curation.diff import diff
from knowledge.curation.models import FaqRevision, FaqVersion
from knowledge.curation.revision import (
    EditedMeanwhile,
    NotAllowed,
    NotThere,
    Revision,
    as_revision,
    locked,
    open_revision,
    reason_of,
    revision,
    revisions_of,
    without_marks,
)
from knowledge.curation.states import Change, State
from knowledge.faq.entry import Entry
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import entry_of
from knowledge.missed.deciding import let_go

__all__ = [
    "EditedMeanwhile",
    "NotAllowed",
    "NotThere",
    "Revision",
    "begin",
    "begin_batch",
    "busy",
    "drop",
    "open_revision",
    "restore",
    "revision",
    "revisions_of",
    "save",
]

SHORT_ID = 8  # hexadecimal signs of a new entry's id: short enough to be said on the phone
_ADDRESSED = 500  # ids in one query


def begin(
    session: Session,
    *,
    entry_id: str | None,
    content: Mapping[str, Any] | None,
    by: Actor,
    reason: str,
    fills: Sequence[str] = (),
    now: datetime,
    change: Change = Change.EDIT,
) -> Revision:
    """A new draft: of the live entry with ``content`` laid over it, or of a new one.

    Where one is open already it is returned with ``shared``, and nothing was written: an entry is worked on in one
    place. Raises ``NotThere`` for an unknown entry without content, ``ContentRefused``, ``NotAllowed``.
    """
    entry_id = entry_id or f"K{uuid.uuid4().hex[:SHORT_ID]}"
    if (theirs := open_revision(session, entry_id)) is not None:
        return replace(theirs, shared=True)
    live = _live(session, entry_id)
    if live is None and content is None:
        raise NotThere("没有这个条目，可能已经被删除")
    row = _new_row(entry_id, live, content or {}, change=change, by=by, reason=reason, now=now)
    row.fills = list(fills)
    if (theirs := _theirs_or_added(session, row)) is not None:
        return replace(theirs, shared=True)
    begun = as_revision(row)
    after = {"entry": entry_id, "change": str(change)} | content_of(begun.entry)
    note(
        session, actor=by, action="draft.begun", kind="draft", object_id=row.id, at=now, after=after, reason=row.reason
    )
    return begun


def save(
    session: Session,
    *,
    revision_id: str,
    lock: int,
    content: Mapping[str, Any],
    reason: str,
    by: Actor,
    now: datetime,
    fills: Sequence[str] = (),
) -> Revision:
    """Writes columns into an open draft, which is a draft again and nobody's mark stays on it.

    ``fills``: added to those it fills already. Raises ``EditedMeanwhile`` where the lock moved, ``ContentRefused``,
    ``NotAllowed``, ``NotThere``.
    """
    row = locked(session, revision_id, lock=lock)
    before = as_revision(row)
    if before.change is Change.ARCHIVE:
        raise NotAllowed("这是一份停用申请，内容不能改；要改内容请先撤销它")
    _write(row, entry_of_content(row.entry_id, {**row.content, **content}))
    row.reason, row.fills = reason_of(reason), list(dict.fromkeys([*row.fills, *fills]))
    row.lock += 1
    row.changed_at = now
    if by.staff_id is not None and by.staff_id not in row.editors:
        row.editors = [*row.editors, by.staff_id]
    without_marks(row)
    row.state = State.DRAFT
    session.flush()
    after = as_revision(row)
    _note_saved(session, before, after, by=by, now=now)
    return after


def drop(session: Session, *, revision_id: str, by: Actor, now: datetime) -> Revision:
    """Ends the work; what was written stays to be read, what it was to fill is open again.

    Raises ``NotAllowed``, ``NotThere``.
    """
    row = locked(session, revision_id)
    row.state, row.open_of, row.changed_at = State.DROPPED, None, now
    row.publication_id = None
    session.flush()
    let_go(session, group_ids=row.fills, by=by, now=now)
    dropped = as_revision(row)
    note(session, actor=by, action="draft.dropped", kind="draft", object_id=row.id, at=now, reason=row.reason)
    return dropped


def restore(session: Session, *, entry_id: str, version: int, by: Actor, reason: str, now: datetime) -> Revision:
    """A new draft with the content of an old version; it goes the way of every draft.

    Raises ``NotThere``; ``NotAllowed`` where the entry is being worked on: nothing of that work is overwritten.
    """
    old = session.get(FaqVersion, (entry_id, version))
    if old is None:
        raise NotThere(f"没有第 {version} 版")
    content = {column: value for column, value in old.content.items() if column not in ("status", "version")}
    begun = begin(session, entry_id=entry_id, content=content, by=by, reason=reason or f"恢复第 {version} 版", now=now)
    if begun.shared:
        raise NotAllowed(f"{begun.author}正在改这个条目，请先处理那份草稿，再恢复第 {version} 版")
    return begun


def begin_batch(
    session: Session,
    *,
    contents: Sequence[Mapping[str, Any]],
    by: Actor,
    reason: str,
    now: datetime,
    archived: Collection[str] = (),
) -> str:
    """A draft for each content (``id`` among its columns), all of one batch; returns the batch's id.

    ``archived``: ids of those that only take their entry back.
    Raises ``NotAllowed`` where one of the entries is being worked on, ``ContentRefused``.
    """
    batch_id = str(uuid.uuid4())
    ids = [str(content["id"]) for content in contents]
    if taken := busy(session, ids):
        raise NotAllowed(f"这些条目有正在改的草稿，请先处理：{'、'.join(taken[:10])}{'等' if len(taken) > 10 else ''}")
    live = _live_by_id(session, ids)
    for entry_id, content in zip(ids, contents, strict=True):
        change = Change.ARCHIVE if entry_id in archived else Change.EDIT
        row = _new_row(entry_id, live.get(entry_id), content, change=change, by=by, reason=reason, now=now)
        row.batch_id = batch_id
        session.add(row)
    session.flush()
    after = {"drafts": len(ids), "entries": ids[:100]}
    note(session, actor=by, action="draft.batch", kind="batch", object_id=batch_id, at=now, after=after, reason=reason)
    return batch_id


def _theirs_or_added(session: Session, row: FaqRevision) -> Revision | None:
    """The one that somebody began in the same moment, or ``None``: the row is in."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        theirs = open_revision(session, row.entry_id)
        if theirs is None:  # and ended it in the next
            raise NotAllowed("刚才有人动过这个条目，请再试一次") from None
        return theirs
    return None


def _new_row(
    entry_id: str,
    live: FaqEntry | None,
    content: Mapping[str, Any],
    *,
    change: Change,
    by: Actor,
    reason: str,
    now: datetime,
) -> FaqRevision:
    begun_from = content_of(entry_of(live)) if live is not None else {}
    row = FaqRevision(
        id=str(uuid.uuid4()),
        entry_id=entry_id,
        open_of=entry_id,
        based_on=live.version if live is not None else None,
        change=change,
        state=State.DRAFT,
        lock=0,
        author_id=by.staff_id,
        author=by.name,
        editors=[by.staff_id] if by.staff_id else [],
        reason=reason_of(reason),
        created_at=now,
        changed_at=now,
        returned_note="",
        noticed=[],
        fills=[],
    )
    _write(row, entry_of_content(entry_id, {**begun_from, **content}))
    return row


def _write(row: FaqRevision, entry: Entry) -> None:
    row.content = content_of(entry)
    row.question, row.category, row.region = entry.question, entry.category, entry.region


def _live(session: Session, entry_id: str) -> FaqEntry | None:
    return session.get(FaqEntry, entry_id, populate_existing=True)


def _live_by_id(session: Session, ids: Sequence[str]) -> dict[str, FaqEntry]:
    found: dict[str, FaqEntry] = {}
    for some in _some_at_a_time(ids):
        found |= {row.id: row for row in session.scalars(select(FaqEntry).where(FaqEntry.id.in_(some)))}
    return found


def busy(session: Session, ids: Sequence[str]) -> list[str]:
    """Those of the entries that are being worked on, by id."""
    found: list[str] = []
    for some in _some_at_a_time(ids):
        open_ones = session.scalars(select(FaqRevision.open_of).where(FaqRevision.open_of.in_(some)))
        found += [each for each in open_ones if each]
    return sorted(found)


def _some_at_a_time(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + _ADDRESSED] for at in range(0, len(ids), _ADDRESSED))


def _only(columns: Collection[str], content: Mapping[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in content.items() if column in columns}


def _note_saved(session: Session, before: Revision, after: Revision, *, by: Actor, now: datetime) -> None:
    changed = {each.column for each in diff(before.entry, after.entry)}
    note(
        session,
        actor=by,
        action="draft.saved",
        kind="draft",
        object_id=after.id,
        at=now,
        before=_only(changed, content_of(before.entry)),
        after=_only(changed, content_of(after.entry)),
        reason=after.reason,
    )

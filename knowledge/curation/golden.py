"""The golden set: questions of which somebody has said what must be answered. No publication may break one of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.curation.models import GoldenQuestion
from knowledge.errors import KnowledgeError
from knowledge.faq.cells import LONGEST_QUESTION
from knowledge.faq.models import FaqEntry
from knowledge.text.deidentify import deidentify
from knowledge.text.normalise import normalise

MOST = 5_000  # replayed with each publication: some 20 s of one processor
MOST_ENTRIES = 5  # as many as one decision names
LONGEST_NOTE = 200  # the column
LONGEST_FORM = 400  # the column
EXPECTED = ("answer", "offered", "none")
_UNANSWERED = frozenset({"none", "sensitive", "chitchat", "elsewhere"})


class GoldenRefused(KnowledgeError):
    """It cannot be kept so; the message is a sentence for who typed it."""


class Told(Protocol):
    """What a base does with a question, see ``replay.Outcome``."""

    @property
    def kind(self) -> str: ...

    @property
    def entries(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """``expected``: ``answer`` by one of ``entry_ids``, one of them ``offered`` (or answered), or ``none`` of any."""

    id: str
    question: str
    region: str | None
    expected: str
    entry_ids: tuple[str, ...] = ()
    note: str = ""


def holds(golden: Golden, outcome: Told) -> bool:
    """Whether that is what was wanted."""
    if golden.expected == "none":
        return outcome.kind in _UNANSWERED
    kinds = ("answer",) if golden.expected == "answer" else ("answer", "choices")
    return outcome.kind in kinds and not set(golden.entry_ids).isdisjoint(outcome.entries)


def golden_set(session: Session, *, limit: int = MOST) -> list[Golden]:
    """Those that count, oldest first."""
    query = select(GoldenQuestion).where(GoldenQuestion.dropped_at.is_(None))
    rows = session.scalars(query.order_by(GoldenQuestion.added_at, GoldenQuestion.id).limit(min(limit, MOST)))
    return [_golden(row) for row in rows]


def add(
    session: Session,
    *,
    question: str,
    region: str | None,
    expected: str,
    entry_ids: Sequence[str],
    remark: str = "",
    by: Actor,
    now: datetime,
) -> Golden:
    """Kept de-identified. Raises ``GoldenRefused``. The caller commits."""
    row = GoldenQuestion(id=str(uuid.uuid4()), added_by=by.name, added_at=now)
    _fill(session, row, question=question, region=region, expected=expected, entry_ids=entry_ids, remark=remark)
    session.add(row)
    session.flush()
    note(session, actor=by, action="golden.added", kind="golden", object_id=row.id, at=now, after=_kept(row))
    return _golden(row)


def change(
    session: Session, *, golden_id: str, expected: str, entry_ids: Sequence[str], remark: str, by: Actor, now: datetime
) -> Golden:
    """What is wanted of it; another question is another one. Raises ``GoldenRefused``."""
    row = _row(session, golden_id)
    before = _kept(row)
    _fill(
        session,
        row,
        question=row.question,
        region=row.region,
        expected=expected,
        entry_ids=entry_ids,
        remark=remark,
    )
    session.flush()
    note(
        session,
        actor=by,
        action="golden.changed",
        kind="golden",
        object_id=row.id,
        at=now,
        before=before,
        after=_kept(row),
    )
    return _golden(row)


def drop(session: Session, *, golden_id: str, by: Actor, now: datetime) -> None:
    """It counts no more; the row stays. Raises ``GoldenRefused``."""
    row = _row(session, golden_id)
    row.dropped_at = now
    session.flush()
    note(session, actor=by, action="golden.dropped", kind="golden", object_id=row.id, at=now, before=_kept(row))


def one(session: Session, golden_id: str) -> Golden:
    """Raises ``GoldenRefused`` where there is none, or none any more."""
    return _golden(_row(session, golden_id))


def _row(session: Session, golden_id: str) -> GoldenQuestion:
    row = session.get(GoldenQuestion, golden_id, with_for_update=True)
    if row is None or row.dropped_at is not None:
        raise GoldenRefused("这道金标准问题已经不在了，可能被别人移出了")
    return row


def _fill(
    session: Session,
    row: GoldenQuestion,
    *,
    question: str,
    region: str | None,
    expected: str,
    entry_ids: Iterable[str],
    remark: str,
) -> None:
    row.question = _question(question)
    row.form = normalise(row.question)[:LONGEST_FORM]
    row.region = region
    if expected not in EXPECTED:
        raise GoldenRefused("请选择希望怎样回答")
    row.expected, row.entry_ids = expected, _entries(session, expected, entry_ids)
    row.note = remark.strip()
    if len(row.note) > LONGEST_NOTE:
        raise GoldenRefused(f"说明最多 {LONGEST_NOTE} 字，请精简")
    _refuse_twin(session, row)


def _question(text: str) -> str:
    question = deidentify(text.strip())
    if not question or not normalise(question):
        raise GoldenRefused("请填写问题（只有标点或表情不算）")
    if len(question) > LONGEST_QUESTION:
        raise GoldenRefused(f"问题最多 {LONGEST_QUESTION} 字，现有 {len(question)} 字，请精简")
    return question


def _entries(session: Session, expected: str, entry_ids: Iterable[str]) -> list[str]:
    ids = list(dict.fromkeys(entry_ids))
    if expected == "none":
        return []
    if not ids:
        raise GoldenRefused("请填写应当答复的条目编号")
    if len(ids) > MOST_ENTRIES:
        raise GoldenRefused(f"最多填 {MOST_ENTRIES} 个条目编号")
    known = set(session.scalars(select(FaqEntry.id).where(FaqEntry.id.in_(ids))))
    if missing := [each for each in ids if each not in known]:
        raise GoldenRefused(f"没有编号为“{missing[0]}”的条目，请检查编号")
    return ids


def _refuse_twin(session: Session, row: GoldenQuestion) -> None:
    twin = select(GoldenQuestion.id).where(
        GoldenQuestion.form == row.form, GoldenQuestion.dropped_at.is_(None), GoldenQuestion.id != row.id
    )
    same_place = GoldenQuestion.region.is_(None) if row.region is None else GoldenQuestion.region == row.region
    if session.scalar(twin.where(same_place).limit(1)) is not None:
        raise GoldenRefused("这个问题已经在金标准里了；要改希望的回答，请在金标准列表里改那一道")


def _kept(row: GoldenQuestion) -> dict[str, Any]:
    return {
        "question": row.question,
        "region": row.region,
        "expected": row.expected,
        "entry_ids": list(row.entry_ids),
        "note": row.note,
    }


def _golden(row: GoldenQuestion) -> Golden:
    return Golden(
        id=row.id,
        question=row.question,
        region=row.region,
        expected=row.expected,
        entry_ids=tuple(row.entry_ids),
        note=row.note,
    )

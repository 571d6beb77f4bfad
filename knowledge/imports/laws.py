"""Repealed laws as a part of a whole base: only those that are in force, each with its day."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.curation.law_keys import article_key, law_key
from knowledge.curation.laws import LONGEST_NAME
from knowledge.curation.models import LawRepeal
from knowledge.curation.revision import LONGEST_REASON
from knowledge.faq.sheets import read_rows
from knowledge.imports.plan import Planning

BROKEN = "不是一条废止登记：应有 law、article、repealed_on（2026-01-31 的形式）、document 和 reason"
NOT_HERE = "废止登记会撤下答复，不随文件写入；请有权限的人在“依据”页登记"

Key = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class Repeal:
    law: str
    article: str
    repealed_on: date
    document: str
    reason: str

    @property
    def key(self) -> Key:
        return law_key(self.law), article_key(self.article), self.repealed_on


@dataclass(slots=True)
class LawsPlan:
    planning: Planning
    intended: list[Repeal] = field(default_factory=list)


def law_rows(session: Session) -> Iterator[dict[str, Any]]:
    """As they stand in the file."""
    rows = session.scalars(select(LawRepeal).where(LawRepeal.undone_at.is_(None)))
    for row in sorted(rows, key=lambda row: (row.law_key, row.article_key, row.repealed_on, row.document, row.reason)):
        yield {
            "law": row.law,
            "article": row.article,
            "repealed_on": row.repealed_on.isoformat(),
            "document": row.document,
            "reason": row.reason,
        }


def plan_laws(session: Session, path: Path, *, writing: bool, part: str = "") -> LawsPlan:
    """``writing``: whether they may come this way; else each new one is told of. Writes nothing."""
    plan = LawsPlan(Planning(part))
    rows = session.scalars(select(LawRepeal).where(LawRepeal.undone_at.is_(None)))
    known: set[Key] = {(row.law_key, row.article_key, row.repealed_on) for row in rows}
    for number, row in read_rows(path):
        repeal = _repeal(row)
        if repeal is None:
            plan.planning.error(number, BROKEN)
        elif repeal.key in known:
            plan.planning.add("unchanged", number, repeal.law)
        elif not writing:
            plan.planning.warn(number, NOT_HERE, entry_id=repeal.law)
        else:
            plan.planning.add("added", number, repeal.law)
            plan.intended.append(repeal)
    return plan


def write_laws(session: Session, plan: LawsPlan, *, by: Actor, now: datetime) -> int:
    """How many were written; answers stay as the entries of the same file say. The caller commits."""
    for each in plan.intended:
        law, article, day = each.key
        row = LawRepeal(id=str(uuid.uuid4()), law=each.law, law_key=law, article=each.article, article_key=article)
        row.repealed_on, row.document, row.reason, row.by, row.at = day, each.document, each.reason, by.name, now
        session.add(row)
        after = {"law": each.law, "article": each.article, "on": day.isoformat(), "document": each.document}
        note(session, actor=by, action="law.repealed", kind="law", object_id=row.id, at=now, after=after)
    session.flush()
    return len(plan.intended)


def _repeal(row: Mapping[str, Any] | str) -> Repeal | None:
    if isinstance(row, str):
        return None
    law, article, document, reason = (row.get(name) or "" for name in ("law", "article", "document", "reason"))
    texts = (law, article, document, reason)
    if not all(isinstance(text, str) and "\0" not in text for text in texts) or not law.strip():
        return None
    if max(len(law), len(article), len(document)) > LONGEST_NAME or len(reason) > LONGEST_REASON:
        return None
    try:
        day = date.fromisoformat(str(row.get("repealed_on")))
    except ValueError:
        return None
    repeal = Repeal(law, article, day, document, reason)
    return repeal if repeal.key[0] and len(repeal.key[1]) <= 100 else None

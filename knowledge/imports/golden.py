"""The golden set as a part of a whole base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.curation.diff import Changed, parts_of
from knowledge.curation.golden import (
    EXPECTED,
    LONGEST_FORM,
    LONGEST_NOTE,
    MOST_ENTRIES,
    Golden,
    GoldenRefused,
    add,
    change,
    golden_set,
)
from knowledge.faq.cells import LONGEST_QUESTION
from knowledge.faq.models import FaqEntry
from knowledge.faq.sheets import read_rows
from knowledge.imports.plan import Planning
from knowledge.text.deidentify import deidentify
from knowledge.text.normalise import normalise

BROKEN = "不是一道金标准：应有 question、region、expected（answer、offered 或 none）、entry_ids 和 note"
NOT_THERE_YET = "条目 {ids} 还不在这个知识库里，这道题没有加入；条目发布后请再导入一次"

Key = tuple[str, str | None]  # the question's form and the region


@dataclass(slots=True)
class GoldenPlan:
    """``intended``: with the id of the one that is there, or without one."""

    planning: Planning
    intended: list[Golden] = field(default_factory=list)


def golden_rows(session: Session) -> Iterator[dict[str, Any]]:
    """As they stand in the file, by question and region."""
    for each in sorted(golden_set(session), key=lambda each: (each.question, each.region or "")):
        ids = list(each.entry_ids)
        yield {
            "question": each.question,
            "region": each.region,
            "expected": each.expected,
            "entry_ids": ids,
            "note": each.note,
        }


def plan_golden(session: Session, path: Path, *, coming: frozenset[str], part: str = "") -> GoldenPlan:
    """Writes nothing. ``coming``: entries that will be there once the file is taken."""
    plan = GoldenPlan(Planning(part))
    kept: dict[Key, Golden] = {(_form(each.question), each.region): each for each in golden_set(session)}
    there = coming | frozenset(session.scalars(select(FaqEntry.id)))
    for number, row in read_rows(path):
        golden = _golden(row)
        if golden is None:
            plan.planning.error(number, BROKEN)
            continue
        key = (_form(golden.question), golden.region)
        before = kept.get(key)
        if before is not None and _same(before, golden):
            plan.planning.add("unchanged", number, golden.question)
        elif missing := [each for each in golden.entry_ids if each not in there]:
            plan.planning.warn(number, NOT_THERE_YET.format(ids="、".join(missing)), entry_id=golden.question)
        else:
            _intend(plan, number, before, golden)
            kept[key] = golden
    return plan


def write_golden(session: Session, plan: GoldenPlan, *, by: Actor, now: datetime) -> int:
    """How many were written. Raises ``GoldenRefused``. The caller commits."""
    for each in plan.intended:
        wanted: dict[str, Any] = {"expected": each.expected, "entry_ids": each.entry_ids, "remark": each.note}
        if each.id:
            change(session, golden_id=each.id, by=by, now=now, **wanted)
        else:
            add(session, question=each.question, region=each.region, by=by, now=now, **wanted)
    return len(plan.intended)


def _intend(plan: GoldenPlan, number: int, before: Golden | None, golden: Golden) -> None:
    plan.planning.add(
        "added" if before is None else "changed", number, golden.question, lambda: _changes(before, golden)
    )
    plan.intended.append(
        Golden(
            id=before.id if before else "",
            question=golden.question,
            region=golden.region,
            expected=golden.expected,
            entry_ids=golden.entry_ids,
            note=golden.note,
        )
    )


def _golden(row: Mapping[str, Any] | str) -> Golden | None:
    if isinstance(row, str):
        return None
    question, region, ids, note = row.get("question"), row.get("region"), row.get("entry_ids"), row.get("note") or ""
    right = (
        isinstance(question, str)
        and bool(normalise(question))
        and len(question) <= LONGEST_QUESTION
        and "\0" not in question
        and (region is None or (isinstance(region, str) and len(region) == 6 and region.isdecimal()))
        and row.get("expected") in EXPECTED
        and isinstance(ids, list)
        and all(isinstance(each, str) for each in ids)
        and len(ids) <= MOST_ENTRIES
        and (bool(ids) or row.get("expected") == "none")
        and isinstance(note, str)
        and len(note) <= LONGEST_NOTE
        and "\0" not in note
    )
    if not right:
        return None
    expected = str(row["expected"])
    kept = () if expected == "none" else tuple(dict.fromkeys(ids or ()))
    text = deidentify(str(question).strip())
    return Golden(id="", question=text, region=region, expected=expected, entry_ids=kept, note=note.strip())


def _form(question: str) -> str:
    return normalise(question)[:LONGEST_FORM]


def _same(one: Golden, other: Golden) -> bool:
    return (one.expected, one.entry_ids, one.note) == (other.expected, other.entry_ids, other.note)


def _changes(before: Golden | None, after: Golden) -> Iterator[Changed]:
    for column, was, becomes in (
        ("expected", before.expected if before else "", after.expected),
        ("entry_ids", "、".join(before.entry_ids) if before else "", "、".join(after.entry_ids)),
        ("note", before.note if before else "", after.note),
    ):
        if was != becomes:
            yield Changed(column, was, becomes, parts_of(was, becomes))


__all__ = ["GoldenPlan", "GoldenRefused", "golden_rows", "plan_golden", "write_golden"]

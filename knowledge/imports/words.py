"""The curators' words as a part of a whole base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.curation.diff import Changed, parts_of
from knowledge.faq.models import VocabularyTerm
from knowledge.faq.sheets import read_rows
from knowledge.faq.vocabulary import LOADED, LONGEST_WORD, MOST_OTHERS
from knowledge.imports.plan import Planning
from knowledge.text.normalise import surface

KINDS = ("word", "synonym", "related")
LONGEST_NOTE = 500
BROKEN = "不是一个词条：应有 kind（word、synonym 或 related）、word、others 和 note"
WRONG_LENGTH = "“{word}”应有 2–{longest} 个字"
WRONG_OTHERS = "“{word}”的对应词应有 1–{most} 个，互不相同，也不能是它自己"
TWICE = "“{word}”已经是另一个词条"
TWO_GROUPS = "“{word}”属于两组同义词"

Key = tuple[str, str]  # kind and word


@dataclass(frozen=True, slots=True)
class Word:
    kind: str
    word: str
    others: tuple[str, ...]
    note: str

    @property
    def key(self) -> Key:
        return self.kind, self.word


@dataclass(slots=True)
class WordsPlan:
    planning: Planning
    intended: list[Word] = field(default_factory=list)


def word_rows(session: Session) -> Iterator[dict[str, Any]]:
    """As they stand in the file, by kind and word."""
    for each in sorted(_kept(session).values(), key=lambda each: each.key):
        yield {"kind": each.kind, "word": each.word, "others": list(each.others), "note": each.note}


def plan_words(session: Session, path: Path, *, part: str = "") -> WordsPlan:
    """Writes nothing. Judged as the table would be with all of the file in it."""
    plan, kept = WordsPlan(Planning(part)), _kept(session)
    final = dict(kept)
    for number, row in read_rows(path):
        word = _word(row)
        problem = BROKEN if word is None else _problem(word, final)
        if word is None or problem:
            plan.planning.error(number, problem, entry_id=word.word if word else "")
            continue
        final[word.key] = word
        before = kept.get(word.key)
        if before == word:
            plan.planning.add("unchanged", number, word.word)
            continue
        plan.planning.add("added" if before is None else "changed", number, word.word, lambda: _changes(before, word))  # noqa: B023
        plan.intended.append(word)
    return plan


def write_words(session: Session, plan: WordsPlan, *, by: str, now: datetime) -> int:
    """How many were written. Does not move the base's number; the caller does, and commits."""
    rows = {(row.kind, row.word): row for row in session.scalars(select(VocabularyTerm).limit(LOADED))}
    for word in plan.intended:
        row = rows.get(word.key) or VocabularyTerm(kind=word.kind, word=word.word)
        row.others, row.note, row.changed_at, row.changed_by = list(word.others), word.note, now, by
        session.add(row)
    session.flush()
    return len(plan.intended)


def _kept(session: Session) -> dict[Key, Word]:
    rows = session.scalars(select(VocabularyTerm).limit(LOADED))
    return {(row.kind, row.word): Word(row.kind, row.word, tuple(row.others), row.note) for row in rows}


def _word(row: Mapping[str, Any] | str) -> Word | None:
    if isinstance(row, str) or row.get("kind") not in KINDS:
        return None
    word, others, note = row.get("word"), row.get("others") or [], row.get("note") or ""
    if not isinstance(word, str) or not isinstance(others, list) or not isinstance(note, str):
        return None
    texts = [word, note, *others]
    if not all(isinstance(each, str) and "\0" not in each for each in texts) or len(note) > LONGEST_NOTE:
        return None
    return Word(str(row["kind"]), surface(word), tuple(surface(each) for each in others), note.strip())


def _problem(word: Word, final: Mapping[Key, Word]) -> str:
    """``final``: all that the table would hold. What the dictionary's own form refuses."""
    for each in (word.word, *word.others):
        if not 2 <= len(each) <= LONGEST_WORD:
            return WRONG_LENGTH.format(word=each, longest=LONGEST_WORD)
    if word.kind == "word":
        others_right = not word.others
    else:
        others_right = 1 <= len(word.others) <= MOST_OTHERS and len({word.word, *word.others}) == len(word.others) + 1
    if not others_right:
        return WRONG_OTHERS.format(word=word.word, most=MOST_OTHERS)
    if any(kind != word.kind and (kind, word.word) in final for kind in KINDS):
        return TWICE.format(word=word.word)
    if word.kind == "synonym":
        for other in final.values():
            shared = {word.word, *word.others} & {other.word, *other.others}
            if other.kind == "synonym" and other.key != word.key and shared:
                return TWO_GROUPS.format(word=min(shared))
    return ""


def _changes(before: Word | None, after: Word) -> Iterator[Changed]:
    for column, was, becomes in (
        ("others", "、".join(before.others) if before else "", "、".join(after.others)),
        ("note", before.note if before else "", after.note),
    ):
        if was != becomes:
            yield Changed(column, was, becomes, parts_of(was, becomes))

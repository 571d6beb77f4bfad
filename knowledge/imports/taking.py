"""A whole base beside what is there, and taken: entries as drafts, or at once where an operator says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.curation.diff import diff
from knowledge.faq.files import FileContent, check_file
from knowledge.faq.queries import all_entries, bump_version, lock_base, save_entries
from knowledge.imports import whole_base
from knowledge.imports.entries import EntriesPlan, MayWrite, begin_drafts, plan_entries
from knowledge.imports.golden import GoldenPlan, plan_golden, write_golden
from knowledge.imports.institutions import Read, plan_institutions, read_institutions
from knowledge.imports.laws import LawsPlan, plan_laws, write_laws
from knowledge.imports.plan import Plan, Planning, joined
from knowledge.imports.whole_base import part_of
from knowledge.imports.words import WordsPlan, plan_words, write_words
from knowledge.institutions.files import ImportReport, import_batches

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ReadBase:
    """What can be read without a look at the database. ``folder``: the parts, for as long as they are needed."""

    folder: Path
    entries: FileContent
    institutions: Read


@dataclass(slots=True)
class BasePlan:
    """``entries`` begins drafts; where it is ``None``, ``at_once`` is written as it stands."""

    at_once: FileContent
    entries: EntriesPlan | None
    plannings: list[Planning] = field(default_factory=list)
    words: WordsPlan | None = None
    golden: GoldenPlan | None = None
    laws: LawsPlan | None = None
    institutions: Read = field(default_factory=lambda: Read([], ImportReport()))

    @property
    def plan(self) -> Plan:
        return joined(self.plannings)

    @property
    def counts(self) -> Mapping[str, tuple[int, int, int]]:
        """Of each part: added, changed, unchanged."""
        return {
            each.part: (each.counts["added"], each.counts["changed"], each.counts["unchanged"])
            for each in self.plannings
        }


def read_base(folder: Path, *, progress: Progress | None = None) -> ReadBase:
    """``folder``: as ``opened_base`` gives it. Raises ``FileUnreadable``."""
    entries, institutions = part_of(folder, whole_base.ENTRIES), part_of(folder, whole_base.INSTITUTIONS)
    content = check_file(entries, progress=progress) if entries else FileContent((), (), ())
    read = read_institutions(institutions, progress=progress) if institutions else Read([], ImportReport())
    return ReadBase(folder, content, read)


def plan_base(session: Session, read: ReadBase, *, now: datetime, may_write: MayWrite | None) -> BasePlan:
    """Writes nothing. ``may_write`` ``None``: an operator's import, which writes entries and repealed laws at once."""
    plan, operator = BasePlan(read.entries, None, institutions=read.institutions), may_write is None
    if may_write is None:
        plan.plannings.append(_plan_at_once(session, read.entries))
    else:
        plan.entries = plan_entries(session, read.entries, may_write=may_write, now=now, part=whole_base.ENTRIES)
        plan.plannings.append(plan.entries.planning)
    if (words := part_of(read.folder, whole_base.WORDS)) is not None:
        plan.words = plan_words(session, words, part=whole_base.WORDS)
        plan.plannings.append(plan.words.planning)
    if (golden := part_of(read.folder, whole_base.GOLDEN)) is not None:
        coming = frozenset(entry.id for entry in read.entries.entries) if operator else frozenset()
        plan.golden = plan_golden(session, golden, coming=coming, part=whole_base.GOLDEN)
        plan.plannings.append(plan.golden.planning)
    if (laws := part_of(read.folder, whole_base.LAWS)) is not None:
        plan.laws = plan_laws(session, laws, writing=operator, part=whole_base.LAWS)
        plan.plannings.append(plan.laws.planning)
    if read.institutions.batches or read.institutions.report.problems:
        part = whole_base.INSTITUTIONS
        plan.plannings.append(plan_institutions(session, read.institutions, now=now, part=part))
    return plan


def take_base(session: Session, plan: BasePlan, *, by: Actor, reason: str, now: datetime) -> str | None:
    """Writes all of it; the drafts' batch, where there is one. Raises ``NotAllowed``. The caller commits, and has seen
    to it that nothing in the plan is wrong."""
    lock_base(session, now=now)
    batch, moved = None, 0
    if plan.entries is not None:
        batch = begin_drafts(session, plan.entries, by=by, reason=reason, now=now)
    else:
        moved += len(save_entries(session, entries=plan.at_once.entries, now=now, by=by.name, reason=reason))
        session.flush()
    if plan.words is not None:
        moved += write_words(session, plan.words, by=by.name, now=now)
    if plan.golden is not None:
        write_golden(session, plan.golden, by=by, now=now)
    if plan.laws is not None:
        write_laws(session, plan.laws, by=by, now=now)
    if plan.institutions.batches:
        import_batches(session, plan.institutions.batches, ImportReport(), now=now)
    if moved:
        bump_version(session, now=now)
    return batch


def _plan_at_once(session: Session, content: FileContent) -> Planning:
    planning, live = Planning(whole_base.ENTRIES), {entry.id: entry for entry in all_entries(session)}
    for error in content.errors:
        planning.error(error.row, error.message, column=error.column)
    for warning in content.warnings:
        planning.warn(warning.row, warning.message, column=warning.column)
    for number, entry in zip(content.rows, content.entries, strict=True):
        before = live.get(entry.id)
        changes = diff(before, entry)
        what = "added" if before is None else "changed" if changes else "unchanged"
        planning.add(what, number, entry.id)  # type: ignore[arg-type]
    return planning

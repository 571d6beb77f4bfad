"""A kept file compared with what is there, and applied. As ``python -m knowledge.imports.checking`` for large ones:
beside the worker, with a bound to its memory, so that no file can take the worker along.
"""

from __future__ import annotations

import contextlib
import hashlib
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import orjson
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit.events import Actor, note
from knowledge.curation.golden import GoldenRefused
from knowledge.curation.revision import NotAllowed
from knowledge.faq.files import FileContent, check_file
from knowledge.faq.queries import lock_base
from knowledge.imports.entries import MayWrite, begin_drafts, plan_entries
from knowledge.imports.institutions import Read, plan_institutions, read_institutions
from knowledge.imports.kinds import RIGHT, Kind, Stage
from knowledge.imports.models import Import
from knowledge.imports.plan import Plan
from knowledge.imports.stored import (
    ImportRefused,
    content_of,
    locked_import,
    mark_of,
    store_plan,
    store_unreadable,
)
from knowledge.imports.taking import ReadBase, plan_base, read_base, take_base
from knowledge.imports.whole_base import opened_base
from knowledge.institutions.files import ImportReport, import_batches
from knowledge.institutions.models import VERSION_ROW, InstitutionVersion
from knowledge.staff.accounts import counts, grant_of
from knowledge.staff.granting import grants_of
from knowledge.staff.models import StaffAccount
from knowledge.staff.rights import scope_of
from knowledge.workbooks.unreadable import FileUnreadable

MEMORY_BYTES = 1_500_000_000  # beyond what the process has when it begins
PAGE_BYTES = resource.getpagesize()
NAME = "文件"  # of the file while it is read, in sentences about it
REASON = "导入文件：{name}"

ALTERED = "存下的文件与上传时不一致，没有写入；请重新上传"
NO_RIGHT = "您的角色已经不能导入这种文件，没有写入"
TOO_LARGE = "文件太大，内存不够，没有读完；请拆成几个文件分别导入"

Progress = Callable[[int], None]
ReadFile = FileContent | Read | ReadBase


class Applied(StrEnum):
    """What became of an import that somebody wanted to be written."""

    DONE = "done"
    STALE = "stale"  # what it was compared with has moved: it has to be checked again
    ERRORS = "errors"  # found only now: somebody began a draft meanwhile, a right was taken back
    NOT_DUE = "not_due"  # it is done already, or was never checked


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes, and where he may. ``may_write`` ``None``: nowhere any more."""

    by: Actor
    may_write: MayWrite | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """``write``: by whom and why; the batch of drafts, where there is one."""

    plan: Plan
    write: Callable[[Actor, str], str | None]


def check(sessions: sessionmaker[Session], reading: sessionmaker[Session], import_id: str, *, now: datetime) -> None:
    """Compares a file that waits for it; nothing but its own row is written. ``reading``: sessions without a lock."""

    def progress(rows: int) -> None:
        with sessions.begin() as session:
            mine = update(Import).where(Import.id == import_id, Import.state == Stage.CHECKING.value)
            session.execute(mine.values(unchanged=rows))

    with reading() as session:
        row, content = content_of(session, import_id)
        kind, name = Kind(row.kind), row.name
        if row.state != Stage.CHECKING:
            return
    try:
        with _read(kind, name, content, progress) as read, reading() as session:
            mark = mark_of(session, kind)
            plan = _prepared(session, read, writing_of(session, import_id), now=now).plan
    except (FileUnreadable, ImportRefused) as refused:
        problem = str(refused)
        _store(sessions, import_id, lambda row: store_unreadable(row, problem))
        return
    _store(sessions, import_id, lambda row: store_plan(row, plan, mark=mark))


def apply(
    sessions: sessionmaker[Session],
    reading: sessionmaker[Session],
    import_id: str,
    *,
    by: Actor | None = None,
    now: datetime,
) -> Applied:
    """Writes what was planned, in one transaction, which begins once the file has been read.

    ``by``: who wants it now, by default who brought the file.
    """
    with reading() as session:
        row, content = content_of(session, import_id)
        kind, name = Kind(row.kind), row.name
        if hashlib.sha256(content).hexdigest() != row.sha256:
            raise ImportRefused(ALTERED)
    with _read(kind, name, content, lambda _: None) as read, sessions.begin() as session:
        row = locked_import(session, import_id)
        if row.state not in (Stage.CHECKED, Stage.APPLYING):
            return Applied.NOT_DUE
        _hold(session, kind, now)
        if mark_of(session, kind) != row.base_mark:
            row.state, row.unchanged = Stage.CHECKING.value, 0
            _note_refused(session, row, Applied.STALE, by, now)
            return Applied.STALE
        return _applied(session, row, read, by, now)


def work(sessions: sessionmaker[Session], reading: sessionmaker[Session], import_id: str, *, now: datetime) -> None:
    """Whatever the file waits for; after a stale plan also the next check. Nothing where it is gone."""
    with contextlib.suppress(ImportRefused):
        with reading() as session:
            state = content_of(session, import_id)[0].state
        if state == Stage.APPLYING:
            try:
                apply(sessions, reading, import_id, now=now)
            except (FileUnreadable, ImportRefused) as refused:
                problem = str(refused)
                _store(sessions, import_id, lambda row: store_unreadable(row, problem))
        check(sessions, reading, import_id, now=now)


def writing_of(session: Session, import_id: str) -> Writing:
    """As his roles are now. Raises ``ImportRefused`` where the file is gone."""
    row = session.get(Import, import_id)
    if row is None:
        raise ImportRefused(NO_RIGHT)
    account = session.get(StaffAccount, row.by_id)
    grants = [grant_of(grant) for grant in grants_of(session, staff_id=row.by_id) if counts(grant)]
    here = scope_of(grants, RIGHT[Kind(row.kind)])
    by = Actor(name=row.by, staff_id=row.by_id)
    if here is None or account is None or not account.active:
        return Writing(by, None)
    return Writing(by, lambda region, topic: here.allows(region=region, topic=topic, writing=True))


def _note_refused(session: Session, row: Import, outcome: Applied, by: Actor | None, now: datetime) -> None:
    actor = by or Actor(name=row.by, staff_id=row.by_id)
    after = {"outcome": outcome.value}
    note(session, actor=actor, action="import.not_applied", kind="import", object_id=row.id, at=now, after=after)


def _applied(session: Session, row: Import, read: ReadFile, by: Actor | None, now: datetime) -> Applied:
    writing = writing_of(session, row.id)
    prepared = _prepared(session, read, writing, now=now)
    plan = prepared.plan
    if plan.errors:
        store_plan(row, plan, mark=row.base_mark)
        _note_refused(session, row, Applied.ERRORS, by, now)
        return Applied.ERRORS
    actor = by or writing.by
    try:
        row.batch_id = prepared.write(actor, REASON.format(name=row.name))
    except (NotAllowed, GoldenRefused) as refused:
        raise ImportRefused(str(refused)) from None
    row.state, row.applied_at = Stage.APPLIED.value, now
    told = {"kind": row.kind, "added": plan.added, "changed": plan.changed, "sha256": row.sha256, "batch": row.batch_id}
    note(session, actor=actor, action="import.applied", kind="import", object_id=row.id, at=now, after=told)
    return Applied.DONE


@contextlib.contextmanager
def _read(kind: Kind, name: str, content: bytes, progress: Progress) -> Iterator[ReadFile]:
    """Read whole, without the database. Raises ``FileUnreadable``."""
    with tempfile.TemporaryDirectory(prefix="bianshitong-import-") as folder:
        path = Path(folder) / f"{NAME}{Path(name).suffix.lower()}"
        path.write_bytes(content)
        match kind:
            case Kind.KNOWLEDGE:
                yield check_file(path, progress=progress)
            case Kind.INSTITUTIONS:
                yield read_institutions(path, progress=progress)
            case Kind.BASE:
                with opened_base(path) as unpacked:
                    yield read_base(unpacked, progress=progress)


def _prepared(session: Session, read: ReadFile, writing: Writing, *, now: datetime) -> Prepared:
    may_write = writing.may_write
    if may_write is None:
        raise ImportRefused(NO_RIGHT)
    if isinstance(read, FileContent):
        entries = plan_entries(session, read, may_write=may_write, now=now)
        return Prepared(
            entries.planning.plan(), lambda by, reason: begin_drafts(session, entries, by=by, reason=reason, now=now)
        )
    if isinstance(read, Read):
        batches = read.batches
        return Prepared(
            plan_institutions(session, read, now=now).plan(),
            lambda *_: import_batches(session, batches, ImportReport(), now=now),
        )
    base = plan_base(session, read, now=now, may_write=may_write)
    return Prepared(base.plan, lambda by, reason: take_base(session, base, by=by, reason=reason, now=now))


def _hold(session: Session, kind: Kind, now: datetime) -> None:
    """Nobody changes what the plan was compared with until this transaction ends."""
    if kind is not Kind.INSTITUTIONS:
        lock_base(session, now=now)
    if kind is not Kind.KNOWLEDGE:
        session.get(InstitutionVersion, VERSION_ROW, with_for_update=True, populate_existing=True)


def _store(sessions: sessionmaker[Session], import_id: str, change: Callable[[Import], None]) -> None:
    """Only while it still waits: it may have been dropped meanwhile."""
    with sessions.begin() as session, contextlib.suppress(ImportRefused):
        row = locked_import(session, import_id)
        if row.state in (Stage.CHECKING, Stage.APPLYING):
            change(row)


def _bound_memory() -> None:
    """What is there already counts too; the file gets so much more and not a page beyond it."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * PAGE_BYTES
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, hard))


def main() -> None:
    """Handed the database on its standard input, never in its arguments, where every user of the host could read it."""
    from knowledge.store.models import register_all
    from knowledge.store.sessions import make_engine, make_reading_sessions, make_sessions

    job = orjson.loads(sys.stdin.buffer.read())
    register_all()
    engine = make_engine(job["url"])
    sessions, reading = make_sessions(engine), make_reading_sessions(engine)
    _bound_memory()
    try:
        work(sessions, reading, job["import"], now=datetime.fromisoformat(job["now"]))
    except MemoryError:
        _store(sessions, job["import"], lambda row: store_unreadable(row, TOO_LARGE))
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()

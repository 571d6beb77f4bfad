"""Files that were brought: kept for a day, each with what became of it. Everybody sees his own. The caller commits."""

from __future__ import annotations

import hashlib
import io
import re
import uuid
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from knowledge.audit.events import Actor, note
from knowledge.errors import KnowledgeError
from knowledge.faq.queries import base_state
from knowledge.imports.kinds import ENDINGS, LARGEST_UPLOAD, LONGEST_NAME, Kind, Stage
from knowledge.imports.models import Import
from knowledge.imports.plan import Plan, as_json
from knowledge.institutions.models import VERSION_ROW, InstitutionVersion

KEPT = timedelta(days=1)
LISTED = 50
PURGED = 200  # rows at once
MARK = 32  # the column
# Up to here a file is checked while one waits: some hundred rows, a second or two.
AT_ONCE_BYTES, AT_ONCE_UNPACKED = 200_000, 2_000_000
DISCARDED = (Stage.CHECKED, Stage.CHECKING, Stage.UNREADABLE, Stage.APPLYING)

NO_FILE = "请选择文件"
EMPTY = "文件是空的，请检查是否选对了文件"
LARGE = "文件超过 {most} MB；请拆成几个文件分别导入，或由系统维护人员用命令行导入"
WRONG_ENDING = "这里只收 {endings} 文件；您选的是“{name}”"
GONE = "这个文件已经不在了，可能已经作废或超过一天；请重新上传"

_UNSHOWN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class ImportRefused(KnowledgeError):
    """It cannot be done; the message is a sentence for who tries."""


def keep(session: Session, *, kind: Kind, name: str, content: bytes, by: Actor, now: datetime) -> Import:
    """A new row to be checked. Raises ``ImportRefused``."""
    name = _file_name(name)
    if not name:
        raise ImportRefused(NO_FILE)
    if Path(name).suffix.lower() not in ENDINGS[kind]:
        raise ImportRefused(WRONG_ENDING.format(endings="、".join(ENDINGS[kind]), name=name))
    if not content:
        raise ImportRefused(EMPTY)
    if len(content) > LARGEST_UPLOAD:
        raise ImportRefused(LARGE.format(most=LARGEST_UPLOAD // 1_000_000))
    row = Import(id=str(uuid.uuid4()), kind=kind.value, name=name, content=content, size=len(content), rows=[])
    row.sha256, row.state, row.at = hashlib.sha256(content).hexdigest(), Stage.CHECKING.value, now
    row.by, row.by_id = by.name, by.staff_id or ""
    session.add(row)
    session.flush()
    told = {"kind": row.kind, "size": row.size, "sha256": row.sha256}
    note(session, actor=by, action="import.uploaded", kind="import", object_id=row.id, at=now, after=told)
    return row


def own_imports(session: Session, *, staff_id: str) -> Sequence[Import]:
    """Newest first."""
    query = select(Import).where(Import.by_id == staff_id)
    return session.scalars(query.order_by(Import.at.desc(), Import.id).limit(LISTED)).all()


def own_import(session: Session, import_id: str, *, staff_id: str) -> Import | None:
    """As it stands in the database now."""
    query = select(Import).where(Import.id == import_id, Import.by_id == staff_id)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def locked_import(session: Session, import_id: str) -> Import:
    """Held until the transaction ends. Raises ``ImportRefused``."""
    query = select(Import).where(Import.id == import_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise ImportRefused(GONE)
    return row


def content_of(session: Session, import_id: str) -> tuple[Import, bytes]:
    """Raises ``ImportRefused`` where it is gone."""
    query = select(Import).where(Import.id == import_id).options(undefer(Import.content))
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.content is None:
        raise ImportRefused(GONE)
    return row, row.content


def drop(session: Session, *, import_id: str, by: Actor, now: datetime) -> None:
    """The file goes, what was planned too. Raises ``ImportRefused`` where it has been applied, or is being."""
    row = locked_import(session, import_id)
    if row.state not in (Stage.CHECKED, Stage.CHECKING, Stage.UNREADABLE):
        raise ImportRefused("这个文件已经写入或作废，不能再作废")
    _empty(row)
    session.flush()
    note(session, actor=by, action="import.dropped", kind="import", object_id=row.id, at=now)


def purge(session: Session, *, now: datetime) -> int:
    """Takes away files and plans that are older than a day; returns how many. The rows stay, with their counts."""
    old = select(Import.id).where(Import.at < now - KEPT, Import.content.is_not(None))
    ids = list(session.scalars(old.order_by(Import.at, Import.id).limit(PURGED)))
    discarded = Import.state.in_([stage.value for stage in DISCARDED])
    those = update(Import).where(Import.id.in_(ids)).execution_options(synchronize_session=False)
    session.execute(those.where(discarded).values(state=Stage.DROPPED.value))
    session.execute(those.values(content=None, rows=[]))
    return len(ids)


def mark_of(session: Session, kind: Kind) -> str:
    """Changes whenever what the kind is compared with does."""
    base, register = base_state(session).mark, session.get(InstitutionVersion, VERSION_ROW, populate_existing=True)
    stamp = register.stamp.replace("-", "") if register is not None else ""
    match kind:
        case Kind.KNOWLEDGE:
            return base
        case Kind.INSTITUTIONS:
            return stamp[:MARK]
    return hashlib.sha256(f"{base}:{stamp}".encode()).hexdigest()[:MARK]


def store_plan(row: Import, plan: Plan, *, mark: str) -> None:
    row.state, row.problem, row.base_mark = Stage.CHECKED.value, "", mark
    row.added, row.changed, row.unchanged = plan.added, plan.changed, plan.unchanged
    row.errors, row.warnings = plan.errors, plan.warnings
    row.rows = [as_json(each) for each in plan.rows]


def store_unreadable(row: Import, problem: str) -> None:
    row.state, row.problem, row.rows = Stage.UNREADABLE.value, problem[:500], []
    row.added = row.changed = row.unchanged = row.errors = row.warnings = 0


def checked_at_once(name: str, content: bytes) -> bool:
    """Whether somebody may wait for it; else it is work for the background."""
    if len(content) > AT_ONCE_BYTES:
        return False
    if Path(name).suffix.lower() not in (".xlsx", ".zip"):
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(part.file_size for part in archive.infolist()) <= AT_ONCE_UNPACKED
    except (zipfile.BadZipFile, ValueError, OSError):
        return True  # and soon told so


def _empty(row: Import) -> None:
    row.state, row.content, row.rows = Stage.DROPPED.value, None, []


def _file_name(name: str) -> str:
    """Some browsers send the whole path. What cannot be shown is left out."""
    bare = _UNSHOWN.sub("", PureWindowsPath(PurePosixPath(name).name).name).strip()
    return bare if len(bare) <= LONGEST_NAME else f"{bare[:100]}…{bare[-90:]}"

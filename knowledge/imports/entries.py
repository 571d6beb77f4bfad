"""A knowledge file beside the base: what each row would add or change, and what forbids it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.curation.checks import own_findings
from knowledge.curation.content import content_of
from knowledge.curation.diff import NOT_COMPARED, diff
from knowledge.curation.flow import BATCH
from knowledge.curation.law_keys import Repealed
from knowledge.curation.laws import repealed_now
from knowledge.curation.revisions import begin_batch, busy
from knowledge.faq.cells import COLUMNS, RowError
from knowledge.faq.entry import PUBLISHED, Entry
from knowledge.faq.files import FileContent
from knowledge.faq.queries import all_entries
from knowledge.imports.plan import Planning
from knowledge.text.normalise import normalise

EXAMPLE = "示例"  # the id of the template's row
RETIRED, DRAFT = "retired", "draft"
MayWrite = Callable[[str | None, str], bool]  # of a region and a topic

OUTSIDE = "这个地区或主题不归您负责，不能更改；请交给负责的人"
BUSY = "有人正在改这个条目；请先处理那份草稿，再导入"
IS_EXAMPLE = "这是模板的示例行，请删去"
RETIRED_AND_CHANGED = "要停用条目，请只把状态写作 retired，其他列保持原样；要改内容，请把状态写作 published"
NOT_ADDED = "停用的条目不会答复，没有加入"
STAYS = "状态写的是草稿，但内容没有改动；正在答复的条目不会因此停止，要停用请写 retired"
TOO_MANY = "有 {count} 条要新增或更改，一次最多 {most} 条；请拆成几个文件，或由系统维护人员用命令行导入"
SAME_QUESTION = "“{variant}”与条目 {other} 的问法相同，发布后会请群众选择"


@dataclass(frozen=True, slots=True)
class Intended:
    """One draft that would be begun. ``archive``: it only takes the entry back."""

    entry: Entry
    archive: bool = False


@dataclass(slots=True)
class EntriesPlan:
    planning: Planning
    intended: list[Intended] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Beside:
    """All that a row is compared with."""

    live: Mapping[str, Entry]
    busy: frozenset[str]
    repealed: Sequence[Repealed]
    asked: Mapping[tuple[str | None, str], str]
    may_write: MayWrite
    now: datetime


def plan_entries(
    session: Session, content: FileContent, *, may_write: MayWrite, now: datetime, most: int = BATCH, part: str = ""
) -> EntriesPlan:
    """Writes nothing. ``most``: drafts that one import may begin."""
    plan = EntriesPlan(Planning(part))
    for error in content.errors:
        plan.planning.error(error.row, error.message, column=error.column)
    for warning in content.warnings:
        plan.planning.warn(warning.row, warning.message, column=warning.column)
    beside = _all_beside(session, content, may_write, now)
    for number, entry, given in zip(content.rows, content.entries, content.given, strict=True):
        _compare(plan, number, _filled(entry, given, beside.live.get(entry.id)), beside)
    if len(plan.intended) > most:
        plan.planning.error(0, TOO_MANY.format(count=len(plan.intended), most=most))
    return plan


def begin_drafts(session: Session, plan: EntriesPlan, *, by: Actor, reason: str, now: datetime) -> str | None:
    """The batch's id; ``None`` where nothing differs. Raises ``NotAllowed``. The caller commits."""
    if not plan.intended:
        return None
    return begin_batch(
        session,
        contents=[{"id": each.entry.id, **content_of(each.entry)} for each in plan.intended],
        archived=frozenset(each.entry.id for each in plan.intended if each.archive),
        by=by,
        reason=reason,
        now=now,
    )


def _all_beside(session: Session, content: FileContent, may_write: MayWrite, now: datetime) -> _Beside:
    ids = {entry.id for entry in content.entries}
    live = {entry.id: entry for entry in all_entries(session)}
    asked = {
        (entry.region, normalise(variant)): entry.id
        for entry in live.values()
        if entry.status == PUBLISHED and entry.id not in ids
        for variant in entry.variants
    }
    return _Beside(live, frozenset(busy(session, sorted(ids))), repealed_now(session), asked, may_write, now)


def _filled(entry: Entry, given: frozenset[str], before: Entry | None) -> Entry:
    """Columns that the file does not have stay as they are; an empty cell empties."""
    missing = [column for column in COLUMNS if column not in given and column not in NOT_COMPARED]
    if before is None or not missing:
        return entry
    return replace(entry, **{column: getattr(before, column) for column in missing})


def _compare(plan: EntriesPlan, number: int, entry: Entry, beside: _Beside) -> None:
    planning, before = plan.planning, beside.live.get(entry.id)
    if entry.id == EXAMPLE:
        planning.error(number, IS_EXAMPLE, entry_id=entry.id)
        return
    content_stays = before is not None and content_of(before) == content_of(entry)
    if _stays(planning, number, entry, before, content_stays=content_stays):
        planning.add("unchanged", number, entry.id)
        return
    archive = entry.status == RETIRED
    errors = list(dict.fromkeys(_forbidding(entry, before, beside, archive=archive, content_stays=content_stays)))
    for error in errors:
        planning.error(number, error.message, entry_id=entry.id, column=error.column)
    if errors:
        return
    planning.add("added" if before is None else "changed", number, entry.id, lambda: diff(before, entry))
    plan.intended.append(Intended(entry if archive else replace(entry, status=PUBLISHED), archive))
    for warning in _doubts(entry, beside) if not archive else ():
        planning.warn(number, warning.message, entry_id=entry.id, column=warning.column)


def _stays(planning: Planning, number: int, entry: Entry, before: Entry | None, *, content_stays: bool) -> bool:
    """Whether the row changes nothing; a retired entry that is not there is none to be added."""
    if before is None:
        if entry.status == RETIRED:
            planning.warn(number, NOT_ADDED, entry_id=entry.id, column="status")
        return entry.status == RETIRED
    if content_stays and entry.status == DRAFT != before.status:
        planning.warn(number, STAYS, entry_id=entry.id, column="status")
        return True
    return content_stays and entry.status == before.status


def _forbidding(
    entry: Entry, before: Entry | None, beside: _Beside, *, archive: bool, content_stays: bool
) -> Iterator[RowError]:
    if archive and not content_stays:
        yield RowError(0, "status", RETIRED_AND_CHANGED)
        return
    places = {(entry.region, entry.category)} | ({(before.region, before.category)} if before is not None else set())
    if not all(beside.may_write(region, topic) for region, topic in places):
        yield RowError(0, "region", OUTSIDE)
    if entry.id in beside.busy:
        yield RowError(0, "id", BUSY)
    if not archive:
        found = own_findings(entry, now=beside.now, repealed=beside.repealed)
        yield from (RowError(0, each.column, each.message) for each in found if each.severity == "block")


def _doubts(entry: Entry, beside: _Beside) -> Iterator[RowError]:
    """What the file's own reading does not tell. Sensitive questions it has told already."""
    for each in own_findings(entry, now=beside.now, repealed=beside.repealed):
        if each.severity == "warn" and "敏感问题过滤" not in each.message:
            yield RowError(0, each.column, each.message)
    for variant in entry.variants:
        other = beside.asked.get((entry.region, normalise(variant)))
        if other is not None:
            yield RowError(0, "paraphrases", SAME_QUESTION.format(variant=variant, other=other))

"""An event of an institution's lineage as it is entered, and what follows from it for the rows concerned.

The caller commits.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.calendar import shanghai_day
from knowledge.errors import KnowledgeError
from knowledge.institutions.codes import cleaned, well_formed
from knowledge.institutions.editing import clash, institution, keep
from knowledge.institutions.files import mark_changed
from knowledge.institutions.lineage import KIND, Kind, Party, Told
from knowledge.institutions.models import Institution, InstitutionLineage
from knowledge.institutions.names import name_key, plain
from knowledge.institutions.rows import MAX_NAMES_IN_LIST, TEXTS

FIRST_YEAR = 1900
MOST_OTHERS = 20  # names in one event
DOCUMENT_LENGTH = 300
ONE_OTHER = frozenset({Told.RENAMED_TO, Told.RENAMED_FROM, Told.MERGED_INTO, Told.SPLIT_FROM})
OTHERS_BEFORE = frozenset({Told.RENAMED_FROM, Told.MERGED_FROM, Told.SPLIT_FROM})  # the others are what was before
# Entered from the side of what came after, the others' side of it.
OTHER_SIDE = {Told.MERGED_FROM: Told.MERGED_INTO, Told.SPLIT_FROM: Told.SPLIT_INTO}


class EventRefused(KnowledgeError):
    """The message is a sentence for who filled in the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a document says. ``others``: names or credit codes of those concerned besides the institution itself."""

    told: Told
    others: tuple[str, ...]
    happened_on: date
    document: str
    remark: str = ""


def add_event(session: Session, *, institution_id: str, announced: Announced, by: Actor, now: datetime) -> Institution:
    """Renaming changes the name and keeps the old one; what ends an institution is written into its status; a name
    that has no row of its own is found as a former name from now on.

    Raises ``NoInstitution`` and ``EventRefused``.
    """
    _check(announced, now)
    row = institution(session, institution_id, writing=True)
    parties = [_party(session, row, announced.told, typed) for typed in announced.others]
    _refuse_repeated(parties)
    events = [_event_row(row, announced, other, by, now) for other in parties or [Party("")]]
    _refuse_twice(session, events)
    consequences = _consequences(session, row, announced, parties)  # may refuse: nothing is written before
    session.add_all(events)
    after = {"told": announced.told.value, "others": [party.name for party in parties]}
    after |= {"on": announced.happened_on.isoformat(), "document": announced.document}
    note(
        session, actor=by, action="institution.lineage_added", kind="institution", object_id=row.id, at=now, after=after
    )
    for each, follow in consequences:
        keep(session, each, follow, by=by, now=now, reason=announced.document)
    mark_changed(session, now=now)
    return row


def _check(announced: Announced, now: datetime) -> None:
    told, others = announced.told, announced.others
    if announced.happened_on.year < FIRST_YEAR or announced.happened_on > shanghai_day(now):
        raise EventRefused(f"日期应在 {FIRST_YEAR} 年以后，不能晚于今天；还没有发生的事，请到那天再登记")
    if told is Told.DISSOLVED and others:
        raise EventRefused("撤销没有对方单位，请把这一栏留空；如果是并入别的单位，请选“本单位并入”")
    if told is not Told.DISSOLVED and not others:
        raise EventRefused("请填写对方单位（更名的，填另一个名称）")
    if told in ONE_OTHER and len(others) > 1:
        raise EventRefused("这一种只能填一个名称；有几个，请分几次登记")
    if len(others) > MOST_OTHERS:
        raise EventRefused(f"一次最多登记 {MOST_OTHERS} 个单位，请分几次登记")
    if not announced.document:
        raise EventRefused("请填写文号或文件名称，以后才查得到依据")
    if max(len(announced.document), len(announced.remark)) > DOCUMENT_LENGTH:
        raise EventRefused(f"文件和备注各最多 {DOCUMENT_LENGTH} 个字，请精简")


def _party(session: Session, row: Institution, told: Told, typed: str) -> Party:
    """Who is meant: by code, else the one institution of exactly this name; a name alone where there is none."""
    if KIND[told] is not Kind.RENAMED and well_formed(code := cleaned(typed)):
        return _of_code(session, row, code)
    if len(typed) > TEXTS["name"] or not any(sign.isalpha() for sign in typed):
        raise EventRefused(f"“{typed[:30]}”不像单位名称；名称最多 {TEXTS['name']} 个字，至少有一个汉字或字母")
    if plain(typed) == plain(row.name):
        raise EventRefused("填的就是本单位现在的名称，请核对")
    if KIND[told] is Kind.RENAMED:
        return Party(typed)
    alike = select(Institution).where(Institution.name_key == name_key(typed), Institution.id != row.id).limit(50)
    known = [each for each in session.scalars(alike) if plain(each.name) == plain(typed)]
    if len(known) > 1:
        raise EventRefused(f"库里有 {len(known)} 个“{typed}”，分不清是哪一个；请改填统一社会信用代码")
    return Party(known[0].name, known[0].id) if known else Party(typed)


def _of_code(session: Session, row: Institution, code: str) -> Party:
    found = session.scalars(select(Institution).where(Institution.credit_code == code)).first()
    if found is None:
        raise EventRefused(f"没有找到代码为 {code} 的单位，请核对；库里没有它的，请填写名称")
    if found.id == row.id:
        raise EventRefused("填的是本单位自己的代码，请核对")
    return Party(found.name, found.id)


def _refuse_repeated(parties: Sequence[Party]) -> None:
    if len({party.id or plain(party.name) for party in parties}) < len(parties):
        raise EventRefused("同一个单位填了两次，请删去一个")


def _event_row(row: Institution, announced: Announced, other: Party, by: Actor, now: datetime) -> InstitutionLineage:
    before, after = Party(row.name, row.id), other
    if announced.told in OTHERS_BEFORE:
        before, after = other, before
    elif announced.told is Told.RENAMED_TO:  # it stays the same institution: it is what the old name leads to
        before, after = Party(row.name), Party(other.name, row.id)
    return InstitutionLineage(
        id=str(uuid.uuid4()), kind=KIND[announced.told].value, happened_on=announced.happened_on,
        document=announced.document, note=announced.remark, from_id=before.id, from_name=before.name,
        from_key=name_key(before.name), to_id=after.id, to_name=after.name or None, by=by.name, at=now,
    )  # fmt: skip


def _refuse_twice(session: Session, events: Sequence[InstitutionLineage]) -> None:
    table = InstitutionLineage
    for each in events:
        same = select(table.id).where(
            table.from_key == each.from_key,
            table.kind == each.kind,
            table.happened_on == each.happened_on,
            table.to_name.is_not_distinct_from(each.to_name),
            table.to_id.is_not_distinct_from(each.to_id),
        )
        if session.scalars(same).first():
            raise EventRefused("这件事已经登记过了")


def _consequences(
    session: Session, row: Institution, announced: Announced, parties: Sequence[Party]
) -> list[tuple[Institution, dict[str, Any]]]:
    """Which columns of which rows change with the event."""
    told, on = announced.told, announced.happened_on
    if told is Told.RENAMED_TO:
        return [(row, _renamed(session, row, parties[0].name))]
    if told in (Told.MERGED_INTO, Told.SPLIT_INTO, Told.DISSOLVED):
        return [(row, {"status": ended(told, [party.name for party in parties], on)})]
    former = _with_names(row, [party.name for party in parties if party.id is None], but=row.name)
    follow: list[tuple[Institution, dict[str, Any]]] = [(row, {"former_names": former})]
    for party in parties:
        if party.id is not None:
            status = ended(OTHER_SIDE[told], [row.name], on)
            follow.append((institution(session, party.id, writing=True), {"status": status}))
    return follow if former != row.former_names else follow[1:]


def _renamed(session: Session, row: Institution, name: str) -> dict[str, Any]:
    if found := clash(session, row, {"name": name}):
        raise EventRefused(found.problem.message)
    return {"name": name, "former_names": _with_names(row, [row.name], but=name)}


def _with_names(row: Institution, names: Sequence[str], *, but: str) -> list[str]:
    former = [name for name in dict.fromkeys([*row.former_names, *names]) if name != but]
    if len(former) > MAX_NAMES_IN_LIST:
        raise EventRefused(f"曾用名最多 {MAX_NAMES_IN_LIST} 个，请先在资料里整理")
    return former


def ended(told: Told, others: Sequence[str], on: date) -> str:
    """What the card says of its status; it begins as ``ended_begins`` says."""
    begins = ended_begins(told, on)
    if told is Told.DISSOLVED:
        return begins
    rest = "" if len(others) == 1 else f"等{len(others)}个单位"
    room = TEXTS["status"] - len(begins) - len(rest)
    return f"{begins}{others[0] if len(others[0]) <= room else others[0][: room - 1] + '…'}{rest}"


def ended_begins(told: Told, on: date) -> str:
    verb = {Told.DISSOLVED: "撤销", Told.MERGED_INTO: "并入", Told.SPLIT_INTO: "分设出"}[told]
    return f"{on.year}年{on.month}月{on.day}日{verb}"

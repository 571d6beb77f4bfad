"""An institution entered by hand: judged like a file, never a second one, and the same one in a later import."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.audit.models import AuditEvent
from knowledge.institutions.adding import Doubted, add
from knowledge.institutions.editing import KEPT_OUT, RowRefused, Saved, institution
from knowledge.institutions.files import import_institutions
from knowledge.institutions.models import Institution
from knowledge.institutions.queries import table_stamp
from knowledge.institutions.service import InstitutionService
from tests.conftest import NOON
from tests.knowledge.institutions.register import BAD_CODE, GOOD_CODE, put

BY = Actor(name="admin")
NAME, REGION = "示例县水利站", "990101"


def added(session: Session, *, sure: bool = False, **values: str) -> Saved:
    return add(session, values={"name": NAME, "region": REGION, **values}, by=BY, now=NOON, sure=sure)


def counted(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Institution)).one()


def imported(session: Session, folder: Path, *rows: dict[str, str]) -> None:
    path = folder / "register.jsonl"
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    report = import_institutions(session, path, now=NOON)
    assert report.errors == []


def test_it_is_found_once_saved_by_name_alias_and_code(session: Session, tmp_path: Path) -> None:
    service = InstitutionService.load(session, index_dir=tmp_path / "index")
    first = table_stamp(session)
    row = added(session, credit_code=GOOD_CODE, aliases="水利站；县水站", address="示例路1号").institution
    session.commit()
    assert table_stamp(session) != first
    assert service.refresh(session)
    for asked in (NAME, "县水站", GOOD_CODE):
        assert [hit.institution.id for hit in service.look_up(asked, region=None).hits] == [row.id]
    assert (row.source, row.code_problem, row.updated_at) == ("console", None, NOON)


def test_the_log_tells_what_was_entered_and_names_no_person(session: Session) -> None:
    row = added(session, legal_representative="李四", phone="0516-5550123").institution
    session.commit()
    noted = session.scalars(select(AuditEvent).order_by(AuditEvent.position.desc())).first()
    assert noted is not None
    assert (noted.action, noted.object_id, noted.before) == ("institution.added", row.id, None)
    told = {"name": NAME, "region": REGION, "legal_representative": KEPT_OUT, "phone": KEPT_OUT}
    assert orjson.loads(noted.after or "") == told


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "123"}, "name"),
        ({"name": "站" * 201}, "name"),
        ({"name": "水利\0站"}, "name"),
        ({"credit_code": "12"}, "credit_code"),
        ({"region": "江苏"}, "region"),
        ({"certificate_valid_until": "明年"}, "certificate_valid_until"),
        ({"latitude": "31"}, "latitude"),
    ],
)
def test_what_a_file_may_not_hold_is_refused_beside_its_field(
    session: Session, values: dict[str, str], column: str
) -> None:
    with pytest.raises(RowRefused) as refused:
        added(session, sure=True, **values)
    assert [each.column for each in refused.value.told] == [column]
    assert counted(session) == 0


def test_without_a_name_at_all_it_is_refused(session: Session) -> None:
    with pytest.raises(RowRefused, match="没有单位名称"):
        add(session, values={"address": "示例路1号"}, by=BY, now=NOON)


@pytest.mark.parametrize("sure", [False, True])
def test_another_ones_code_is_refused_and_leads_to_it(session: Session, *, sure: bool) -> None:
    other = put(session, "示例县农技站", now=NOON, credit_code=GOOD_CODE)
    with pytest.raises(RowRefused, match="这个代码已经是“示例县农技站”的") as refused:
        added(session, sure=sure, credit_code=GOOD_CODE)
    assert refused.value.clash is not None
    assert refused.value.clash.other.id == other
    assert counted(session) == 1


@pytest.mark.parametrize(
    ("theirs", "ours"), [(None, ""), (None, GOOD_CODE), (GOOD_CODE, "")], ids=["neither", "ours", "theirs"]
)
def test_a_namesake_of_the_place_is_refused_where_a_code_does_not_tell_them_apart(
    session: Session, theirs: str | None, ours: str
) -> None:
    other = put(session, NAME, now=NOON, credit_code=theirs)
    with pytest.raises(RowRefused, match="已有这个地区的同名单位") as refused:
        added(session, name="示例縣 水利站", sure=True, credit_code=ours)
    assert not isinstance(refused.value, Doubted)
    assert refused.value.clash is not None
    assert (refused.value.clash.problem.column, refused.value.clash.other.id) == ("name", other)


def test_a_namesake_of_another_place_is_another_one(session: Session) -> None:
    put(session, NAME, now=NOON, region="990102")
    added(session)
    assert counted(session) == 2


def test_a_code_against_the_rule_and_a_namesake_with_another_are_doubted_once(session: Session) -> None:
    other = put(session, NAME, now=NOON, credit_code=GOOD_CODE)
    with pytest.raises(Doubted) as doubted:
        added(session, credit_code=BAD_CODE)
    assert [each.column for each in doubted.value.told] == ["credit_code", "name"]
    assert "应为 D；还没有保存" in doubted.value.told[0].message
    assert doubted.value.clash is not None
    assert doubted.value.clash.other.id == other
    assert counted(session) == 1
    saved = added(session, credit_code=BAD_CODE, sure=True)
    assert saved.institution.code_problem == "check_digit"
    assert [each.column for each in saved.warnings] == ["credit_code"]


def test_a_later_import_leaves_it_and_takes_it_for_the_same(session: Session, tmp_path: Path) -> None:
    coded = added(session, credit_code=GOOD_CODE, aliases="县水站").institution.id
    bare = added(session, name="示例县林业站", aliases="林站").institution.id
    apart = added(session, name="示例县测绘站").institution.id
    imported(
        session, tmp_path,
        {"name": "示例县水利服务站", "credit_code": GOOD_CODE, "region": REGION},
        {"name": "示例县林业站", "region": REGION, "credit_code": "12100000400001280K", "address": "示例路9号"},
    )  # fmt: skip
    session.expire_all()
    assert counted(session) == 3
    assert (institution(session, coded).name, institution(session, coded).aliases) == ("示例县水利服务站", ["县水站"])
    gained = institution(session, bare)
    assert (gained.credit_code, gained.address, gained.aliases) == ("12100000400001280K", "示例路9号", ["林站"])
    assert institution(session, apart).source == "console"


def test_a_row_without_a_code_is_the_one_entered_with_a_code(session: Session, tmp_path: Path) -> None:
    row_id = added(session, credit_code=GOOD_CODE).institution.id
    imported(session, tmp_path, {"name": NAME, "region": REGION, "credit_code": "", "address": "示例路2号"})
    session.expire_all()
    assert counted(session) == 1
    assert (institution(session, row_id).credit_code, institution(session, row_id).address) == (GOOD_CODE, "示例路2号")

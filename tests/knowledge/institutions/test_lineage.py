"""Renamed, merged, split, dissolved: what is entered, what follows from it, and how the old name is found."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.institutions.editing import institution
from knowledge.institutions.lineage import Became, Kind, Told, lineage_of
from knowledge.institutions.lineage_entry import Announced, EventRefused, add_event
from knowledge.institutions.service import InstitutionService
from tests.conftest import NOON
from tests.knowledge.institutions.register import GOOD_CODE, put

BY = Actor(name="admin")
DAY = date(2026, 5, 1)
DOCUMENT = "示编〔2026〕5号"


def enter(session: Session, row_id: str, told: Told, *others: str, on: date = DAY, document: str = DOCUMENT) -> None:
    announced = Announced(told=told, others=others, happened_on=on, document=document)
    add_event(session, institution_id=row_id, announced=announced, by=BY, now=NOON)


def told(session: Session, row_id: str) -> list[tuple[Told, str]]:
    return [(event.told, event.other.name if event.other else "") for event in lineage_of(session, row_id)]


def test_a_renamed_one_has_the_new_name_and_is_found_by_the_old_one_with_its_day(
    session: Session, tmp_path: Path
) -> None:
    row_id = put(session, "示例县敬老院", now=NOON)
    enter(session, row_id, Told.RENAMED_TO, "示例县社会福利中心")
    row = institution(session, row_id)
    assert (row.name, row.former_names) == ("示例县社会福利中心", ["示例县敬老院"])
    [event] = lineage_of(session, row_id)
    assert (event.told, event.other and event.other.name, event.new_name) == (
        Told.RENAMED_FROM, "示例县敬老院", "示例县社会福利中心",
    )  # fmt: skip
    session.commit()
    service = InstitutionService.load(session, index_dir=tmp_path / "index")
    found = service.look_up("示例县敬老院", region=None)
    assert (found.kind, found.hits[0].matched_on) == ("one", "former_name")
    assert service.became(row_id, "示例县敬老院") == Became(Kind.RENAMED, DAY)


def test_names_of_before_are_entered_one_after_the_other(session: Session) -> None:
    row_id = put(session, "示例县社会福利中心", now=NOON)
    enter(session, row_id, Told.RENAMED_FROM, "示例县敬老院")
    enter(session, row_id, Told.RENAMED_FROM, "示例县孤老院", on=DAY - timedelta(days=9000))
    row = institution(session, row_id)
    assert (row.name, row.former_names) == ("示例县社会福利中心", ["示例县敬老院", "示例县孤老院"])


def test_a_merger_of_known_and_unknown_ones_is_seen_from_every_side(session: Session, tmp_path: Path) -> None:
    whole = put(session, "示例县农业中心", now=NOON)
    known = put(session, "示例县农技站", now=NOON, credit_code=GOOD_CODE, status="正常")
    enter(session, whole, Told.MERGED_FROM, GOOD_CODE, "示例县种子站")
    assert set(told(session, whole)) == {(Told.MERGED_FROM, "示例县农技站"), (Told.MERGED_FROM, "示例县种子站")}
    assert told(session, known) == [(Told.MERGED_INTO, "示例县农业中心")]
    assert institution(session, known).status == "2026年5月1日并入示例县农业中心"
    assert institution(session, whole).former_names == ["示例县种子站"]
    session.commit()
    service = InstitutionService.load(session, index_dir=tmp_path / "index")
    assert service.look_up("示例县种子站", region=None).hits[0].institution.id == whole
    assert service.look_up("示例县农技站", region=None).hits[0].institution.id == known
    assert service.became(whole, "示例县种子站") == Became(Kind.MERGED, DAY)


def test_splitting_and_dissolving_are_written_into_the_status(session: Session) -> None:
    whole = put(session, "示例县农业中心", now=NOON)
    enter(session, whole, Told.SPLIT_INTO, "示例县农技站", "示例县种子站")
    assert institution(session, whole).status == "2026年5月1日分设出示例县农技站等2个单位"
    enter(session, whole, Told.DISSOLVED, on=date(2026, 6, 1))
    assert institution(session, whole).status == "2026年6月1日撤销"
    assert [event.told for event in lineage_of(session, whole)] == [
        Told.DISSOLVED, Told.SPLIT_INTO, Told.SPLIT_INTO,
    ]  # fmt: skip
    part = put(session, "示例县水利站", now=NOON)
    enter(session, part, Told.SPLIT_FROM, "示例县农业中心", on=date(2026, 4, 1))
    assert institution(session, whole).status == "2026年4月1日分设出示例县水利站"


def test_a_long_name_still_fits_the_status(session: Session) -> None:
    row_id = put(session, "示例县农技站", now=NOON)
    enter(session, row_id, Told.MERGED_INTO, "示例县" + "农业" * 90 + "中心")
    assert len(institution(session, row_id).status or "") == 60


@pytest.mark.parametrize(
    ("kind", "others", "on", "document", "said"),
    [
        (Told.RENAMED_TO, (), DAY, DOCUMENT, "请填写对方单位"),
        (Told.RENAMED_TO, ("示例县水利站",), DAY, DOCUMENT, "现在的名称"),
        (Told.RENAMED_TO, ("甲站", "乙站"), DAY, DOCUMENT, "只能填一个"),
        (Told.RENAMED_TO, ("示例县农技站",), DAY, DOCUMENT, "同名同地区"),
        (Told.MERGED_INTO, ("123",), DAY, DOCUMENT, "不像单位名称"),
        (Told.MERGED_FROM, (GOOD_CODE,), DAY, DOCUMENT, "没有找到代码"),
        (Told.MERGED_FROM, ("甲站", "甲　站"), DAY, DOCUMENT, "填了两次"),
        (Told.DISSOLVED, ("甲站",), DAY, DOCUMENT, "没有对方单位"),
        (Told.DISSOLVED, (), date(2027, 1, 1), DOCUMENT, "不能晚于今天"),
        (Told.DISSOLVED, (), date(1800, 1, 1), DOCUMENT, "1900 年以后"),
        (Told.DISSOLVED, (), DAY, "", "文号"),
        (Told.DISSOLVED, (), DAY, "文" * 301, "300 个字"),
        (Told.SPLIT_INTO, tuple(f"第{n}站" for n in range(21)), DAY, DOCUMENT, "最多登记 20 个"),
    ],
)
def test_what_makes_no_event_is_refused_in_a_sentence(
    session: Session, kind: Told, others: tuple[str, ...], on: date, document: str, said: str
) -> None:
    row_id = put(session, "示例县水利站", now=NOON)
    put(session, "示例县农技站", now=NOON)
    with pytest.raises(EventRefused) as refused:
        enter(session, row_id, kind, *others, on=on, document=document)
    assert said in str(refused.value)
    assert lineage_of(session, row_id) == []


def test_the_same_event_is_not_entered_twice_nor_for_one_of_two_namesakes(session: Session) -> None:
    row_id = put(session, "示例县农业中心", now=NOON)
    enter(session, row_id, Told.MERGED_FROM, "示例县种子站")
    with pytest.raises(EventRefused, match="已经登记过"):
        enter(session, row_id, Told.MERGED_FROM, "示例县种子站")
    for region in ("990101", "990102"):
        put(session, "水利站", now=NOON, region=region)
    with pytest.raises(EventRefused, match="分不清"):
        enter(session, row_id, Told.MERGED_FROM, "水利站")

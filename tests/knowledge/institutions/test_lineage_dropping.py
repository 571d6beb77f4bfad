"""An event of lineage taken back: what its entry changed goes back, what came since and what others say stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.audit.models import AuditEvent
from knowledge.institutions.editing import change, institution, mark_of
from knowledge.institutions.lineage import Told, lineage_of
from knowledge.institutions.lineage_dropping import Dropping, SeenOtherwise, drop_event, dropping
from knowledge.institutions.lineage_entry import Announced, EventRefused, add_event
from knowledge.institutions.models import InstitutionLineage
from tests.conftest import NOON
from tests.knowledge.institutions.register import put

BY = Actor(name="admin")
DAY, LATER = date(2026, 5, 1), date(2026, 6, 1)
HOME, FIRST, SECOND = "示例县农业中心", "示例县农技站", "示例县种子站"

Enter = Callable[..., None]


@pytest.fixture
def enter(session: Session) -> Enter:
    """Each in a transaction of its own, a minute after the one before."""
    moments = iter(NOON + timedelta(minutes=number) for number in range(100))

    def entered(row_id: str, told: Told, *others: str, on: date = DAY) -> None:
        announced = Announced(told=told, others=others, happened_on=on, document="示编〔2026〕5号")
        add_event(session, institution_id=row_id, announced=announced, by=BY, now=next(moments))
        session.commit()

    return entered


def event_of(session: Session, *, before: str, after: str | None = None) -> str:
    query = select(InstitutionLineage.id).where(InstitutionLineage.from_name == before)
    return session.scalars(query if after is None else query.where(InstitutionLineage.to_name == after)).one()


def dropped(session: Session, event_id: str) -> Dropping:
    plan = dropping(session, event_id)
    assert plan is not None
    done = drop_event(session, event_id=event_id, seen=plan.mark, by=BY, now=NOON + timedelta(days=1))
    session.commit()
    assert done is not None
    return done


def edited(session: Session, row_id: str, **values: Any) -> None:
    mark = mark_of(institution(session, row_id))
    change(session, institution_id=row_id, shown=mark, values=values, by=BY, now=NOON + timedelta(hours=5))
    session.commit()


def names(session: Session, row_id: str) -> tuple[str, list[str]]:
    row = institution(session, row_id)
    return row.name, row.former_names


def status(session: Session, row_id: str) -> str | None:
    return institution(session, row_id).status


def test_a_new_name_goes_back_to_the_one_before(session: Session, enter: Enter) -> None:
    row_id = put(session, "甲站", now=NOON, former_names=["老站"])
    enter(row_id, Told.RENAMED_TO, "乙站")
    enter(row_id, Told.RENAMED_TO, "丙站", on=LATER)
    dropped(session, event_of(session, before="乙站"))
    assert names(session, row_id) == ("乙站", ["老站", "甲站"])
    dropped(session, event_of(session, before="甲站"))
    assert names(session, row_id) == ("甲站", ["老站"])
    assert lineage_of(session, row_id) == []


def test_a_name_of_the_middle_is_forgotten_and_the_present_one_stays(session: Session, enter: Enter) -> None:
    row_id = put(session, "甲站", now=NOON)
    enter(row_id, Told.RENAMED_TO, "乙站")
    enter(row_id, Told.RENAMED_TO, "丙站", on=LATER)
    dropped(session, event_of(session, before="甲站"))
    assert names(session, row_id) == ("丙站", ["乙站"])


def test_a_name_of_before_that_was_only_noted_takes_no_present_name_along(session: Session, enter: Enter) -> None:
    row_id = put(session, "甲站", now=NOON, former_names=["老站"])
    enter(row_id, Told.RENAMED_FROM, "旧站")
    enter(row_id, Told.RENAMED_FROM, "老站", on=date(1990, 1, 1))
    dropped(session, event_of(session, before="旧站"))
    assert names(session, row_id) == ("甲站", ["老站"])
    dropped(session, event_of(session, before="老站"))
    assert names(session, row_id) == ("甲站", ["老站"])  # it stood there before the event


def test_a_name_changed_since_by_hand_stays(session: Session, enter: Enter) -> None:
    row_id = put(session, "甲站", now=NOON)
    enter(row_id, Told.RENAMED_TO, "乙站")
    edited(session, row_id, name="丁站")
    assert {each.column for each in dropped(session, event_of(session, before="甲站")).turned} == {"former_names"}
    assert names(session, row_id) == ("丁站", [])


def test_a_status_goes_back_to_what_stood_there_before_all_events(session: Session, enter: Enter) -> None:
    row_id = put(session, HOME, now=NOON, status="正常")
    enter(row_id, Told.SPLIT_INTO, FIRST, SECOND)
    enter(row_id, Told.DISSOLVED, on=LATER)
    assert dropped(session, event_of(session, before=HOME, after=SECOND)).turned == ()  # of what it says now, nothing
    dropped(session, event_of(session, before=HOME, after=FIRST))
    assert status(session, row_id) == "2026年6月1日撤销"
    [last] = lineage_of(session, row_id)
    dropped(session, last.id)
    assert status(session, row_id) == "正常"


def test_another_event_that_still_ends_it_says_so(session: Session, enter: Enter) -> None:
    row_id = put(session, HOME, now=NOON, status="正常")
    enter(row_id, Told.SPLIT_INTO, FIRST, SECOND)
    dropped(session, event_of(session, before=HOME, after=FIRST))
    assert status(session, row_id) == f"2026年5月1日分设出{SECOND}"
    enter(row_id, Told.DISSOLVED, on=LATER)
    [dissolved] = [each for each in lineage_of(session, row_id) if each.told is Told.DISSOLVED]
    dropped(session, dissolved.id)
    assert status(session, row_id) == f"2026年5月1日分设出{SECOND}"
    dropped(session, event_of(session, before=HOME, after=SECOND))
    assert status(session, row_id) == "正常"


def test_what_was_entered_dropped_and_entered_again_goes_back_again(session: Session, enter: Enter) -> None:
    row_id = put(session, HOME, now=NOON)
    for _ in range(3):
        enter(row_id, Told.DISSOLVED)
        dropped(session, event_of(session, before=HOME))
        assert status(session, row_id) is None
        enter(row_id, Told.RENAMED_TO, FIRST)
        dropped(session, event_of(session, before=HOME, after=FIRST))
        assert names(session, row_id) == (HOME, [])


def test_a_merger_goes_back_on_both_sides(session: Session, enter: Enter) -> None:
    whole, part = put(session, HOME, now=NOON), put(session, FIRST, now=NOON, status="正常")
    enter(whole, Told.MERGED_FROM, FIRST, SECOND)
    assert names(session, whole) == (HOME, [SECOND])
    dropped(session, event_of(session, before=FIRST))
    assert (status(session, part), names(session, whole)) == ("正常", (HOME, [SECOND]))
    dropped(session, event_of(session, before=SECOND))
    assert names(session, whole) == (HOME, [])


def test_a_status_changed_since_stays_and_one_of_unknown_source_is_told_of(session: Session, enter: Enter) -> None:
    row_id = put(session, HOME, now=NOON, status="正常")
    enter(row_id, Told.DISSOLVED)
    edited(session, row_id, status="已办理注销登记")
    plan = dropped(session, event_of(session, before=HOME))
    assert (plan.turned, plan.unknown, status(session, row_id)) == ((), (), "已办理注销登记")
    other = put(session, FIRST, now=NOON, status="2026年5月1日撤销，见公告")
    enter(other, Told.DISSOLVED, on=LATER)
    edited(session, other, status="2026年6月1日撤销，见公告")
    plan = dropped(session, event_of(session, before=FIRST))
    assert ([row.id for row in plan.unknown], status(session, other)) == ([other], "2026年6月1日撤销，见公告")


def test_it_is_refused_where_another_one_has_the_old_name_by_now(session: Session, enter: Enter) -> None:
    row_id = put(session, "甲站", now=NOON)
    enter(row_id, Told.RENAMED_TO, "乙站")
    put(session, "甲站", now=NOON)
    with pytest.raises(EventRefused, match="同名同地区"):
        dropped(session, event_of(session, before="甲站"))
    session.rollback()
    assert (names(session, row_id)[0], len(lineage_of(session, row_id))) == ("乙站", 1)


def test_what_was_not_shown_is_not_done(session: Session, enter: Enter) -> None:
    row_id = put(session, HOME, now=NOON, status="正常")
    enter(row_id, Told.DISSOLVED)
    event_id = event_of(session, before=HOME)
    plan = dropping(session, event_id)
    assert plan is not None
    seen = plan.mark
    edited(session, row_id, status="已办理注销登记")
    with pytest.raises(SeenOtherwise):
        drop_event(session, event_id=event_id, seen=seen, by=BY, now=NOON)
    assert len(lineage_of(session, row_id)) == 1


def test_the_log_says_what_was_dropped_and_what_went_back(session: Session, enter: Enter) -> None:
    row_id = put(session, "甲站", now=NOON)
    enter(row_id, Told.RENAMED_TO, "乙站")
    dropped(session, event_of(session, before="甲站"))
    rows = list(session.scalars(select(AuditEvent).order_by(AuditEvent.position)))[-2:]
    assert [row.action for row in rows] == ["institution.lineage_dropped", "institution.changed"]
    before, after = orjson.loads(rows[0].before or ""), orjson.loads(rows[0].after or "")
    assert (before["from"], before["to"], before["name"], after["name"]) == ("甲站", "乙站", "乙站", "甲站")
    assert orjson.loads(rows[1].after or "") == {"name": "甲站", "former_names": []}


@pytest.mark.parametrize("event_id", ["", "nothing", "\0"])
def test_what_is_no_longer_there_is_said_so(session: Session, event_id: str) -> None:
    assert dropping(session, event_id) is None
    assert drop_event(session, event_id=event_id, seen="", by=BY, now=NOON) is None

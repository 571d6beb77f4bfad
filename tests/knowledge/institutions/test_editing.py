"""An institution changed by hand: judged like a file, never over somebody else's change, and noted."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.audit.models import AuditEvent
from knowledge.institutions.editing import (
    KEPT_OUT,
    ChangedMeanwhile,
    NoInstitution,
    RowRefused,
    Saved,
    change,
    institution,
    mark_of,
)
from knowledge.institutions.queries import table_stamp
from tests.conftest import NOON
from tests.knowledge.institutions.register import BAD_CODE, GOOD_CODE, put

BY = Actor(name="admin")
NAME = "示例县水利站"


def changed(session: Session, row_id: str, *, shown: str | None = None, checked: bool = False, **values: Any) -> Saved:
    mark = mark_of(institution(session, row_id)) if shown is None else shown
    return change(session, institution_id=row_id, shown=mark, values=values, by=BY, now=NOON, checked=checked)


def test_a_wrong_check_digit_is_kept_with_its_verdict_and_named(session: Session) -> None:
    row_id = put(session, NAME, now=NOON)
    saved = changed(session, row_id, credit_code=BAD_CODE)
    assert [(each.column, each.severity) for each in saved.warnings] == [("credit_code", "warning")]
    assert "应为 D；已保存，请核对" in saved.warnings[0].message
    assert saved.institution.code_problem == "check_digit"
    assert saved.institution.source == "console"
    assert changed(session, row_id, credit_code=GOOD_CODE).institution.code_problem is None


def test_what_a_file_may_not_hold_is_refused_with_every_mistake(session: Session) -> None:
    row_id = put(session, NAME, now=NOON)
    with pytest.raises(RowRefused) as refused:
        changed(session, row_id, name="", credit_code="12", certificate_valid_until="明年", latitude="31")
    columns = {problem.column for problem in refused.value.problems}
    assert columns == {"name", "credit_code", "certificate_valid_until", "latitude"}
    assert institution(session, row_id).name == NAME


def test_another_ones_code_and_another_ones_name_without_a_code_are_refused(session: Session) -> None:
    row_id = put(session, NAME, now=NOON)
    put(session, "示例县农技站", now=NOON, credit_code=GOOD_CODE)
    put(session, "示例县林业站", now=NOON)
    for values, said in (({"credit_code": GOOD_CODE}, "示例县农技站"), ({"name": "示例县林业站"}, "同名同地区")):
        with pytest.raises(RowRefused) as refused:
            changed(session, row_id, **values)
        assert said in str(refused.value)
    assert changed(session, row_id, name="示例县林业站", credit_code=BAD_CODE).changed == ("name", "credit_code")


def test_the_second_of_two_is_told_and_the_first_ones_change_stays(session: Session) -> None:
    row_id = put(session, NAME, now=NOON)
    shown = mark_of(institution(session, row_id))
    changed(session, row_id, shown=shown, address="示例路1号")
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        changed(session, row_id, shown=shown, address="示例路2号")
    assert meanwhile.value.theirs.address == "示例路1号"


def test_one_save_moves_the_stamp_once_and_no_change_not_at_all(session: Session) -> None:
    row_id = put(session, NAME, now=NOON)
    first = table_stamp(session)
    assert changed(session, row_id, name=NAME, aliases="", address="").changed == ()
    assert table_stamp(session) == first
    assert changed(session, row_id, aliases="水利站；水站", kind="公益一类").changed == ("aliases", "kind")
    assert table_stamp(session) != first


def test_a_row_looked_at_and_found_right_is_brought_up_to_date(session: Session) -> None:
    row_id = put(session, NAME, now=NOON.replace(year=2020))
    changed(session, row_id, name=NAME)
    assert institution(session, row_id).updated_at.year == 2020
    changed(session, row_id, name=NAME, checked=True)
    assert institution(session, row_id).updated_at == NOON


def test_the_log_tells_what_was_changed_and_names_no_person(session: Session) -> None:
    row_id = put(session, NAME, now=NOON, legal_representative="张三")
    changed(session, row_id, legal_representative="李四", phone="13900000000", address="示例路1号")
    session.commit()
    noted = session.scalars(select(AuditEvent).order_by(AuditEvent.position.desc())).first()
    assert noted is not None
    assert (noted.action, noted.object_id) == ("institution.changed", row_id)
    before, after = orjson.loads(noted.before or ""), orjson.loads(noted.after or "")
    assert after == {"legal_representative": KEPT_OUT, "phone": KEPT_OUT, "address": "示例路1号"}
    assert before == {"legal_representative": KEPT_OUT, "phone": None, "address": None}


def test_a_mobile_number_is_doubted_and_an_office_number_is_not(session: Session) -> None:
    row_id = put(session, NAME, now=NOON)
    assert [each.column for each in changed(session, row_id, phone="13900000000").warnings] == ["phone"]
    assert changed(session, row_id, phone="0516-5550123").warnings == ()


@pytest.mark.parametrize("row_id", ["", "nothing", "\0"])
def test_what_is_not_there_is_said_so(session: Session, row_id: str) -> None:
    with pytest.raises(NoInstitution):
        change(session, institution_id=row_id, shown="", values={}, by=BY, now=NOON)

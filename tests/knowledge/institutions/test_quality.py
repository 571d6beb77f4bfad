"""The counts of what the register lacks are those of somebody who looks at every row."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.institutions.models import Institution
from knowledge.institutions.quality import BAD_CODES, FIELDS, PROBLEMS, STALE_ROWS, is_wrong, survey
from tests.conftest import NOON
from tests.knowledge.institutions.register import BAD_CODE, GOOD_CODE, put

UNITS = (None, "示例县教育局", "示例县卫健局, “直属” AND 其他")
FILLED = {
    "address": "示例路1号", "phone": "5550123", "legal_representative": "某人", "purpose": "为民", "status": "正常",
    "funding_source": "财政", "registration_authority": "编办", "certificate_valid_until": NOON.date(),
}  # fmt: skip


def fill(session: Session, *, rows: int) -> None:
    draw = random.Random(6)
    for number in range(rows):
        values = {name: value for name, value in FILLED.items() if draw.random() < 0.6}
        code = {1: GOOD_CODE, 2: BAD_CODE}.get(number)
        updated = NOON - timedelta(days=draw.choice([0, 364, 365, 366, 900]))
        values |= {"sponsor": draw.choice(UNITS), "credit_code": code, "updated_at": updated}
        put(session, f"第{number}站", now=NOON, **values)


def wrong(row: Institution, problem: str, now: datetime) -> bool:
    if problem == STALE_ROWS:
        return now - row.updated_at >= timedelta(days=365)
    return row.code_problem is not None if problem == BAD_CODES else getattr(row, problem) is None


def test_counts_by_unit_are_those_of_a_look_at_every_row(session: Session) -> None:
    fill(session, rows=120)
    looked_at = survey(session, now=NOON)
    found = {each.unit: each for each in looked_at.worst}
    rows = list(session.scalars(select(Institution)))
    assert set(found) == set(UNITS)
    for unit in UNITS:
        mine = [row for row in rows if row.sponsor == unit]
        looked = Counter(problem for row in mine for problem in PROBLEMS if wrong(row, problem, NOON))
        assert found[unit].rows == len(mine)
        assert {name: count for name, count in found[unit].counts.items() if count} == dict(looked)
    whole = looked_at.whole
    assert (whole.rows, looked_at.units) == (120, 3)
    assert whole.counts == {name: sum(each.counts[name] for each in found.values()) for name in PROBLEMS}


def test_the_worst_come_first_and_a_condition_narrows(session: Session) -> None:
    fill(session, rows=60)
    found = survey(session, now=NOON).worst
    assert [each.problems for each in found] == sorted((each.problems for each in found), reverse=True)
    [only] = survey(session, now=NOON, within=Institution.sponsor == UNITS[1]).worst
    assert only.unit == UNITS[1]
    assert survey(session, now=NOON, limit=1).worst == found[:1]
    assert survey(session, now=NOON, limit=1).units == 3


def test_the_condition_finds_the_rows_that_are_counted(session: Session) -> None:
    fill(session, rows=60)
    whole = survey(session, now=NOON).whole
    for problem in (*FIELDS, STALE_ROWS, BAD_CODES):
        listed = select(func.count()).select_from(Institution).where(is_wrong(problem, NOON))
        assert session.scalar(listed) == whole.counts[problem]


def test_an_empty_register_lacks_nothing(session: Session) -> None:
    looked_at = survey(session, now=NOON)
    assert (looked_at.worst, looked_at.units, looked_at.whole.rows, looked_at.whole.problems) == ([], 0, 0, 0)

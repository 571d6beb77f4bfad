"""The table of rights as the design has it, and scopes that mean the same in Python and in SQL."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, literal, select, union_all

from knowledge.faq.entry import region_line
from knowledge.staff.rights import (
    CONFIRMED,
    EXCLUSIVE,
    RIGHTS,
    Grant,
    Right,
    Role,
    Scope,
    conflict,
    rights_of,
    scope_of,
)

LETTERS = dict(zip("ERSHPAU", Role, strict=True))
# Who may, as section 5 of the design lists them.
MAY = {
    "entries_read": "ERSHAU",
    "entries_write": "ER",
    "entries_review": "R",
    "entries_clear": "S",
    "entries_publish": "R",
    "entries_pull": "RS",
    "gate_override": "R",
    "golden_write": "ER",
    "bench": "ERSHA",
    "missed_read": "ERSAU",
    "missed_write": "ER",
    "gaps_read": "ERA",
    "import": "ERA",
    "export": "ERA",
    "transfer": "A",
    "words_read": "ERSAU",
    "words_write": "ERA",
    "sentences_write": "RA",
    "menu_write": "A",
    "institutions_read": "ERSHAU",
    "institutions_write": "A",
    "desk_read": "H",
    "desk_handle": "H",
    "contact_read": "H",
    "reports_read": "P",
    "numbers": "ERSHAU",
    "staff_read": "AU",
    "staff_write": "A",
    "grants_confirm": "S",
    "sign_ins_read": "U",
    "audit_read": "U",
    "keys_write": "A",
    "system_read": "A",
}
REGIONS = ["320000", "320300", "320305", "320500", "320505", "440000", "440305", None]
TOPICS = ["登记", "年度报告", ""]

regions = st.sampled_from(REGIONS)
places = st.lists(st.tuples(regions, st.sampled_from([None, "登记", "年度报告"])), max_size=4)


@pytest.mark.parametrize("right", [right for right in Right if right is not Right.SELF])
def test_each_right_belongs_to_exactly_the_roles_of_the_table(right: Right) -> None:
    assert {role for role in Role if right in RIGHTS[role]} == {LETTERS[letter] for letter in MAY[right]}


def test_everybody_may_see_to_his_own_password_and_nothing_else_without_a_role() -> None:
    assert rights_of([]) == {Right.SELF}
    assert scope_of([], Right.SELF) is not None
    assert all(scope_of([], right) is None for right in Right if right is not Right.SELF)


@given(st.lists(st.builds(Grant, st.sampled_from(Role), regions)))
def test_a_right_is_held_exactly_where_some_grant_brings_it(grants: list[Grant]) -> None:
    for right in Right:
        assert (right in rights_of(grants)) == (scope_of(grants, right) is not None)


def test_only_one_of_the_exclusive_duties_fits_on_an_account() -> None:
    for one, other in itertools.combinations(Role, 2):
        refused = Role.AUDITOR in (one, other) or {one, other} <= EXCLUSIVE
        assert (conflict([Grant(one), Grant(other)]) is not None) == refused, (one, other)


def test_no_account_that_is_allowed_can_hand_out_roles_and_clear_or_look_back() -> None:
    for count in (1, 2, 3, 4):
        for roles in itertools.combinations(Role, count):
            if conflict([Grant(role) for role in roles]) is None:
                held = rights_of([Grant(role) for role in roles])
                assert len(held & {Right.STAFF_WRITE, Right.ENTRIES_CLEAR, Right.AUDIT_READ}) <= 1


def test_one_role_may_be_held_for_several_regions_but_not_twice_for_one() -> None:
    assert conflict([]) is None
    assert conflict([Grant(Role.HANDLER, "320300"), Grant(Role.HANDLER, "320500")]) is None
    assert conflict([Grant(Role.HANDLER, "320300"), Grant(Role.HANDLER, "320300")]) is not None


def test_administrators_and_auditors_have_no_region() -> None:
    assert conflict([Grant(Role.ADMIN, "320300")]) is not None
    assert conflict([Grant(Role.AUDITOR, None, "登记")]) is not None


def test_the_sensitive_roles_need_a_confirmation() -> None:
    assert {Role.SECRECY, Role.AUDITOR, Role.REPORTS} == CONFIRMED


@pytest.mark.parametrize(
    ("place", "region", "reads", "writes"),
    [
        (None, None, True, True),
        (None, "440305", True, True),
        ("320000", "320000", True, True),
        ("320000", "320305", True, True),
        ("320000", "330000", False, False),
        ("320300", "320305", True, True),
        ("320300", "320000", False, False),
        ("320300", "320505", False, False),
        ("320305", "320305", True, True),
        ("320305", "320300", False, False),
        ("320305", None, True, False),
    ],
)
def test_a_region_holds_all_within_it_and_the_nation_is_read_only(
    place: str | None, region: str | None, reads: bool, writes: bool
) -> None:
    scope = Scope(((place, None),))
    assert scope.allows(region=region, topic=None, writing=False) == reads
    assert scope.allows(region=region, topic=None, writing=True) == writes


@given(place=regions, region=regions)
def test_a_region_lies_within_exactly_its_own_line(place: str | None, region: str | None) -> None:
    allowed = Scope(((place, None),)).allows(region=region, topic=None, writing=True)
    assert allowed == (place in region_line(region))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(places=places, writing=st.booleans(), by_topic=st.booleans())
def test_the_condition_finds_exactly_the_rows_that_are_allowed(
    engine: Engine, places: list[tuple[str | None, str | None]], writing: bool, by_topic: bool
) -> None:
    scope = Scope(tuple(places))
    pairs = [(region, topic) for region in REGIONS for topic in TOPICS]
    rows = union_all(
        *(select(literal(region).label("region"), literal(topic).label("topic")) for region, topic in pairs)
    ).subquery()
    condition = scope.condition(rows.c.region, rows.c.topic if by_topic else None, writing=writing)
    with engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(select(rows).where(condition))}
    assert found == {
        (region, topic)
        for region, topic in pairs
        if scope.allows(region=region, topic=topic if by_topic else None, writing=writing)
    }

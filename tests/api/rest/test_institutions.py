"""The register for other programs: found as in the chat, and only what is public."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, Float, Integer, String
from sqlalchemy.orm import Session, sessionmaker

from api.rest.institutions import Institution as Shown
from api.rest.parts import RestParts
from knowledge.institutions.cards import CARD_FIELDS, unpacked
from knowledge.institutions.models import Institution
from knowledge.institutions.queries import all_entries
from knowledge.keys.keys import KeyScope
from tests.api.rest.program import Program, problem

COLUMNS = Institution.__table__.columns
HIDDEN = sorted(column.name for column in COLUMNS if column.name not in CARD_FIELDS)
CODE = "12320300MB0X00015P"


def test_an_institution_is_found_by_a_name_in_any_dress(program: Program) -> None:
    program.given(KeyScope.INSTITUTIONS)
    told = program.get("institutions", q="云泽一中").json()
    assert told["found"] == "one"
    assert told["items"][0]["name"] == "云泽县第一中学"
    assert set(told["items"][0]) == set(CARD_FIELDS)
    assert program.get("institutions", q="海角中学").json()["items"][0]["name"] == "海角市第一中学"
    assert program.get("institutions", q="火星基地").json() == {"found": "none", "items": []}


def test_no_more_than_asked_for_is_told(program: Program) -> None:
    program.given(KeyScope.INSTITUTIONS)
    assert len(program.get("institutions", q="第一中学", limit=1).json()["items"]) == 1


def test_an_institution_is_told_by_its_code(program: Program) -> None:
    program.given(KeyScope.INSTITUTIONS)
    told = program.get(f"institutions/{CODE}").json()
    assert (told["name"], told["credit_code"]) == ("云泽县第一中学", CODE)


def test_an_unknown_code_is_said_to_be_unknown_and_its_check_digit_judged(program: Program) -> None:
    program.given(KeyScope.INSTITUTIONS)
    unknown = program.get("institutions/12320300MB0X00023J")
    assert problem(unknown) == (404, "not-found")
    assert "最后一位" in program.get(f"institutions/{CODE[:17]}0").json()["detail"]
    assert problem(program.get("institutions/123")) == (422, "invalid")


def test_a_key_of_one_region_finds_only_its_own(program: Program) -> None:
    program.given(KeyScope.INSTITUTIONS, regions=["440000"])
    names = [item["name"] for item in program.get("institutions", q="第一中学", limit=20).json()["items"]]
    assert names == ["海角市第一中学"]
    assert problem(program.get(f"institutions/{CODE}")) == (404, "not-found")
    assert problem(program.get("institutions", q="中学", region="320300")) == (403, "other-region")


def test_every_public_field_is_described_and_no_other(program: Program) -> None:
    assert set(Shown.model_fields) == set(CARD_FIELDS)
    assert sorted({"name_key", "datum", "code_problem", "source"} & set(COLUMNS.keys())) == HIDDEN


def values(column: Any) -> st.SearchStrategy[Any]:
    """Anything that the column may hold, so marked that it is known again."""
    match column.type:
        case String():
            return st.text("甲乙丙", min_size=1, max_size=4).map(
                lambda text: f"{column.name}:{text}"[: column.type.length]
            )
        case Date():
            return st.dates()
        case Integer():
            return st.integers(1990, 2030)
        case Float():
            return st.floats(20, 40)
    return st.just([f"<{column.name}>"])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_not_public_never_leaves_whatever_the_table_holds(
    sessions: sessionmaker[Session], parts: RestParts, data: st.DataObject
) -> None:
    row = {column.name: data.draw(values(column)) for column in COLUMNS if column.name not in ("updated_at", "region")}
    row |= {"datum": data.draw(st.sampled_from(["WGS84", "GCJ02", "BD09"])), "id": "planted"}
    with sessions() as session:
        session.add(Institution(**row, updated_at=parts.clock()))
        session.flush()
        cards = [unpacked(card) for part in all_entries(session) for card in part.cards]
        session.rollback()
    [card] = [card for card in cards if card.id == "planted"]

    told = Shown.model_validate({name: getattr(card, name) for name in CARD_FIELDS}).model_dump_json()

    for name in HIDDEN:
        assert f"<{name}>" not in told
        assert f'"{name}"' not in told


@pytest.mark.parametrize("q", ["", " ", "名" * 201, "换\0行"])
def test_what_is_no_name_is_refused(program: Program, q: str) -> None:
    program.given(KeyScope.INSTITUTIONS)
    assert problem(program.get("institutions", q=q)) == (422, "invalid")

"""A registered name, spelled in full, within other words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.institutions.index import InstitutionIndex, build
from knowledge.institutions.inside import registered_inside
from knowledge.institutions.names import name_key, traced_key
from tests.knowledge.institutions.entries import entries_of

NAMES = (
    "青禾县第一中学",
    "青禾县第一中学东校区",
    "青禾县图书馆",
    "白石县图书馆",
    "第一人民医院",
    "云门小学",
    "云门小学",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> InstitutionIndex:
    folder: Path = tmp_path_factory.mktemp("inside") / "index"
    build([entries_of(NAMES)], folder)
    return InstitutionIndex(folder)


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("青禾县第一中学改名要什么材料", "青禾县第一中学", "改名要什么材料"),
        ("我们青禾县图书馆的证书丢了", "青禾县图书馆", "我们证书丢了"),
        ("青禾县第一中学东校区的章程", "青禾县第一中学东校区", "章程"),
        ("青禾縣圖書館今年招人嗎", "青禾县图书馆", "今年招人吗"),
        ("请问（青禾县图书馆）😊的章程", "青禾县图书馆", "请问章程"),
    ],
)
def test_a_name_in_full_is_found_with_what_is_said_beside_it(
    index: InstitutionIndex, text: str, name: str, rest: str
) -> None:
    found = registered_inside(index, text)
    assert found is not None
    assert NAMES[found.surface.owner] == name
    assert found.rest == rest


@pytest.mark.parametrize(
    "text",
    [
        "青禾县图书馆和白石县图书馆哪个大",
        "第一人民医院改名要什么材料",
        "云门小学改名要什么材料",
        "法人证书丢了怎么办",
        "青禾县文化馆改名要什么材料",
        "青禾县图书馆分馆改名要什么材料",
        "",
        "青禾县图书馆" * 30,
    ],
)
def test_two_names_one_that_several_bear_and_the_host_of_a_branch_are_not_taken(
    index: InstitutionIndex, text: str
) -> None:
    assert registered_inside(index, text) is None


@given(st.text(max_size=80))
def test_a_key_with_its_places_is_the_key(text: str) -> None:
    key, places = traced_key(text)
    assert key[:80] == name_key(text) if len(key) <= 80 else True
    assert len(places) == len(key)
    assert all(0 <= start < end <= len(text) for start, end in places)

"""Names by their sound: one wrong sign, and pinyin letters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.institutions.heard import heard
from knowledge.institutions.index import InstitutionIndex, build
from knowledge.institutions.letters import in_letters, read_letters, respelled
from knowledge.institutions.surfaces import Source
from tests.knowledge.institutions.entries import card_of, entries_of

NAMES = (
    "青禾县第一中学", "青禾县第十一中学", "青禾县人民医院", "白石县人民医院", "云门协和医院", "青禾县图书馆",
    "青禾县水文站", "云门大学",
)  # fmt: skip
REGIONS = ("990201", "990201", "990201", "990202", "990203", "990201", "990201", "990203")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> InstitutionIndex:
    cards = [
        card_of(id=str(at), name=name, region=region)
        for at, (name, region) in enumerate(zip(NAMES, REGIONS, strict=True))
    ]
    entries = entries_of(NAMES)._replace(
        cards=cards, areas=list(map(int, REGIONS)), other_names=[(7, "云大", Source.SHORT_NAME)]
    )
    folder: Path = tmp_path_factory.mktemp("heard") / "index"
    build([entries], folder)
    return InstitutionIndex(folder)


def names(
    index: InstitutionIndex, texts: Sequence[str], *, region: str | None = None, letters: bool = False
) -> list[str]:
    found = heard(index, texts, region=region, limit=5, by_sound_alone=letters)
    return [index.card(surface.owner).name for surface in found]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("协合医院", "云门协和医院"), ("青和县第一中学", "青禾县第一中学"), ("青禾县水纹站", "青禾县水文站")],
)
def test_a_wrong_sign_of_the_same_sound_finds_the_name(index: InstitutionIndex, typed: str, meant: str) -> None:
    assert names(index, [typed]) == [meant]


def test_of_names_that_sound_so_those_at_home_go_first(index: InstitutionIndex) -> None:
    assert names(index, ["人名医院"], region="990202") == ["白石县人民医院", "青禾县人民医院"]
    assert names(index, ["人名医院"], region="990201") == ["青禾县人民医院", "白石县人民医院"]


@pytest.mark.parametrize("typed", ["西河医院", "主销登记", "云", "", "清禾仙第亿种雪"])
def test_what_shares_too_little_finds_none(index: InstitutionIndex, typed: str) -> None:
    assert names(index, [typed]) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qinghe xian diyi zhongxue", "青禾县第一中学"),
        ("qinghexiantushuguan", "青禾县图书馆"),
        ("Qing He Xian Ren Min Yi Yuan", "青禾县人民医院"),
        ("yunda", "云门大学"),
    ],
)
def test_letters_find_the_name_that_sounds_so(index: InstitutionIndex, typed: str, meant: str) -> None:
    assert names(index, read_letters(typed), letters=True)[:1] == [meant]


@pytest.mark.parametrize("typed", ["hello world", "gov.cn", "xyz", "ICP"])
def test_letters_that_are_no_pinyin_find_none(index: InstitutionIndex, typed: str) -> None:
    assert names(index, read_letters(typed) if in_letters(typed) else [], letters=True) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("一种学", "一中学"),
        ("人名医院", "人民医院"),
        ("图书官", "图书馆"),
        ("青禾县中学", "青禾县中学"),
        ("一院", "一院"),
    ],
)
def test_words_of_the_field_are_spelled_as_they_sound(typed: str, meant: str) -> None:
    assert respelled(typed) == meant


@given(st.text(st.sampled_from("青禾县一二种中学图书官馆人名民医院a "), max_size=20))
def test_a_text_keeps_its_length_when_it_is_spelled_anew(text: str) -> None:
    assert len(respelled(text)) == len(text)


@given(st.text(st.sampled_from("abeghinouxyzq' "), max_size=60))
def test_no_letters_take_long_or_break(text: str) -> None:
    assert len(read_letters(text)) <= 4

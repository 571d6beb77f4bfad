"""How names are cut and compared, held against slow and plain ways to do the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.institutions.alignment import UNPLACED, WORTH, Touch, aligned
from knowledge.institutions.candidates import covering
from knowledge.institutions.features import FEATURE_NAMES, Typed, features, same_numbers
from knowledge.institutions.index import InstitutionIndex, build
from knowledge.institutions.names import name_key, sounding, without_nation
from knowledge.institutions.parts import Field, Part, is_anybodys, shape_of
from knowledge.institutions.ranking import confidence, learned_model
from knowledge.institutions.search import Ranked, exact_names, precedence, ranked, weighed
from knowledge.institutions.surfaces import Source
from tests.knowledge.institutions.entries import card_of, entries_of

PLACES = ("青禾县", "白石市", "北京市", "江苏省南溪县")
OWN = ("", "实验", "第一", "第三", "云门", "职业技术", "交通")
KINDS = ("中学", "小学", "人民医院", "中医医院", "图书馆", "疾病预防控制中心")
NAMES = tuple("".join(parts) for parts in product(PLACES, OWN, KINDS))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> InstitutionIndex:
    folder: Path = tmp_path_factory.mktemp("ranking") / "index"
    build([entries_of(NAMES)], folder)
    return InstitutionIndex(folder)


@pytest.mark.parametrize(
    ("name", "words", "parts"),
    [
        ("青禾县第一中学", ("青禾县", "1", "中学"), (Part.PLACE, Part.NUMBER, Part.KIND)),
        ("中国电影协会", ("中国", "电影", "协会"), (Part.GENERIC, Part.OWN, Part.KIND)),
        ("北京市云门区中医医院", ("北京市", "云门区", "中医", "医院"), (Part.PLACE, Part.PLACE, Part.OWN, Part.KIND)),
        ("白石大学附属小学", ("白石", "大学", "附属", "小学"), (Part.OWN, Part.OWN, Part.BRANCH, Part.KIND)),
    ],
)
def test_a_name_is_cut_into_the_words_that_it_is_made_of(
    name: str, words: tuple[str, ...], parts: tuple[Part, ...]
) -> None:
    shape = shape_of(name_key(name))
    assert (shape.words, shape.parts) == (words, parts)


def test_places_and_the_field_of_a_name_are_read_without_their_rank() -> None:
    shape = shape_of("江苏省南溪县中医医院")
    assert (shape.places, shape.field) == (("江苏", "南溪"), Field.MEDICAL)


def test_a_place_before_the_kind_of_a_second_name_is_read_too() -> None:
    assert "云门" in shape_of("白石中医药大学云门医院").places


def test_a_part_of_a_university_is_where_it_says_and_not_where_the_university_is() -> None:
    assert shape_of("北京大学白石医院").places == ("白石",)
    assert shape_of("北京师范大学").places == ("北京",)


def test_of_two_hospitals_at_the_place_that_was_typed_the_one_of_chinese_medicine_is_meant_by_its_sponsor(
    tmp_path: Path,
) -> None:
    build([entries_of(["南溪市城东医院", "南溪市中医院", "白石市中医院"])], tmp_path / "index")
    index = InstitutionIndex(tmp_path / "index")
    typed = "北京中医药大学南溪医院"
    assert index.card(ranked(index, [typed], limit=1)[0].surface.owner).name == "南溪市中医院"


def test_of_several_that_are_called_so_the_nations_own_goes_first(tmp_path: Path) -> None:
    names = entries_of(["东南民族大学", "中央民族大学", "白石民族大学"])
    called = [(at, "民大", Source.SHORT_NAME) for at in range(3)]
    build([names._replace(other_names=called)], tmp_path / "index")
    index = InstitutionIndex(tmp_path / "index")
    assert exact_names(index, "民大")[0].owner == 1


@pytest.mark.parametrize(
    ("typed", "rest"), [("国家教育部", "教育部"), ("中国水利部", "水利部"), ("国家队", ""), ("教育部", "")]
)
def test_the_nation_may_be_left_out_where_enough_is_left(typed: str, rest: str) -> None:
    assert without_nation(typed) == rest


@pytest.mark.parametrize(
    ("name", "anybodys"),
    [("第一中学", True), ("一中", True), ("人民医院", True), ("清华", False), ("青禾一中", False), ("云门中学", False)],
)
def test_a_number_and_a_kind_are_anybodys_name(name: str, anybodys: bool) -> None:
    assert is_anybodys(name_key(name)) is anybodys


@given(st.text(alphabet="北京青禾县市区第一中学小医院大0129的", max_size=30))
def test_the_words_of_a_name_are_the_whole_name(key: str) -> None:
    shape = shape_of(key)
    assert "".join(shape.words) == key
    assert len(shape.parts) == len(shape.words)


SIGNS = st.sampled_from("甲乙丙丁")


@settings(max_examples=300, deadline=None)
@given(st.text(SIGNS, min_size=1, max_size=4), st.lists(st.text(SIGNS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_the_alignment_is_the_best_of_all_that_there_are(typed: str, words: list[str]) -> None:
    found = aligned(typed, words)
    assert _worth(found.touches, len(typed)) == pytest.approx(_best_worth(typed, words))


def _best_worth(typed: str, words: list[str]) -> float:
    """By trying every way to match equal signs in order."""
    signs = [(word, offset) for word, text in enumerate(words) for offset in range(len(text))]
    best = UNPLACED * len(typed)
    for many in range(1, len(typed) + 1):
        for placed, spots in product(combinations(range(len(typed)), many), combinations(range(len(signs)), many)):
            chosen = [signs[spot] for spot in spots]
            if all(typed[at] == words[word][offset] for at, (word, offset) in zip(placed, chosen, strict=True)):
                touches = [0] * len(Touch)
                for at, spot in enumerate(spots):
                    touches[_touch(signs, spots[at - 1] if at else None, spot, words)] += 1
                best = max(best, _worth(tuple(touches), len(typed)))
    return best


def _touch(signs: list[tuple[int, int]], before: int | None, spot: int, words: list[str]) -> Touch:
    word, offset = signs[spot]
    if offset == 0:
        return Touch.FIRST
    if before is not None and signs[before][0] == word:
        return Touch.NEXT if before == spot - 1 else Touch.SKIPPED
    return Touch.LAST if offset == len(words[word]) - 1 else Touch.INNER


def _worth(touches: tuple[int, ...], typed: int) -> float:
    return sum(WORTH[touch] * touches[touch] for touch in Touch) + UNPLACED * (typed - sum(touches))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_fast_way_finds_first_what_the_slow_way_finds_first(index: InstitutionIndex, data: st.DataObject) -> None:
    # given: a name shortened as people shorten it: some signs left out, the order kept
    key = name_key(data.draw(st.sampled_from(NAMES)))
    kept = data.draw(st.sets(st.integers(0, len(key) - 1), min_size=2))
    typed = "".join(key[at] for at in sorted(kept))
    # when
    fast = ranked(index, [typed], limit=3)
    # then: no other name of the register, each of them weighed, would have gone before it
    slow = min(_all_weighed(index, typed), key=precedence)
    assert fast[0] == slow


def _all_weighed(index: InstitutionIndex, typed: str) -> Iterator[Ranked]:
    for number in range(index.surfaces):
        yield weighed(index, Typed.of(typed, index), index.surface(number), learned_model())


NAMESAKES = ("青禾县第一中学", "青禾县一中学", "青禾县第一中学", "白石市第一中学", "云门市第一中学", "青禾县第二中学")


@settings(max_examples=40, deadline=None)
@given(
    st.permutations(range(len(NAMESAKES))),
    st.sampled_from(["一中", "青禾一中学", "第一中学", "青禾县第一中学", "市中学"]),
)
def test_the_same_names_stand_in_the_same_order_whatever_their_ids_and_their_places_in_the_table(
    lot: list[int], typed: str
) -> None:
    # given: names of one key, two of them told apart by their credit codes alone
    codes = [f"1299010000000000{at:02}" for at in range(len(NAMESAKES))]
    shuffled = [(NAMESAKES[at], codes[at]) for at in lot]
    assert _found_in_order(shuffled, typed) == _found_in_order(list(zip(NAMESAKES, codes, strict=True)), typed)


def _found_in_order(register: list[tuple[str, str]], typed: str) -> list[tuple[str, str | None]]:
    """Name and credit code of what is found. Ids go by the place in the register."""
    with TemporaryDirectory() as folder:
        cards = [card_of(id=str(at), name=name, credit_code=code) for at, (name, code) in enumerate(register)]
        build([entries_of([name for name, _ in register])._replace(cards=cards)], Path(folder) / "index")
        index = InstitutionIndex(Path(folder) / "index")
        owners = [one.owner for one in exact_names(index, name_key(typed))]
        owners += [one.surface.owner for one in ranked(index, [name_key(typed)], limit=len(register))]
        return [(card.name, card.credit_code) for card in map(index.card, owners)]


@settings(deadline=None)
@given(st.text(alphabet="北京青禾县市区第一中学小医院大0129", min_size=1, max_size=12), st.sampled_from(NAMES))
def test_every_feature_is_a_share(index: InstitutionIndex, typed: str, name: str) -> None:
    assert all(0 <= value <= 1 for value in features(Typed.of(typed, index), name_key(name), index))


def test_every_feature_has_a_weight() -> None:
    assert len(learned_model().weights) == len(FEATURE_NAMES)


def test_a_better_score_is_a_higher_confidence() -> None:
    assert 0 < confidence(-3) < confidence(0) == 0.5 < confidence(3) < 1


def test_a_number_typed_must_stand_whole_in_the_name() -> None:
    assert same_numbers("1中学", "青禾县1中学")
    assert not same_numbers("1中学", "青禾县15中学")


def test_signs_of_one_sound_are_one_and_others_are_not() -> None:
    assert sounding("青禾图书馆") == sounding("请和图书关")
    assert sounding("青禾") != sounding("白石")


def test_of_names_that_hold_all_that_was_typed_those_that_begin_and_end_so_come_first_and_then_the_shorter(
    tmp_path: Path,
) -> None:
    names = ("青禾县图书馆分馆", "白石市青禾县图书馆", "青禾县第一图书馆", "青禾县图书馆", "青禾县文化馆")
    build([entries_of(names)], tmp_path / "index")
    index = InstitutionIndex(tmp_path / "index")
    found = covering(index, index.holding("青图馆"), "青图馆")
    assert [index.surface(number).key for number in found] == [
        "青禾县图书馆", "青禾县1图书馆", "青禾县图书馆分馆", "白石市青禾县图书馆"
    ]  # fmt: skip

"""Look-ups by name on a small register: abbreviations, old names, damage, namesakes – and what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from knowledge.institutions.files import import_institutions
from knowledge.institutions.names import name_key
from knowledge.institutions.service import InstitutionService
from tests.conftest import NOON
from tests.knowledge.institutions.test_files import lines

ROWS = (
    {"name": "北京大学"}, {"name": "北京航空航天大学"}, {"name": "北京交通大学"}, {"name": "北方工业大学"},
    {"name": "东北大学"},
    {"name": "青禾县第一中学", "region": "990201", "former_names": ["青禾县立中学"]},
    {"name": "青禾县第十一中学", "region": "990201"},
    {"name": "青禾县人民医院", "region": "990201", "aliases": ["青禾县红十字医院"],
     "certificate_number": "事证第199020100007号"},
    {"name": "青禾县中医医院", "region": "990201"}, {"name": "青禾县图书馆", "region": "990201"},
    {"name": "青禾县疾病预防控制中心", "region": "990201", "credit_code": "12990101990000017M"},
    {"name": "青禾县防汛抗旱指挥部办公室", "region": "990201"},
    {"name": "白石县疾病预防控制中心", "region": "990202"}, {"name": "白石县第一中学", "region": "990202"},
    {"name": "实验小学", "region": "990201"}, {"name": "实验小学", "region": "990202"},
    {"name": "实验小学", "region": "120101"},
    {"name": "省第四机械工业局"},
)  # fmt: skip


@pytest.fixture
def register(sessions: sessionmaker[Session], tmp_path: Path) -> Iterator[InstitutionService]:
    with sessions() as session:
        import_institutions(session, lines(tmp_path / "register.jsonl", *ROWS), now=NOON)
        session.commit()
        yield InstitutionService.load(session, index_dir=tmp_path / "index")


def found(register: InstitutionService, text: str, region: str | None = "990201") -> tuple[str, list[str]]:
    lookup = register.look_up(text, region=region)
    return lookup.kind, [hit.institution.name for hit in lookup.hits]


CLEAR = (
    ("北京大学", "北京大学"),  # exact
    ("北 京 大 学", "北京大学"),
    ("北大", "北京大学"),  # known everywhere, though not the first name that begins so
    ("北航", "北京航空航天大学"),
    ("北京航空航天", "北京航空航天大学"),
    ("青禾县立中学", "青禾县第一中学"),  # former name
    ("青禾县红十字医院", "青禾县人民医院"),  # alias
    ("青禾縣圖書館", "青禾县图书馆"),  # Traditional
    ("青禾县一中", "青禾县第一中学"),
    ("青禾县１中", "青禾县第一中学"),
    ("青禾县第1中学", "青禾县第一中学"),
    ("青禾县十一中", "青禾县第十一中学"),
    ("青禾疾控中心", "青禾县疾病预防控制中心"),
    ("青禾县图书官", "青禾县图书馆"),  # damaged
    ("请禾县图书馆", "青禾县图书馆"),  # a slip of the pinyin keyboard
    ("青禾县人民医医院", "青禾县人民医院"),  # one sign too many
    ("青禾防汛办", "青禾县防汛抗旱指挥部办公室"),
    ("四机局", "省第四机械工业局"),
    ("12990101990000017m", "青禾县疾病预防控制中心"),
    ("12990101 99OOOO017 M", "青禾县疾病预防控制中心"),
    ("事证第199020100007号", "青禾县人民医院"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "name"), CLEAR)
def test_what_is_meant_comes_first(register: InstitutionService, text: str, name: str) -> None:
    kind, names = found(register, text)
    assert names[:1] == [name]
    assert kind in ("one", "several")


def test_namesakes_are_asked_about_the_own_county_then_its_city_first(register: InstitutionService) -> None:
    lookup = register.look_up("实验小学", region="990202")
    assert lookup.kind == "several"
    assert [hit.institution.region for hit in lookup.hits[:3]] == ["990202", "990201", "120101"]


def test_an_exact_name_is_answered_even_where_others_are_near(register: InstitutionService) -> None:
    assert found(register, "青禾县第一中学", region="990202")[0] == "one"


def test_an_abbreviation_means_the_one_at_home(register: InstitutionService) -> None:
    for region, name in (("990201", "青禾县第一中学"), ("990202", "白石县第一中学")):
        assert found(register, "一中", region=region)[1][:1] == [name]


def test_a_name_that_every_town_has_is_asked_back_unless_it_is_the_one_at_home(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    rows = ({"name": "一中", "region": "990202"}, {"name": "青禾县第一中学", "region": "990201"})
    with sessions() as session:
        import_institutions(session, lines(tmp_path / "register.jsonl", *rows), now=NOON)
        session.commit()
        register = InstitutionService.load(session, index_dir=tmp_path / "index")
    assert found(register, "一中", region=None) == ("several", ["一中", "青禾县第一中学"])
    assert found(register, "一中", region="990202")[0] == "one"


NUMBERED = (
    {"name": "蓝山市第一中学", "region": "990300"}, {"name": "蓝山市第十一中学", "region": "990300"},
    {"name": "蓝山市第二十一中学", "region": "990300"}, {"name": "蓝山市第一人民医院", "region": "990300"},
    {"name": "蓝山市第一人民医院东院区", "region": "990300"}, {"name": "蓝山市第十一人民医院", "region": "990300"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("蓝山一中", "蓝山市第一中学"),
        ("市一中", "蓝山市第一中学"),
        ("蓝山一院", "蓝山市第一人民医院"),
        ("市一医院", "蓝山市第一人民医院"),
    ],
)
def test_a_number_that_only_begins_so_and_a_branch_are_no_rivals(
    sessions: sessionmaker[Session], tmp_path: Path, typed: str, name: str
) -> None:
    with sessions() as session:
        import_institutions(session, lines(tmp_path / "register.jsonl", *NUMBERED), now=NOON)
        session.commit()
        register = InstitutionService.load(session, index_dir=tmp_path / "index")
    lookup = register.look_up(typed, region="990300")
    assert (lookup.kind, lookup.hits[0].institution.name) == ("one", name)
    local = register.in_area(typed, region="990300")
    assert [hit.institution.name for hit in local.hits] == [name]


@pytest.mark.parametrize("text", ["云门县图书馆", "白石县人民医院", "青禾县第三中学"])
def test_a_name_of_another_place_or_number_is_offered_at_most(register: InstitutionService, text: str) -> None:
    assert found(register, text)[0] in ("several", "none")


@pytest.mark.parametrize("text", ["", "。。。", "变更登记", "今天天气怎么样", "zzzz", "🙂", "法人证书", "的"])
def test_what_is_no_institution_finds_none(register: InstitutionService, text: str) -> None:
    assert found(register, text)[0] == "none"


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("查一下青禾县图书馆", "青禾县图书馆"),
        ("北航是事业单位吗", "北京航空航天大学"),
        ("青禾县人民医院电话多少？", "青禾县人民医院"),
        ("请问青禾县中医医院在哪里", "青禾县中医医院"),
        ("青禾县图书馆的统一社会信用代码", "青禾县图书馆"),
        ("青禾县第一中学以前叫什么", "青禾县第一中学"),
    ],
)
def test_a_name_is_found_inside_a_sentence(register: InstitutionService, sentence: str, name: str) -> None:
    lookup = register.find_in(sentence, region="990201")
    assert lookup.hits
    assert lookup.hits[0].institution.name == name


@pytest.mark.parametrize("sentence", ["法人证书丢了怎么办", "事业单位的年度报告", "你们电话多少", "x" * 500, ""])
def test_a_sentence_without_a_name_finds_none(register: InstitutionService, sentence: str) -> None:
    assert register.find_in(sentence, region=None).kind == "none"


def test_an_institution_is_got_by_its_id_and_only_by_that(register: InstitutionService) -> None:
    card = register.look_up("北京大学", region=None).hits[0].institution
    assert register.get(card.id) == card
    assert register.get("nobody") is None


def test_a_change_is_seen_after_refresh_and_the_old_index_goes_on_until_then(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    with sessions() as session:
        service = InstitutionService.load(session, index_dir=tmp_path / "index")
        assert found(service, "青禾县图书馆")[0] == "none"
        import_institutions(session, lines(tmp_path / "a.jsonl", *ROWS), now=NOON)
        session.commit()
        assert found(service, "青禾县图书馆")[0] == "none"
        assert service.refresh(session)
        assert found(service, "青禾县图书馆")[0] == "one"
        assert not service.refresh(session)


def test_two_processes_share_one_index_folder(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    with sessions() as session:
        import_institutions(session, lines(tmp_path / "a.jsonl", *ROWS), now=NOON)
        session.commit()
        first = InstitutionService.load(session, index_dir=tmp_path / "index")
        second = InstitutionService.load(session, index_dir=tmp_path / "index")
        assert first.version == second.version
        assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) == 1
        assert found(second, "北航") == found(first, "北航")


def test_old_index_folders_do_not_pile_up(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    with sessions() as session:
        service = InstitutionService.load(session, index_dir=tmp_path / "index")
        for number in range(5):
            import_institutions(session, lines(tmp_path / "a.jsonl", {"name": f"第{number}院"}), now=NOON)
            session.commit()
            assert service.refresh(session)
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京市第一〇一中学", "北京市一零一中学"), ("第三十五中学", "35中学"), ("二十五中", "25中"),
        ("第一中学", "1中学"),
        ("Ａ－１号", "a1号"), ("臺灣", "台湾"),
    ],
)  # fmt: skip
def test_spellings_of_a_name_share_their_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    "name", ["四川大学", "三亚市", "九江学院", "八一中学", "中一东北国际医院", "百色学院", "万州区"]
)
def test_numerals_that_count_nothing_stay(name: str) -> None:
    assert name_key(name) == name


@given(st.text(max_size=120))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_text_breaks_a_look_up(text: str) -> None:
    service = _alone()
    lookup = service.look_up(text, region=None)
    assert lookup.kind in ("one", "several", "none")
    assert all(0 <= hit.confidence <= 1 for hit in lookup.hits)
    service.find_in(text, region="990201")


_KEPT: list[InstitutionService] = []


def _alone() -> InstitutionService:
    """One service for all examples of a property."""
    if not _KEPT:
        from tempfile import mkdtemp

        from sqlalchemy import create_engine

        from knowledge.institutions.models import Institution, register_tables

        folder = Path(mkdtemp())
        engine = create_engine("sqlite://")
        Institution.metadata.create_all(engine, tables=register_tables())
        with Session(engine) as session:
            import_institutions(session, lines(folder / "a.jsonl", *ROWS), now=NOON)
            _KEPT.append(InstitutionService.load(session, index_dir=folder / "index"))
        engine.dispose()
    return _KEPT[0]

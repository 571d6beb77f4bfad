"""A name in any dress, in any sentence: its card, a choice, or an honest word that it is not there."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, sessionmaker

from bot.account import Account
from handlers.institutions import confident_name
from handlers.texts import institutions as texts
from knowledge.institutions.service import InstitutionService
from tests.handlers.build import make_context, make_services
from tests.handlers.institutions.talk import CARD_FIELDS, COUNTY, Talk, Whole
from tests.knowledge.faq.base import starter_service


@pytest.mark.parametrize(
    "asked",
    [
        "示例县人民医院",
        "查一下示例县人民医院",
        "查 县医院",
        "示例縣人民醫院",
        "示例县人民医院在哪",
        "请问示例县人民医院电话多少？",
    ],
)
def test_a_name_in_any_dress_gets_its_card(talk: Talk, asked: str) -> None:
    answer = talk(asked)
    assert answer is not None
    assert "【示例县人民医院】" in answer
    assert all(f"{field}：" in answer for field in CARD_FIELDS)
    assert "数据更新于2026年10月31日" in answer


@pytest.mark.parametrize(("asked", "kind", "name"), [
    ("县一中", "别名", "示例县第一中学"),
    ("示例县敬老院", "曾用名", "示例县社会福利中心"),
    ("北航", "别名", "北京航空航天大学"),
])  # fmt: skip
def test_another_name_finds_it_and_the_answer_says_which_it_was(talk: Talk, asked: str, kind: str, name: str) -> None:
    answer = talk(asked) or ""
    assert f"“{asked}”是 {name} 的{kind}。" in answer
    assert f"【{name}】" in answer


def test_namesakes_in_two_counties_of_a_city_are_asked_about(
    register: InstitutionService, sessions: sessionmaker[Session]
) -> None:
    city = Account(name="city", app_id="wx0123456789abcdef", region="990100")
    talk = Talk(make_context(sessions, account=city, services=make_services(institutions=register)))
    answer = talk("实验小学") or ""
    labels = [choice.label for choice in talk.context.conversation.choices]
    assert texts.WHICH in answer
    assert labels[:2] == ["示例县实验小学", "示例新区实验小学"]
    assert labels[-1] == "都不是"
    assert len(labels) <= 4
    assert "【示例新区实验小学】" in (talk("2") or "")
    talk.context.session.close()


PHRASINGS = (
    "地址在哪", "地址在哪里", "地址是什么", "地址", "电话是多少", "电话号码", "电话号码是多少", "怎么走", "怎么去",
    "应该怎么走",
    "在什么地方", "位置", "位置在哪", "联系方式", "联系方式有没有", "有电话吗", "官网", "网址是什么", "在哪儿",
    "地址请问", "地址说一下",
)  # fmt: skip


@pytest.mark.parametrize("phrasing", PHRASINGS)
def test_a_name_is_found_before_every_phrasing(talk: Talk, phrasing: str) -> None:
    for asked in (f"示例县第一中学{phrasing}", f"请问一下示例县第一中学的{phrasing}？"):
        assert "【示例县第一中学】" in (talk(asked) or ""), asked


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("图书馆", "示例县图书馆"), ("档案馆", "示例县档案馆"), ("妇幼保健院", "示例县妇幼保健院"),
        ("第一中学", "示例县第一中学"), ("疾控中心", "示例县疾病预防控制中心"), ("疾控", "示例县疾病预防控制中心"),
        ("公证处", "示例县公证处"), ("图书馆电话多少", "示例县图书馆"), ("实验小学", "示例县实验小学"),
    ],
)  # fmt: skip
def test_a_bare_kind_word_means_the_one_of_the_own_area_and_says_so(talk: Talk, word: str, name: str) -> None:
    answer = talk(word) or ""
    assert f"按本地的 {name} 查询" in answer
    assert f"【{name}】" in answer


def test_a_bare_kind_word_of_several_offers_those_of_the_own_area(talk: Talk) -> None:
    assert texts.WHICH in (talk("人民医院") or "")
    labels = [choice.label for choice in talk.context.conversation.choices]
    assert labels == ["示例县人民医院", "示例县第二人民医院", "都不是"]


def test_a_bare_kind_word_means_nothing_certain_without_an_area(
    register: InstitutionService, sessions: sessionmaker[Session]
) -> None:
    nowhere = Account(name="nowhere", app_id="wx0123456789abcdef")
    talk = Talk(make_context(sessions, account=nowhere, services=make_services(institutions=register)))
    assert talk("图书馆") is None
    talk.context.session.close()


@pytest.mark.parametrize("asked", ["公安局地址", "公安局在哪里", "请问派出所电话是多少", "税务局怎么走", "县政府电话"])
def test_an_office_that_is_not_in_the_register_is_said_to_be_missing(talk: Talk, asked: str) -> None:
    answer = talk(asked) or ""
    assert "没有找到“" in answer
    assert "12345" in answer
    assert talk.context.conversation.choices == []


def test_whether_it_is_a_public_institution_is_answered_from_its_code(talk: Talk) -> None:
    answer = talk("示例县图书馆是事业单位吗") or ""
    assert "以 12 开头" in answer
    assert "以登记管理机关的登记为准" in answer


def test_for_one_that_is_not_there_nothing_is_judged(talk: Talk) -> None:
    answer = talk("甘棠县第九十九中学是事业单位吗") or ""
    assert "不能据此判断" in answer
    assert texts.REGISTER_SITE in answer


def test_a_looked_up_name_that_is_not_there_is_said_to_be_missing(talk: Talk) -> None:
    assert "没有找到“雾都海洋生物研究院”" in (talk("查一下雾都海洋生物研究院") or "")


@pytest.mark.parametrize("name", ["示例县图书馆", "北航", "县医院", "示例县青石乡卫生院"])
def test_a_bare_name_is_confident(talk: Talk, name: str) -> None:
    assert confident_name(talk.context, name)


@pytest.mark.parametrize(
    "name",
    [
        "河西人民公安学院",
        "中国人民武装警察部队学院",
        "公安局",
        "派出所",
        "示例县公安局",
        "武警总医院",
        "中国人民大学附属中学",
        "雾都海洋生物研究院",
    ],
)
def test_a_bare_name_that_is_nowhere_is_said_to_be_missing(register: InstitutionService, name: str) -> None:
    """No choice of other questions, none of other institutions, and nothing on the curators' list."""
    talk = Talk(make_context(account=COUNTY, services=make_services(institutions=register, faq=starter_service())))

    assert f"没有找到“{name}”" in (talk(name) or "")
    assert talk.context.conversation.choices == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("协合医院", "北京协和医院"),
        ("一种学", "示例县第一中学"),
        ("示例县第一种学", "示例县第一中学"),
        ("人名医院", "示例县人民医院"),
        ("示例县人名医院", "示例县人民医院"),
        ("示列县第一中学", "示例县第一中学"),
        ("图书官", "示例县图书馆"),
        ("协合医院电话多少", "北京协和医院"),
        ("查一下人名医院", "示例县人民医院"),
        ("beihang", "北京航空航天大学"),
        ("shili xian diyi zhongxue", "示例县第一中学"),
        ("shilixian tushuguan", "示例县图书馆"),
    ],
)
def test_a_name_with_a_wrong_sign_or_in_letters_leads_to_institutions_to_choose_from(
    whole: Whole, typed: str, offered: str
) -> None:
    assert texts.WHICH in whole(typed)
    assert whole.context.conversation.choices[0].label == offered


@pytest.mark.parametrize(
    "asked",
    [
        "我家孩子想去示例县图书馆借书，地址在哪",
        "示例县图书馆今年招新人不",
        "老师好，示例县图书馆",
        "我是示例县图书馆的读者，谢谢",
        "示例縣圖書館電話幾多",
    ],
)
def test_a_registered_name_in_full_gets_its_card_where_the_base_has_nothing_to_say(whole: Whole, asked: str) -> None:
    assert "【示例县图书馆】" in whole(asked)


def test_that_nothing_else_is_registered_is_said_only_where_something_else_was_asked(whole: Whole) -> None:
    said = texts.ONLY_REGISTERED.format(name="示例县图书馆")
    assert said in whole("示例县图书馆工资多少")
    assert said not in whole("那示例县图书馆呢")
    assert said not in whole("老师好，示例县图书馆")


def test_an_institution_elsewhere_is_not_said_to_be_local(whole: Whole) -> None:
    for typed in ("协和医院", "国家图书馆"):
        assert "按本地的" not in whole(typed)
    assert "按本地的 示例县图书馆 查询" in whole("图书馆")

"""The name inside a sentence, whatever is said around it, and the questions that name nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.institutions.sentences import leaning, name_in, plain_signs
from knowledge.institutions.wordings import ASPECTS, HELD

NAME = "青禾县图书馆"


@pytest.mark.parametrize(
    ("sentence", "aspect"),
    [
        (f"{NAME}电话多少🙏", "phone"),
        (f"😊{NAME}在哪", "address"),
        (f"{NAME}是不是事业单位呀😊", "is_public_institution"),
        (f"查一下{NAME}谢谢🙏", "card"),
        (f"我想问下{NAME}在什么地方啊", "address"),
        (f"麻烦问下{NAME}电话", "phone"),
        (f"请教下{NAME}的地址", "address"),
        (f"咨询下{NAME}在哪", "address"),
        (f"想了解下{NAME}", "card"),
        (f"打听一下{NAME}的电话", "phone"),
        (f"你知道{NAME}的电话吗", "phone"),
        (f"谁知道{NAME}怎么走", "address"),
        (f"{NAME}的电话有人知道吗", "phone"),
        (f"能告诉我{NAME}电话吗", "phone"),
        (f"有没有{NAME}的电话", "phone"),
        (f"老师，{NAME}电话多少", "phone"),
        (f"急！{NAME}电话", "phone"),
        (f"查询单位：{NAME}", "card"),
        (f"单位名称:{NAME}", "card"),
        (f"{NAME}电话是多少呀，急", "phone"),
        (f"{NAME}电话 地址", "contact"),
        (f"{NAME}的地址和电话", "contact"),
        (f"{NAME}几点上班", "hours"),
        (f"{NAME}周末开门吗", "hours"),
        (f"{NAME}的开放时间是什么时候", "hours"),
        (f"{NAME}是公立的吗", "is_public_institution"),
        (f"{NAME}是公办还是民办", "is_public_institution"),
        (f"{NAME}不是事业单位吗", "is_public_institution"),
        (f"{NAME}馆长是谁", "representative"),
        (f"{NAME}邮编", "postcode"),
    ],
)
def test_a_name_is_found_whatever_is_said_around_it(sentence: str, aspect: str) -> None:
    asked = name_in(sentence)
    assert asked is not None
    assert (asked.name, asked.aspect) == (NAME, aspect)


def test_a_name_is_given_as_it_was_typed() -> None:
    for sentence, name in (("青禾縣圖書館電話幾多", "青禾縣圖書館"), ("查１２中🙏", "１２中")):
        asked = name_in(sentence)
        assert asked is not None
        assert asked.name == name


@pytest.mark.parametrize(
    "name", ["帮扶中心", "咨询服务中心", "能源局", "应急中心", "问题青少年教育中心", "老师进修学校", "青禾县急救中心"]
)
def test_a_word_that_may_open_a_sentence_stays_where_it_begins_the_name(name: str) -> None:
    asked = name_in(f"{name}电话多少")
    assert asked is not None
    assert asked.name == name


@pytest.mark.parametrize("sentence", ["找谁办", "查谁办", "入编找谁办", "看看哪里能办", "查一下怎么办", "找哪个部门"])
def test_what_asks_who_or_where_is_no_name(sentence: str) -> None:
    assert name_in(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "aspect", "kind"),
    [
        ("电话多少", "phone", ""),
        ("那电话呢", "phone", ""),
        ("地址在哪", "address", ""),
        ("在哪儿", "address", ""),
        ("法人是谁？", "representative", ""),
        ("它是事业单位吗", "is_public_institution", ""),
        ("是公立的吗", "is_public_institution", ""),
        ("那家医院的电话", "phone", "医院"),
        ("刚才那个学校在哪", "address", "学校"),
        ("这个单位的信用代码", "code", "单位"),
        ("几点上班😊", "hours", ""),
        ("改过名吗", "former_names", ""),
    ],
)
def test_a_question_may_lean_on_what_was_shown(sentence: str, aspect: str, kind: str) -> None:
    asked = leaning(sentence)
    assert asked is not None
    assert (asked.aspect, asked.kind) == (aspect, kind)


@pytest.mark.parametrize(
    "sentence",
    [
        "你们电话多少",
        "编办地址在哪",
        "举报电话是多少",
        "证书丢了怎么办",
        "青禾县图书馆在哪",
        "这里电话多少",
        "变更登记",
        "",
    ],
)
def test_a_question_that_names_something_leans_on_nothing(sentence: str) -> None:
    assert leaning(sentence) is None


@given(st.text(max_size=60))
def test_plain_signs_are_as_many_as_were_typed(text: str) -> None:
    assert len(plain_signs(text)) == len(text)


@given(
    st.sampled_from(["", "请问", "😊", "我想问下", "老师，"]),
    st.sampled_from(
        ["电话多少", "几点开门", "周末上班", "是公立的", "是不是事业单位", "电话和地址", "怎么联系", "开放时间"]
    ),
    st.sampled_from(["", "呢", "吗🙏", "，谢谢", "呀，急"]),
)
def test_the_word_that_is_looked_for_first_stands_in_each_wording(before: str, wording: str, after: str) -> None:
    asked = name_in(f"{before}{NAME}{wording}{after}")
    assert asked is not None
    assert asked.name == NAME
    assert HELD[asked.aspect].search(wording)


def test_every_aspect_that_is_looked_for_first_is_one() -> None:
    assert HELD.keys() <= dict(ASPECTS).keys()

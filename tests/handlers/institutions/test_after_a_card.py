"""What is asked after a card is answered from it, and only that."""

from __future__ import annotations

import pytest

from handlers.texts import institutions as texts
from tests.handlers.institutions.talk import Whole

FIELDS_ASKED = (
    ("电话多少", "的电话：000-0000"),
    ("那地址在哪", "的地址：示例县城关镇示例路"),
    ("法人是谁", "的法定代表人：示例人员"),
    ("馆长是谁", "的法定代表人：示例人员"),
    ("它是事业单位吗", "以 12 开头"),
    ("是公立的吗", "举办单位：示例县文化广电和旅游局"),
    ("电话呢😊", "的电话：000-0000"),
    ("几点开门", "登记信息里没有 示例县图书馆 的上班（开放）时间"),
    ("邮编是多少", "登记信息里没有 示例县图书馆 的邮编"),
    ("官网是什么", "登记信息里没有 示例县图书馆 的网址"),
    ("改过名吗", "登记信息里没有 示例县图书馆 的曾用名"),
    ("电话 地址", "的电话：000-0000"),
    ("年报", "2025年度"),
    ("注销了吗", "的状态：正常"),
    ("上级是谁", "的举办单位：示例县文化广电和旅游局"),
    ("归谁管", "的举办单位：示例县文化广电和旅游局"),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "said"), FIELDS_ASKED)
def test_what_names_nothing_after_a_card_is_answered_from_that_card(whole: Whole, asked: str, said: str) -> None:
    whole("示例县图书馆")
    answer = whole(asked)
    assert said in answer
    assert "示例县图书馆" in answer
    assert "数据更新于" in answer


def test_one_question_after_another_leans_on_the_card_and_thanks_do_not_end_it(whole: Whole) -> None:
    whole("示例县人民医院")
    assert "的电话：" in whole("电话多少")
    assert texts.ANNUAL_REPORT in whole("地址在哪")
    whole("谢谢")
    assert "示例县人民医院 的法定代表人" in whole("法人是谁")
    assert "示例县人民医院" in whole("导航去那里")
    assert "示例县人民医院 的电话" in whole("电话呢")


@pytest.mark.parametrize("asked", ["电话多少", "地址", "法人是谁"])
def test_of_a_card_without_the_field_it_is_said_that_the_register_lacks_it(whole: Whole, asked: str) -> None:
    whole("北京大学")
    answer = whole(asked)
    assert "登记信息里没有 北京大学 的" in answer
    assert "12345" in answer


@pytest.mark.parametrize(
    "asked",
    [
        "你们电话多少",
        "编办地址在哪",
        "举报电话是多少",
        "投诉电话",
        "登记机关在哪",
        "证书丢了怎么办",
        "变更登记要什么材料",
        "社保卡怎么补办",
    ],
)
def test_a_question_that_names_something_else_is_not_answered_from_the_card(whole: Whole, asked: str) -> None:
    whole("示例县图书馆")
    answer = whole(asked)
    assert "示例县图书馆" not in answer
    assert not whole.context.conversation.about_institution


@pytest.mark.parametrize("between", ["证书丢了怎么办", "查一下雾都海洋生物研究院", "人民医院", "人工", "帮助"])
def test_once_something_else_was_answered_a_bare_question_is_no_longer_the_card_s(whole: Whole, between: str) -> None:
    whole("示例县图书馆")
    whole(between)
    assert "示例县图书馆 的电话" not in whole("电话多少")


def test_that_hospital_is_the_one_shown_last_and_never_a_library(whole: Whole) -> None:
    whole("示例县人民医院")
    whole("社保卡怎么补办")
    assert "示例县人民医院 的电话" in whole("那个医院的电话")
    whole("示例县图书馆")
    assert "示例县图书馆" not in whole("那家医院的电话")

"""Several questions in one message are told apart; one question told at length stays one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.several import MOST_ANSWERED, Understood, split, understand
from tests.conftest import NOON
from tests.knowledge.faq.base import starter_service


def understood(message: str) -> Understood:
    return understand(starter_service(), message, region="320300", now=NOON)


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("甲事怎么办？乙事多久！", ["甲事怎么办？", "乙事多久！"]),
        ("1、甲事怎么办\n2、乙事多久", ["甲事怎么办", "乙事多久"]),
        ("您好，请问甲事怎么办，另外乙事多久", ["甲事怎么办", "乙事多久"]),
        ("甲事怎么办；顺便问一下乙事多久", ["甲事怎么办；", "乙事多久"]),
        ("甲事怎么办，还有乙事多久", ["甲事怎么办", "乙事多久"]),
        ("1、甲事怎么办 2、乙事多久 3、丙事呢", ["甲事怎么办", "乙事多久", "丙事呢"]),
        ("甲事怎么办，乙事多久", ["甲事怎么办", "乙事多久"]),
        ("甲事要吗，乙事多久", ["甲事要吗", "乙事多久"]),
        ("满2.5年的甲事怎么办", ["满2.5年的甲事怎么办"]),
        ("还有多久", ["多久"]),
        ("另外的材料要带吗", ["另外的材料要带吗"]),
        ("12310是什么电话", ["12310是什么电话"]),
        ("？！。", []),
    ],
)
def test_a_message_is_cut_where_another_question_begins(message: str, pieces: list[str]) -> None:
    assert split(message) == pieces


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("法人证书丢了怎么补办？年报什么时候报？", ["ZS04", "NB01"]),
        ("你好，请问法人证书丢了怎么补办，另外年报什么时候报呢？谢谢", ["ZS04", "NB01"]),
        ("1、设立登记要哪些材料\n2、年度报告什么时候报\n3、网站标识怎么申请", ["SL03", "NB01", "WZ02"]),
        ("设立登记要什么材料？多久能办好？", ["SL03", "SL04"]),
    ],
)
def test_each_question_of_a_message_has_its_answer_in_order(message: str, expected: list[str]) -> None:
    answers = [part.decision.answer for part in understood(message).parts]
    assert [answer and answer.id for answer in answers] == expected


def test_a_chain_of_short_questions_is_all_about_the_first_ones_matter() -> None:
    first, second, third = understood("1、设立登记要什么材料 2、要多久 3、收费吗").parts
    assert first.decision.answer is not None
    assert [each.id for each in second.decision.choices] == ["SL04"]
    assert third.decision.answer is not None
    assert (first.decision.answer.id, third.decision.answer.id) == ("SL03", "SL14")


def test_of_two_matters_none_is_dropped_where_only_one_is_sure() -> None:
    first, second = understood("年报忘报了怎么办，二维码也丢了怎么办").parts
    assert first.decision.choices[0].id == "NB05"
    assert second.decision.answer is not None
    assert second.decision.answer.id == "NB12"


def test_what_asks_nothing_is_context_of_the_next_question() -> None:
    [only] = understood("我们单位证书丢了。怎么补办？").parts
    assert only.decision.answer is not None
    assert only.decision.answer.id == "ZS04"


@pytest.mark.parametrize(
    "message",
    [
        "法人证书丢了怎么办？怎么补领？",
        "什么是编制？！",
        "编制是什么？有什么用？",
        "谢谢！再问一下年报填错了怎么修改？",
        "量子纠缠是什么？黑洞怎么形成？",
        "我很着急。" * 12 + "年报什么时候报？证书丢了怎么办？",
    ],
)
def test_one_question_told_at_length_stays_one(message: str) -> None:
    found = understood(message)
    assert not found.several
    assert found.left == ()


def test_more_questions_than_are_answered_are_left_to_be_asked_again() -> None:
    found = understood("设立登记要哪些材料？年报什么时候报？网站标识怎么申请？编办的电话是多少？")
    assert len(found.parts) == MOST_ANSWERED
    assert found.left == ("编办的电话是多少？",)


def test_a_part_without_an_answer_keeps_its_place() -> None:
    found = understood("量子纠缠怎么办？年报什么时候报？注销登记要什么材料？")
    assert [part.decision.kind for part in found.parts] == ["none", "answer", "answer"]


def test_one_sensitive_question_among_others_leaves_the_fixed_words_alone() -> None:
    [only] = understood("年报什么时候报？市公安局有多少编制？").parts
    assert only.decision.kind == "sensitive"


@given(st.text("证书丢了怎么办年报？。，另外还有\n1、; 请问谢谢", max_size=60))
def test_any_message_is_understood_as_at_least_one_question(message: str) -> None:
    found = understood(message)
    assert 1 <= len(found.parts) <= MOST_ANSWERED
    assert found.several or found.parts[0].question == message

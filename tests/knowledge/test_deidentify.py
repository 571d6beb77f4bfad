"""What names a person does not reach the curators; what names an institution does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.files import STARTER, check_file
from knowledge.text.deidentify import deidentify, names_somebody, without_names


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [
        ("13812345678", "我的电话是13812345678，请回电"),
        ("138 1234 5678", "打 138 1234 5678"),
        ("１３８１２３４５６７８", "电话１３８１２３４５６７８"),
        ("110101199003071234", "身份证110101199003071234丢了"),
        ("11010119900307123X", "身份证 11010119900307123x"),
        ("6222021234567890123", "卡号6222021234567890123"),
        ("6222 0212 3456 7890 123", "6222 0212 3456 7890 123"),
        ("zhang.san@example.com", "邮箱 zhang.san@example.com 谢谢"),
        ("0516-83456789", "座机0516-83456789"),
        ("张小三", "我叫张小三，想问年报"),
        ("wx_zhang123", "微信号：wx_zhang123"),
    ],
)
def test_what_names_a_person_is_masked(secret: str, sentence: str) -> None:
    masked = deidentify(sentence)
    assert secret not in masked
    assert secret.replace(" ", "").lower() not in masked.replace(" ", "").lower()
    assert names_somebody(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "统一社会信用代码12100000400000624D对不对",
        "124300004448750350是哪个单位",
        "12310和12345有什么区别",
        "2026年3月31日前报年报",
        "法人证书丢了怎么办",
    ],
)
def test_what_names_no_person_stays(sentence: str) -> None:
    assert not names_somebody(sentence)


@given(st.text(max_size=40), st.integers(min_value=13_000_000_000, max_value=19_999_999_999), st.text(max_size=40))
def test_no_mobile_number_survives_between_words(before: str, number: int, after: str) -> None:
    assert str(number) not in deidentify(f"{before}，{number}。{after}")


@given(st.text(max_size=200))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert deidentify(deidentify(text)) == deidentify(text)


def test_a_citizens_own_punctuation_stays_as_it_was_written() -> None:
    assert deidentify("态度不好，排队两小时（张三）！") == "态度不好，排队两小时（张三）！"


def test_an_introduction_is_no_matter_of_the_question() -> None:
    assert without_names("我叫张小三，法人证书丢了怎么补").strip() == "法人证书丢了怎么补"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("张三", "张三是不是在编"),
        ("张三", "帮我查一下张三的编制"),
        ("张三", "张三入编了吗"),
        ("李四", "我是李四，想问年报"),
        ("李四", "本人李四，单位证书丢了"),
        ("王", "找王科长"),
        ("王", "王副局长在不在"),
        ("张某某", "投诉张某某"),
        ("张三", "投诉张三态度差"),
        ("李建国", "举报李建国吃空饷"),
        ("李红梅", "我们科的李红梅是正式编吗"),
        ("刘", "县医院的刘主任电话多少"),
        ("赵刚", "赵刚先生在吗"),
        ("欧阳", "欧阳老师好"),
        ("小王", "小王有没有编制"),
    ],
)
def test_the_name_of_a_person_is_masked_where_a_person_is_spoken_of(name: str, sentence: str) -> None:
    masked = deidentify(sentence)
    assert name not in masked
    assert masked.replace("〔姓名〕", "") == sentence.replace(name, "", 1)


def test_two_names_beside_each_other_are_both_masked() -> None:
    assert deidentify("张三、李四是不是在编") == "〔姓名〕、〔姓名〕是不是在编"


@pytest.mark.parametrize(
    "sentence",
    [
        "我是高中老师",
        "高中老师有编制吗",
        "我是徐州的",
        "单位有编制吗",
        "联系方式是什么",
        "投诉方式",
        "严格的编制管理",
        "长安区图书馆",
        "班主任有编制吗",
        "找单位办理",
        "公安局长是谁",
    ],
)
def test_words_and_institutions_that_begin_like_a_surname_are_not_torn(sentence: str) -> None:
    assert deidentify(sentence) == sentence


def test_nothing_of_the_starter_base_is_taken_for_a_person() -> None:
    for entry in check_file(STARTER).entries:
        for text in (*entry.variants, entry.answer):
            assert deidentify(text) == text


def test_who_is_asked_for_is_no_reason_for_a_warning() -> None:
    assert not names_somebody("找王科长")


def test_matching_reads_a_question_without_the_person_it_names() -> None:
    assert without_names("我是李四，法人证书丢了怎么补").strip() == "法人证书丢了怎么补"
    assert "张三" not in without_names("张三是不是在编")

"""What names a person does not reach the curators; what names an institution does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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

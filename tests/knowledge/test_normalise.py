"""One normal form: whatever is typed, it comes to rest after one step and never fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.normalise import MAX_CHARACTERS, normalise, simplified

PIECES = st.sampled_from(
    [
        "请问一下",
        "谢谢您",
        "我想问",
        "第二十五条",
        "十五天",
        "臺灣",
        "ＡＢＣ",
        "gov.cn",
        "😀",
        "​",
        "，",
        "。",
        " ",
        "一",
        "十",
        "乾",
        "\U000f0041",
    ]
)


@given(st.text(max_size=80) | st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
def test_the_form_is_short_has_no_loose_space_and_no_capital(text: str) -> None:
    form = normalise(text)
    assert len(form) <= MAX_CHARACTERS
    assert form == form.strip()
    assert "  " not in form


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("請問一下，事業單位法人證書丟了怎麼辦？謝謝！", "事业单位法人证书丢了怎么办"),
        ("ＧＯＶ．ＣＮ 域名", "gov.cn域名"),
        ("您好，我想问一下年报什么时候报呢", "年报什么时候报"),
        ("第二十五条 十五天内", "第25条15天内"),
        ("三十个工作日", "30个工作日"),
        ("统一社会信用代码 三定 三支一扶", "统一社会信用代码三定三支一扶"),
        ("公益一类", "公益1类"),
        ("臺灣", "台湾"),
        ("变更\u200b登记😀", "变更登记"),
        ("谢谢", "谢谢"),
        ("？？！", ""),
        ("", ""),
    ],
)
def test_equal_questions_look_equal(typed: str, form: str) -> None:
    assert normalise(typed) == form


def test_a_letter_of_ten_thousand_signs_is_cut_not_refused() -> None:
    assert len(normalise("变更登记怎么办" * 1500)) == MAX_CHARACTERS


def test_only_traditional_signs_change_where_no_more_is_asked() -> None:
    assert simplified("幫助？ 第三項 ABC，１") == "帮助？ 第三项 ABC，１"

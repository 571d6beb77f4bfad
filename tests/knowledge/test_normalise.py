"""One normal form: whatever is typed, it comes to rest after one step, never fails, and leads back to the words."""

from __future__ import annotations

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.normalise import MAX_CHARACTERS, normalise, surface
from knowledge.text.normalised import normalised
from knowledge.text.simplified import simplified

PIECES = st.sampled_from(
    [
        *("请问一下", "谢谢您", "我想问", "老师", "亲", "那个", "咨询", "麻烦", "吧", "嘛", "急急", "在线等", "求"),
        *("第二十五条", "十五天", "三月三十一日", "2026-03-31", "3.31", "3月31号", "20260331", "前", "截止", "年", "0"),
        *(
            "臺灣",
            "答覆",
            "瞭解",
            "看著",
            "乾",
            "衞",
            "ＡＢＣ",
            "gov.cn",
            "İ",
            "ΑΣ",
            "ﬁ",
            "①",
            "½",
            "㊙",
            "한",
            "ᄒ",
            "ᅡ",
        ),
        *(
            "😀",
            "👩‍⚖️",
            "👍🏽",
            "🇨🇳",
            "1️⃣",
            "\u200b",
            "\u202e",
            "\u0301",
            "\ufeff",
            "\ud800",
            "\x00",
            "\x1f",
            "\U000f0041",
        ),
        *("，", "。", " ", "\n", "\u3000", "一", "十", ".", "-", "/", "%"),
    ]
)
TYPED = st.text(max_size=80) | st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)


@given(TYPED)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(TYPED)
def test_the_form_is_short_has_no_loose_space_and_no_capital(text: str) -> None:
    form = normalise(text)
    assert len(form) <= MAX_CHARACTERS
    assert form == form.strip()
    assert "  " not in form
    assert form == form.lower()


@given(TYPED)
def test_the_traced_form_is_the_form(text: str) -> None:
    assert normalised(text).form == normalise(text)


@given(TYPED)
def test_every_sign_of_the_form_leads_back_to_what_was_typed(text: str) -> None:
    found = normalised(text)
    assert len(found.spans) == len(found.form)
    assert all(0 <= start < end <= len(text) for start, end in found.spans)
    assert list(found.spans) == sorted(found.spans)


@given(st.text(alphabet="单位證書臺ＡｂC１2，。？ 办理登記\u200b😀", max_size=40))
def test_a_sign_came_from_a_span_that_normalises_to_it(text: str) -> None:
    found = normalised(text)
    for sign, (start, end) in zip(found.form, found.spans, strict=True):
        assert surface(text[start:end]) == sign.strip()


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("請問一下，事業單位法人證書丟了怎麼辦？謝謝！", "事业单位法人证书丢了怎么办"),
        ("ＧＯＶ．ＣＮ 域名", "gov.cn域名"),
        ("您好，我想问一下年报什么时候报呢", "年报什么时候报"),
        ("老师您好，请问编制怎么核定", "编制怎么核定"),
        ("第二十五条 十五天内", "第25条15天内"),
        ("三十个工作日", "30个工作日"),
        ("统一社会信用代码 三定 三支一扶", "统一社会信用代码三定三支一扶"),
        ("公益一类", "公益1类"),
        ("臺灣 檯面 颱風", "台湾台面台风"),
        ("答覆、回覆與覆蓋", "答复回复与覆盖"),
        ("瞭解一下瞭望台", "了解一下瞭望台"),
        ("看著著名的著作權", "看着著名的著作权"),
        ("变更\u200b登记😀", "变更登记"),
        ("👩‍⚖️变更👍🏽登记🇨🇳1️⃣", "变更登记1"),
        ("谢谢", "谢谢"),
        ("？？！", ""),
        ("\ud800\x00", ""),
        ("", ""),
    ],
)
def test_equal_questions_look_equal(typed: str, form: str) -> None:
    assert normalise(typed) == form


@pytest.mark.parametrize(
    "typed", ["3月31日前", "3月31号前", "三月三十一日前", "03月31日前", "3.31前", "３．３１前", "3/31前", "3月31前"]
)
def test_a_day_has_one_form(typed: str) -> None:
    assert normalise(f"年报要在{typed}交") == "年报要在3月31日前交"


@pytest.mark.parametrize(
    "typed", ["2026年3月31日", "2026-03-31", "2026/3/31", "2026.3.31", "20260331", "二〇二六年三月三十一号"]
)
def test_a_day_of_a_year_has_one_form(typed: str) -> None:
    assert normalise(f"{typed}到期") == "2026年3月31日到期"


@pytest.mark.parametrize(
    "typed",
    [
        "3个月",
        "3月",
        "3.31万元",
        "到1.5倍",
        "2.10版",
        "12310",
        "010-12345678",
        "13800138000",
        "3月3号楼",
        "192.168.3.31",
    ],
)
def test_what_is_no_day_stays(typed: str) -> None:
    assert normalise(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "老师编制怎么核定",
            "亲属关系证明",
            "客服电话多少",
            "咨询电话是多少",
            "那个人独资企业",
            "问下岗职工",
            "小编制作",
        ),
        *(
            "麻烦吗",
            "办证太麻烦了",
            "网吧",
            "要干嘛",
            "茶吧",
            "我要问谁",
            "需求解答",
            "额外编制",
            "额度多少",
            "感谢信怎么写",
        ),
    ],
)
def test_politeness_never_takes_what_is_asked_about(typed: str) -> None:
    assert normalise(typed) == typed


def test_what_was_typed_is_shown_for_a_part_of_the_form() -> None:
    found = normalised("請問，公益壹類 第二十五條？")
    at = found.form.index("25")
    assert found.shown(at, at + 2) == "二十五"
    assert found.shown(0, 2) == "公益"


def test_a_letter_of_ten_thousand_signs_is_cut_not_refused() -> None:
    assert len(normalise("变更登记怎么办" * 1500)) == MAX_CHARACTERS


def test_only_traditional_signs_change_where_no_more_is_asked() -> None:
    assert simplified("幫助？ 第三項 ABC，１") == "帮助？ 第三项 ABC，１"


@given(TYPED)
def test_simplifying_keeps_every_sign_in_its_place(text: str) -> None:
    assert len(simplified(text)) == len(text)


@pytest.mark.parametrize("variant", ["s2t", "s2tw", "s2hk"])
@pytest.mark.parametrize(
    "question",
    [
        "事业单位法人证书丢了怎么补办",
        "批复后多久能领到证",
        "台账里写着什么",
        "请问怎么了解编制情况",
        "卫生院归谁管",
        "只复印一面行吗",
        "后面的干部怎么发工资",
    ],
)
def test_a_question_in_traditional_has_the_form_of_the_same_in_simplified(question: str, variant: str) -> None:
    assert normalise(opencc.OpenCC(variant).convert(question)) == normalise(question)

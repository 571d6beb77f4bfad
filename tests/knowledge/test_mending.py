"""Slips are mended with the words of a base, and what anybody says is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.changes import applied
from knowledge.text.mending import Mender
from knowledge.text.normalise import normalise
from knowledge.text.typed_pinyin import initials_of
from knowledge.text.words import Segmenter

QUESTIONS = (
    "事业单位法人证书丢了怎么补办",
    "年度报告什么时候交",
    "换了法定代表人要办什么",
    "编制核定要哪些材料",
    "icp备案",
)
WORDS = {"事业单位": 9, "法人": 5, "证书": 5, "法人证书": 4, "年度报告": 3, "补办": 2, "编制": 2, "核定": 1, "材料": 3}
WORDS |= {
    "单位": 9,
    "法定代表人": 2,
    "备案": 1,
    "登记": 4,
    "变更": 4,
    "重新": 1,
    "吕": 1,
    "绿化": 1,
    "icp": 1,
    "账户": 1,
}


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter({"事业单位", "法人证书", "年度报告", "法定代表人"}, cache_folder=tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def mender(segmenter: Segmenter) -> Mender:
    pairs = {question[at : at + 2] for question in QUESTIONS for at in range(len(question) - 1)}
    return Mender(WORDS, pairs=pairs, spellings={"怎么办", "什么时候"}, segmenter=segmenter)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("事业单味怎么登记", "事业单位怎么登记"),  # the same sound
        ("法仁证书丢了", "法人证书丢了"),
        ("怎么变跟", "怎么变更"),  # a near sound, gen for geng
        ("边更登记", "变更登记"),  # a near sound, bian for bian
        ("账尸在哪", "账户在哪"),  # a similar shape
        ("法入证书补力", "法人证书补办"),  # two slips in one question
        ("崇新登记", "重新登记"),  # a sign with two sounds: 重 is chong here
    ],
)
def test_a_slip_is_mended_with_a_word_of_the_base(mender: Mender, typed: str, meant: str) -> None:
    assert mender.mend(typed).form == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shiyedanwei怎么登记", "事业单位怎么登记"),
        ("shi ye dan wei", "事业单位"),
        ("shiye danwei", "事业单位"),
        ("事业danwei登记", "事业单位登记"),
        ("siyedanwei", "事业单位"),  # as it sounds in the south
        ("shìyè dānwèi", "事业单位"),
        ("法ren怎么登记", "法人怎么登记"),
        ("lvhua", "绿化"),
        ("lǜhuà", "绿化"),
        ("faren zhengshu zenme buban", "法人证书怎么补办"),
        ("frzs丢了", "法人证书丢了"),
        ("icp bei an", "icp备案"),
    ],
)
def test_pinyin_typed_as_letters_is_read_as_words(mender: Mender, typed: str, meant: str) -> None:
    assert mender.mend(normalise(typed)).form.replace(" ", "") == meant


@pytest.mark.parametrize(
    "typed",
    [
        *QUESTIONS,
        "icp",
        "app下载不了",
        "oa系统",
        "打开gov.cn",
        "wps2019",
        "danwei2",
        "user_name",
        "http://bianban.gov.cn/dengji",
        "zheng",
        "hello world",
        "在哪里交社保",
        "张三丰的编制",
        "办证要钱吗",
        "",
        "12310",
        "ab",
    ],
)
def test_what_is_no_slip_is_left_alone(mender: Mender, typed: str) -> None:
    mended = mender.mend(normalise(typed))
    assert (mended.form, mended.changes) == (normalise(typed), ())


def test_a_word_that_everybody_knows_is_never_touched(mender: Mender, segmenter: Segmenter) -> None:
    assert segmenter.frequency("编织") > 0
    assert mender.mend("毛衣编织").changes == ()


def test_initials_that_fit_two_words_mean_neither() -> None:
    found = initials_of(["年度报告", "法人证书", "发热诊室", "证书"])
    assert found["ndbg"] == "年度报告"
    assert "frzs" not in found
    assert "zs" not in found


def test_what_was_changed_can_be_shown(mender: Mender) -> None:
    mended = mender.mend("事业danwei法仁证书")
    assert [(change.typed, change.meant) for change in mended.changes] == [("danwei", "单位"), ("法仁证书", "法人证书")]


@given(st.text(alphabet="法人证书单味位丢了怎么办 abcdeghinuwz12.'", max_size=30))
def test_mending_never_fails_and_its_changes_lead_from_the_one_to_the_other(mender: Mender, typed: str) -> None:
    form = normalise(typed)
    mended = mender.mend(form)
    letters = [change for change in mended.changes if change.typed.isascii()]
    signs = [change for change in mended.changes if not change.typed.isascii()]
    assert applied(applied(form, letters), signs) == mended.form


@given(st.text(max_size=60))
def test_mending_is_total(mender: Mender, typed: str) -> None:
    form = normalise(typed)
    assert mender.mend(form) == mender.mend(form)

"""What the starter base says to questions as people ask them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.chitchat import chitchat
from knowledge.search.decision import MAX_CHOICES, Standing, Thresholds, decide
from tests.conftest import NOON
from tests.knowledge.faq.base import entry, service_of, starter_service

# Question, and the entry that answers it. None of these stands in the base in these words.
ANSWERED = [
    ("事业单位法人证书丢了怎么办", "ZS04"),
    ("我们单位的法人证书不见了，怎么补办？", "ZS04"),
    ("請問事業單位法人證書遺失怎麼補辦", "ZS04"),
    ("法人证坏了能换新的吗", "ZS05"),
    ("法人证书的有效期是几年", "ZS01"),
    ("证书快到期了怎么换领", "ZS02"),
    ("证书正本和副本有啥区别呀", "ZS06"),
    ("设立登记需要提交什么材料", "SL03"),
    ("设立登记要多久", "SL04"),
    ("设立登记的条件是什么", "SL02"),
    ("注销登记需要提交哪些材料", "ZX03"),
    ("注销登记流程", "ZX02"),
    ("清算结束后多少天内申请注销", "ZX04"),
    ("法定代表人变更要什么材料", "BG03"),
    ("变更登记多久能办结", "BG10"),
    ("年报什么时候报", "NB01"),
    ("年度报告什么时候截止", "NB01"),
    ("年报不按时报有什么后果", "NB05"),
    ("年报填错了怎么修改", "NB06"),
    ("年报要填什么内容", "NB02"),
    ("事业单位年度报告在哪里看", "NB10"),
    ("统一社会信用代码一共多少位", "DM01"),
    ("网站标识怎么申请", "WZ02"),
    ("网站标识挂在网页哪里", "WZ03"),
    ("政务域名和公益域名有什么区别", "YM01"),
    ("gov.cn域名事业单位能不能用", "YM05"),
    ("行政编制和事业编制的区别", "YB04"),
    ("有空编可以自己招人吗", "YB02"),
    ("单位超编了有什么后果", "YB07"),
    ("什么是编制实名制", "SZ01"),
    ("退休人员怎么下编", "SZ03"),
    ("编办是干什么的", "JG01"),
    ("三定规定是什么", "JG02"),
    ("公益一类和公益二类的区别", "JG14"),
    ("12310是什么电话", "JB01"),
    ("12310受理哪些问题", "JB02"),
    ("12345和12310有什么区别", "TS09"),
    ("怎么申请信息公开", "XG02"),
    ("信息公开申请要收费吗", "XG04"),
    ("事业单位法定代表人怎么产生", "FZ02"),
    ("怎么查办理进度", "CX03"),
    ("编办的电话和地址", "CX05"),
]
# Question, and entries of which each must be offered or, at the least, none answered in another's place.
OPEN = [
    ("登记需要什么材料", {"SL03", "ZX03", "BG03", "BG05", "BG07"}),
    ("登记多久能办好", {"SL04", "BG10"}),
    ("登记流程", {"ZX02", "SL01", "SL05"}),
]
UNKNOWN = [
    "今天徐州天气怎么样",
    "公积金怎么提取",
    "护照丢了去哪补",
    "小孩发烧吃什么药",
    "驾驶证换证",
    "怎么办理结婚登记预约",
    "推荐一家好吃的火锅店",
    "asdfghjkl",
    "%%%###",
    "1+1等于几",
]


@pytest.mark.parametrize(("question", "expected"), ANSWERED)
def test_a_question_in_other_words_gets_its_answer_or_is_offered_it(
    question: str, expected: str, now: datetime
) -> None:
    decision = starter_service().decide(question, region="320300", now=now)
    if decision.kind == "answer":
        assert decision.entries[0].entry.id == expected
    else:
        assert decision.kind == "choices"
        assert expected in [offered.id for offered in decision.choices]


def test_most_plain_questions_are_answered_outright(now: datetime) -> None:
    kinds = [starter_service().decide(question, region=None, now=now).kind for question, _ in ANSWERED]
    assert kinds.count("answer") >= 0.7 * len(kinds)


@pytest.mark.parametrize(("question", "possible"), OPEN)
def test_where_the_kind_is_not_said_nobody_guesses(question: str, possible: set[str], now: datetime) -> None:
    decision = starter_service().decide(question, region=None, now=now)
    assert decision.kind in ("choices", "none")
    if decision.kind == "choices":
        assert possible & {offered.id for offered in decision.choices}


@pytest.mark.parametrize("question", UNKNOWN)
def test_what_the_base_does_not_know_is_not_answered(question: str, now: datetime) -> None:
    assert starter_service().decide(question, region=None, now=now).kind in ("none", "choices")


@pytest.mark.parametrize(
    ("said", "asked"),
    [("设立", "注销"), ("设立", "变更"), ("注销", "变更"), ("注销", "设立"), ("变更", "设立"), ("变更", "注销")],
)
def test_kinds_of_registration_are_never_swapped(said: str, asked: str, now: datetime) -> None:
    service = service_of(entry("one", f"{said}登记需要提交哪些材料？"), entry("other", "证书有效期是多久？"))
    assert service.decide(f"{asked}登记需要提交哪些材料", region=None, now=now).kind != "answer"


@pytest.mark.parametrize(
    ("one", "other", "asked"),
    [
        ("设立登记要多久？", "注销登记要多久？", "登记要多久"),
        ("法人证书遗失怎么办？", "法人证书损坏怎么办？", "法人证书怎么办"),
        ("机关怎么申领代码？", "事业单位怎么申领代码？", "单位怎么申领代码"),
        ("怎么查证书正本的编号？", "怎么查证书副本的编号？", "怎么查证书的编号"),
        ("电子证书怎么打印？", "纸质证书怎么打印？", "证书怎么打印"),
        ("主动公开的信息多久更新？", "依申请公开的信息多久更新？", "信息多久更新"),
        ("调入人员怎么备案？", "调出人员怎么备案？", "人员怎么备案"),
        ("超编的单位怎么报告？", "空编的单位怎么报告？", "单位编制怎么报告"),
        ("单位合并后档案交给谁？", "单位分立后档案交给谁？", "单位档案交给谁"),
        ("住所变更要交什么表？", "开办资金变更要交什么表？", "变更要交什么表"),
        ("第1批名单在哪里看？", "第2批名单在哪里看？", "名单在哪里看"),
    ],
)
def test_two_that_differ_by_one_word_are_asked_about(one: str, other: str, asked: str, now: datetime) -> None:
    service = service_of(entry("one", one), entry("other", other), entry("third", "年度报告什么时候报？"))
    decision = service.decide(asked, region=None, now=now)
    assert decision.kind != "answer"
    assert service.decide(one, region=None, now=now).entries[0].entry.id == "one"
    assert service.decide(other, region=None, now=now).entries[0].entry.id == "other"


def test_two_that_differ_by_a_negation_are_asked_about_unless_the_question_says_which(now: datetime) -> None:
    service = service_of(
        entry("must", "哪些单位必须刻章备案？"),
        entry("need_not", "哪些单位不必刻章备案？"),
        entry("third", "年度报告什么时候报？"),
    )
    assert service.decide("不必刻章备案的是哪些单位", region=None, now=now).entries[0].entry.id == "need_not"
    assert service.decide("必须刻章备案的是哪些单位", region=None, now=now).entries[0].entry.id == "must"
    open_question = service.decide("刻章不备案的是哪些单位", region=None, now=now)
    assert open_question.kind != "answer" or open_question.entries[0].entry.id == "need_not"


def test_a_number_that_an_entry_does_not_have_is_never_answered_with_it(now: datetime) -> None:
    service = service_of(entry("one", "第3批试点单位的名单在哪里看？"), entry("other", "证书有效期是多久？"))
    assert service.decide("第5批试点单位的名单在哪里看", region=None, now=now).kind != "answer"


def test_the_only_one_that_comes_near_needs_less_confidence() -> None:
    bars = Thresholds(answer=0.9, margin=0.3, alone=0.5, rival=0.1, unknown_word=0.7, choices=0.1, choice=0.02)
    alone, rival = [Standing("a", 0.6), Standing("b", 0.05)], [Standing("a", 0.6), Standing("b", 0.2)]
    assert decide(alone, bars).kind == "answer"
    assert decide(rival, bars).kind == "choices"
    assert decide(alone, bars, unknown_word=True).kind == "choices"
    assert decide([Standing("a", 0.6, kind_unsaid=True)], bars).kind == "choices"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("你好", "greeting"),
        ("在吗？", "greeting"),
        ("谢谢！", "thanks"),
        ("好的，谢谢你", "thanks"),
        ("你是谁", "who"),
        ("再见", "farewell"),
        ("你真棒", "praise"),
        ("你好笨", "unhappy"),
        ("给我讲个笑话", "talk"),
        ("哈哈哈", "talk"),
        ("7", "talk"),
    ],
)
def test_small_talk_gets_a_kind_line_and_no_entry(said: str, kind: str, now: datetime) -> None:
    decision = starter_service().decide(said, region=None, now=now)
    assert (decision.kind, decision.chitchat, decision.entries) == ("none", kind, ())


@pytest.mark.parametrize(
    "said", ["你好，年报什么时候报", "谢谢，那注销要什么材料", "在哪里看年报", "怎么用", "人工服务"]
)
def test_a_question_with_a_greeting_is_a_question(said: str) -> None:
    assert chitchat(said) is None


@pytest.mark.parametrize(
    "strange", ["", "   ", "？？？", "😀😀", "\x00\x01", "啊" * 10_000, "<script>alert(1)</script>", "' OR 1=1 --"]
)
def test_strange_input_is_decided_without_an_answer(strange: str, now: datetime) -> None:
    assert starter_service().decide(strange, region=None, now=now).kind in ("none", "choices")


@given(st.text(max_size=60))
def test_anything_at_all_is_decided(text: str) -> None:
    decision = starter_service().decide(text, region="320300", now=NOON)
    assert 0 <= decision.confidence <= 1
    assert len(decision.entries) <= 5
    assert len(decision.choices) <= MAX_CHOICES


def test_the_same_question_gets_the_same_decision(now: datetime) -> None:
    first = starter_service().decide("登记要什么材料", region=None, now=now)
    assert all(starter_service().decide("登记要什么材料", region=None, now=now) == first for _ in range(3))


CONFIDENCES = st.lists(st.floats(0, 1), max_size=6)


@given(CONFIDENCES, st.booleans(), st.booleans())
def test_no_verdict_names_what_has_no_confidence(sure: list[float], alike: bool, clashes: bool) -> None:
    standings = [
        Standing(str(at), value, kind_clashes=clashes, looks_like_best=at > 0 and alike)
        for at, value in enumerate(sorted(sure, reverse=True))
    ]
    loose = Thresholds(answer=0.0, margin=0.0, choices=0.0, choice=0.0, unknown_word=0.0)
    for bars in (Thresholds(), loose):
        verdict = decide(standings, bars)
        assert all(standings[int(offered)].confidence > 0 for offered in verdict.offered)
        assert len(verdict.offered) <= MAX_CHOICES
        assert bool(verdict.offered) == (verdict.kind != "none")


def test_a_clash_of_kinds_is_never_answered() -> None:
    assert decide([Standing("a", 0.99, kind_clashes=True)], Thresholds()).kind == "choices"

"""A question that leans on the last answer is read in its light; one that stands by itself never is."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.follow_up import Part, follow_up
from knowledge.faq.service import FaqService
from tests.conftest import NOON
from tests.knowledge.faq.base import entry, service_of, starter_service

LICENCE = entry("fee", "养犬证办理要收费吗？", paraphrases=("养犬证多少钱", "养犬证要交钱吗"))
PAPERS = entry("papers", "养犬证办理需要哪些材料？", paraphrases=("养犬证要带什么材料", "办养犬证准备什么"))
LOST = entry("lost", "停车卡遗失怎么补办？", answer="带身份证到窗口提交申请书，当场补发，不收费。")
STANDING = (
    "年报什么时候报|网站标识怎么申请|那年报什么时候报|法人证书的有效期是几年|你好|谢谢|你真棒|可以吗|量子纠缠|市公安局有多少编制"
    "|办理养犬证需要到现场吗"
)
BASE = (LICENCE, PAPERS, LOST, entry("other", "图书馆几点开门？"))


def following(service: FaqService, about: str, question: str) -> Part | None:
    entry_before = service.entry(about)
    assert entry_before is not None
    own = service.decide(question, region=None, now=NOON)
    return follow_up(service, question, own, about=entry_before, region=None, now=NOON)


def test_another_aspect_of_the_last_matter_is_answered_by_its_own_entry() -> None:
    part = following(service_of(*BASE), "fee", "那要带什么材料")
    assert part is not None
    assert part.decision.answer == PAPERS
    assert part.about == LICENCE


@pytest.mark.parametrize("question", ["要钱吗", "那要带什么材料呢", "多久能办好", "去哪里办啊"])
def test_the_last_entry_is_said_again_where_its_answer_tells_of_the_aspect(question: str) -> None:
    part = following(service_of(*BASE), "lost", question)
    assert part is not None
    assert part.decision.answer == LOST


def test_what_nobody_wrote_about_the_last_matter_is_not_answered_from_another() -> None:
    part = following(service_of(*BASE), "other", "要钱吗")
    assert part is not None
    assert (part.decision.kind, part.decision.choices) == ("none", ())


@pytest.mark.parametrize(
    ("about", "question", "expected"),
    [
        ("SL03", "多久能办好", "SL04"),
        ("SL03", "那注销呢", "ZX03"),
        ("ZX03", "设立的呢", "SL03"),
        ("ZS04", "要带什么材料", "ZS04"),
        ("WZ02", "那要带什么材料", "WZ02"),
        ("ZS04", "坏了呢", "ZS05"),
    ],
)
def test_the_starter_base_is_followed_up_rightly_or_with_a_choice(about: str, question: str, expected: str) -> None:
    part = following(starter_service(), about, question)
    assert part is not None
    first = part.decision.answer or part.decision.choices[0]
    assert first.id == expected


def test_where_several_kinds_fit_the_citizen_chooses() -> None:
    part = following(starter_service(), "SL03", "那变更呢")
    assert part is not None
    assert part.decision.kind == "choices"
    assert all("变更" in offered.question for offered in part.decision.choices)


@pytest.mark.parametrize("question", STANDING.split("|"))
def test_a_question_that_stands_by_itself_does_not_lean_on_the_last_answer(question: str) -> None:
    assert following(starter_service(), "ZS04", question) is None


def test_the_very_words_of_an_entry_stand_by_themselves() -> None:
    service = service_of(*BASE, entry("price", "要钱吗？"))
    assert following(service, "lost", "要钱吗") is None


@given(question=st.text("那要带什么材料多久呢注销设立坏了吗钱 办好费用", max_size=25))
def test_whatever_leans_on_an_answer_offers_what_may_answer(question: str) -> None:
    part = following(starter_service(), "SL03", question)
    if part is None:
        return
    decision = part.decision
    assert len(decision.entries) <= 5
    assert decision.offered == (len(decision.choices) or int(decision.kind == "answer"))
    assert (decision.kind == "none") == (decision.offered == 0)


def test_the_same_follow_up_gets_the_same_decision(now: datetime) -> None:
    assert following(starter_service(), "SL03", "多久能办好") == following(starter_service(), "SL03", "多久能办好")

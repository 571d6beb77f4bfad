"""A question is answered as it was meant; what was typed decides where it says something by itself."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest

from knowledge.faq.explaining import explained
from knowledge.faq.service import FaqService
from tests.knowledge.faq.base import entry, service_of


@cache
def service() -> FaqService:
    return service_of(
        entry("lost", "事业单位法人证书丢了怎么补办？", paraphrases=("法人证书遗失怎么办", "证书不见了怎么补")),
        entry("report", "年度报告什么时候报？", paraphrases=("年报几月交", "年度报告截止到哪天")),
        entry("chief", "更换法定代表人要交什么材料？", paraphrases=("法定代表人变更材料", "换了法人要带什么")),
        entry("icp", "网站没有ICP备案怎么办？", paraphrases=("ICP备案查不到",)),
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("事业单味法人证书丢了怎么补办", "lost"),
        ("事业单位法仁证书丢了怎么补办", "lost"),
        ("shiyedanwei faren zhengshu diule zenme buban", "lost"),
        ("年度bao gao什么时候报", "report"),
        ("年渡报告什么时候报", "report"),
        ("更换法定代表入要交什么材料", "chief"),
        ("網站沒有ICP備案怎麼辦", "icp"),
    ],
)
def test_a_question_with_a_slip_is_answered_as_it_was_meant(typed: str, meant: str, now: datetime) -> None:
    decision = service().decide(typed, region=None, now=now)
    assert decision.answer is not None
    assert decision.answer.id == meant


def test_what_was_mended_is_explained_in_the_words_that_were_typed(now: datetime) -> None:
    sections = explained(service().decide("請問，事業單味法人证书丢了怎么补办？", region=None, now=now))
    rows = dict(sections[0].rows)
    assert rows["改正"] == "事業單味 → 事业单位"
    assert rows["规范形式"] == "事业单味法人证书丢了怎么补办"


def test_a_question_without_a_slip_is_not_mended(now: datetime) -> None:
    decision = service().decide("事业单位法人证书丢了怎么补办", region=None, now=now)
    assert decision.explanation.mended == ()
    assert "改正" not in dict(explained(decision)[0].rows)


def test_small_talk_in_letters_is_small_talk(now: datetime) -> None:
    assert service().decide("ni hao", region=None, now=now).chitchat == "greeting"


def test_a_name_that_the_base_lacks_stays_a_name(now: datetime) -> None:
    assert service().decide("张味丹的电话", region=None, now=now).explanation.mended == ()

"""A word that may stand for one thing or another is asked back; it is never as good as what it may stand for."""

from __future__ import annotations

from datetime import datetime

import pytest

from knowledge.search.decision import MAX_CHOICES
from tests.knowledge.faq.base import entry, service_of, starter_service


@pytest.mark.parametrize(
    ("question", "term", "expected"),
    [
        ("换法人要什么材料", "法定代表人", "BG03"),
        ("撤销登记怎么办理", "注销登记", "ZX02"),
        ("换证要什么材料", "到期换领", "ZS02"),
        ("地址变了怎么办", "住所", "BG05"),
    ],
)
def test_what_a_word_may_stand_for_is_offered(question: str, term: str, expected: str, now: datetime) -> None:
    decision = starter_service().decide(question, region=None, now=now)
    assert decision.kind == "choices"
    assert term in decision.asked_back
    assert expected in [offered.id for offered in decision.choices]
    assert len(decision.choices) <= MAX_CHOICES


@pytest.mark.parametrize("question", ["法人证书丢了怎么办", "开办资金变化多少需要变更登记？", "事业单位法人证书有效期"])
def test_inside_a_longer_word_or_in_the_bases_own_words_it_is_not_asked_back(question: str, now: datetime) -> None:
    decision = starter_service().decide(question, region=None, now=now)
    assert (decision.kind, decision.asked_back) == ("answer", ())


def test_no_question_of_the_base_is_asked_back(now: datetime) -> None:
    service = starter_service()
    every = [variant for each in service._live.matching.entries.values() for variant in each.variants]
    assert [variant for variant in every if service.decide(variant, region=None, now=now).asked_back] == []


def test_nothing_is_answered_because_of_what_a_word_may_stand_for(now: datetime) -> None:
    service = service_of(entry("home", "单位住所变更登记要什么材料？"), entry("other", "图书馆几点开门？"))
    decision = service.decide("地址变更登记要什么材料", region=None, now=now)
    assert decision.kind == "choices"
    assert decision.asked_back == ("住所",)


def test_where_the_base_has_nothing_of_what_may_be_meant_it_is_not_offered(now: datetime) -> None:
    service = service_of(entry("a", "图书馆几点开门？"), entry("b", "停车卡丢了怎么补？"))
    assert service.decide("换法人要什么材料", region=None, now=now).asked_back == ()

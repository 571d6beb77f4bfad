"""However sure the base is, a question that names what the entry does not speak of is no question of the entry's."""

from __future__ import annotations

from datetime import datetime

import pytest

from knowledge.faq.decision import Decision
from knowledge.search.decision import Standing, Thresholds, decide
from knowledge.search.reading import negated, without_negated
from tests.knowledge.faq.base import entry, service_of, starter_service


def asked(question: str, now: datetime) -> Decision:
    return starter_service().decide(question, region=None, now=now)


@pytest.mark.parametrize(
    "question",
    ["会员卡过期了还能用吗", "合格证丢失怎么补办", "荣誉证书破损可以换新吗", "工作证丢了怎么补办"],
)
def test_a_document_that_the_base_does_not_have_is_not_answered_with_one_that_it_has(
    question: str, now: datetime
) -> None:
    decision = asked(question, now)
    assert decision.kind == "choices"
    assert "不在知识库中" in decision.explanation.reason


def test_a_question_that_shares_nothing_but_its_frame_is_not_answered(now: datetime) -> None:
    decision = asked("牛奶过期了还能喝吗", now)
    assert decision.kind != "answer"
    assert "牛奶" in decision.explanation.reason


@pytest.mark.parametrize("question", ["机关证书过期了还能用吗", "机关法人证丢了怎么办", "机关注销登记材料"])
def test_another_kind_of_unit_is_not_answered_with_what_holds_for_ours(question: str, now: datetime) -> None:
    assert asked(question, now).kind == "choices"


@pytest.mark.parametrize("question", ["事业单位证书过期了还能用吗", "事业单位注销登记的流程"])
def test_what_the_base_is_about_need_not_be_named_by_its_entries(question: str, now: datetime) -> None:
    assert asked(question, now).kind == "answer"


@pytest.mark.parametrize(
    "question",
    [
        "哪些情形要公开招聘",
        "哪些情况不能注销",
        "不用变更的情况有哪些",
        "不需要备案的单位有哪些",
        "不主动公开的信息有哪些",
        "没有丢失可以补领吗",
    ],
)
def test_the_opposite_is_never_answered(question: str, now: datetime) -> None:
    assert asked(question, now).kind != "answer"


@pytest.mark.parametrize("question", ["哪些情形不用公开招聘", "哪些情况需要办理注销登记", "二维码找不到"])
def test_a_denial_that_both_make_or_that_denies_nothing_of_the_entry_bars_nothing(question: str, now: datetime) -> None:
    assert asked(question, now).kind == "answer"


def test_what_an_entry_does_not_tell_is_not_answered_with_it(now: datetime) -> None:
    told = entry("told", "借书证怎么补办？", answer="请带身份证到前台，工本费10元。")
    silent = entry("silent", "阅览室的座位怎么预约？", answer="在前台登记即可。")
    service = service_of(told, silent)
    assert service.decide("补办借书证多少钱", region=None, now=now).answer is not None
    decision = service.decide("预约阅览室的座位多少钱", region=None, now=now)
    assert decision.kind != "answer"


def test_the_very_words_of_an_entry_are_answered_whatever_they_name(now: datetime) -> None:
    service = service_of(entry("a", "会员卡过期了还能用吗？"), entry("b", "借书证过期了还能用吗？"))
    assert service.decide("会员卡过期了还能用吗", region=None, now=now).answer is not None


def test_a_barred_one_is_offered_and_the_reason_is_told() -> None:
    verdict = decide([Standing("a", 0.99, barred="问的是另一件事")], Thresholds())
    assert (verdict.kind, verdict.offered) == ("choices", ("a",))
    assert verdict.reason == "问的是另一件事，请用户选择"


@pytest.mark.parametrize(
    ("form", "pairs"),
    [
        ("哪些情形不用公开招聘", {"公开"}),
        ("没有丢失可以补领吗", {"丢失"}),
        ("不需要备案的单位", {"备案"}),
        ("能不能公开", set()),
        ("要公开吗", set()),
    ],
)
def test_what_is_denied_is_told_from_what_is_only_asked(form: str, pairs: set[str]) -> None:
    assert negated(form) == pairs
    assert all(pair not in without_negated(form) for pair in pairs)


@pytest.mark.parametrize("letters", ["asdfgh", "110", "https://www.baidu.com"])
def test_letters_that_the_base_does_not_have_get_no_choices(letters: str, now: datetime) -> None:
    decision = asked(letters, now)
    assert (decision.kind, decision.entries) == ("none", ())

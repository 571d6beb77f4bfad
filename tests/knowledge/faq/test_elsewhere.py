"""Another office's matter is told where to go, never answered with what only sounds alike."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from knowledge.faq.elsewhere import FILE, elsewhere
from knowledge.faq.files import check_file
from knowledge.faq.several import understand
from tests.knowledge.faq.base import STARTER, entry, service_of, starter_service


@pytest.mark.parametrize(
    ("question", "office", "hotline"),
    [
        ("社保卡怎么补办", "人力资源社会保障部门", "12333"),
        ("驾照到期换证", "公安机关交通管理部门", "12123"),
        ("公積金怎麼提取", "住房公积金管理中心", "12329"),
        ("医保怎么报销", "医疗保障部门", "12393"),
        ("公司注册流程", "市场监督管理部门", "12315"),
        ("身份证丢了怎么办", "公安机关", ""),
        ("结婚登记要什么材料", "民政部门", ""),
        ("毕业证丢了怎么补", "教育部门", ""),
        ("公司年报填错了怎么改", "市场监督管理部门", "12315"),
        ("公司章程修改后要备案吗", "市场监督管理部门", "12315"),
    ],
)
def test_a_matter_of_another_office_is_told_whose_it_is(
    question: str, office: str, hotline: str, now: datetime
) -> None:
    decision = starter_service().decide(question, region=None, now=now)
    assert decision.elsewhere is not None
    assert (decision.kind, decision.entries) == ("none", ())
    assert (decision.elsewhere.office, decision.elsewhere.hotline) == (office, hotline)


@pytest.mark.parametrize(
    "question",
    [
        "法人证书丢了怎么补办",
        "事业单位职工的社保在哪交",
        "编外人员社保谁管",
        "变更法定代表人要带身份证吗",
        "年报里社保人数怎么填",
        "退休审批后怎么下编",
        "法定代表人身份证到期要变更吗",
    ],
)
def test_what_names_our_own_matter_is_never_sent_away(question: str, now: datetime) -> None:
    assert starter_service().decide(question, region=None, now=now).elsewhere is None


def test_what_the_base_itself_speaks_of_keeps_its_answer(now: datetime) -> None:
    service = service_of(entry("A", "社保卡怎么补办", answer="到二楼窗口补办。"), entry("B", "年报什么时候报"))
    decision = service.decide("社保卡补办去哪里", region=None, now=now)
    assert decision.elsewhere is None
    assert [each.id for each in decision.entries[:1]] == ["A"]


def test_beside_a_question_of_ours_both_are_told(now: datetime) -> None:
    message = "社保卡怎么补办？另外法人证书丢了怎么补领？"
    first, second = understand(starter_service(), message, region=None, now=now).parts
    assert first.decision.elsewhere is not None
    assert second.decision.answer is not None
    assert second.decision.answer.id == "ZS04"


def test_every_line_of_the_table_names_an_office_and_only_national_hotlines() -> None:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines:
        matter, office, hotline, phrases = line.split("\t")
        assert all((matter, office, *phrases.split(",")))
        assert re.fullmatch(r"12\d{3}|", hotline)


def test_no_question_of_the_starter_base_is_sent_away() -> None:
    variants = [variant for each in check_file(STARTER).entries for variant in each.variants]
    assert [variant for variant in variants if elsewhere(variant, ())] == []

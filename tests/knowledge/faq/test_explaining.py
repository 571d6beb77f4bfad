"""Each step of a decision can be read by people."""

from __future__ import annotations

from datetime import datetime

from knowledge.faq.explaining import explain
from tests.knowledge.faq.base import starter_service


def test_each_step_of_a_decision_is_shown(now: datetime) -> None:
    sections = explain(starter_service(), "请问法人证丢了怎么办？", region=None, now=now)
    rows = {section.title: dict(section.rows) for section in sections}
    assert rows["读懂问题"]["原问题"] == "请问法人证丢了怎么办？"
    assert rows["读懂问题"]["规范形式"] == "法人证丢了怎么办"
    assert "ZS04" in rows["候选1"]["条目"]
    assert "passage_signs=" in rows["候选1"]["特征"]
    assert rows["决定"]["决定"] == "直接回答"
    assert {"门槛", "领先幅度", "都不是的可能", "理由", "知识库版本"} <= rows["决定"].keys()


def test_what_has_no_candidate_is_explained_too(now: datetime) -> None:
    sections = explain(starter_service(), "你好", region=None, now=now)
    assert [section.title for section in sections] == ["读懂问题", "决定"]
    assert dict(sections[-1].rows)["决定"] == "不回答"


def test_several_questions_are_shown_apart(now: datetime) -> None:
    message = "设立登记要哪些材料？年报什么时候报？网站标识怎么申请？编办的电话是多少？"
    sections = explain(starter_service(), message, region=None, now=now)
    assert sections[0].rows[0] == ("问题1", "设立登记要哪些材料？")
    assert sections[0].rows[-1] == ("留待点选", "编办的电话是多少？")
    assert [section.title for section in sections if section.title.endswith("决定")] == [
        "问题1 决定",
        "问题2 决定",
        "问题3 决定",
    ]


def test_what_leans_on_the_last_answer_is_shown_as_it_was_looked_up(now: datetime) -> None:
    service = starter_service()
    sections = explain(service, "多久能办好", region=None, now=now, after=service.entry("SL03"))
    leaning = dict(sections[0].rows)
    assert leaning["上一条"].startswith("SL03")
    assert leaning["按此查找"].endswith("多久能办好")
    assert dict(sections[-1].rows)["理由"].startswith("接着上一条")

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

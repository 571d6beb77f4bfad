"""A year of questions, invented the same way each time: busy mornings, quiet week-ends, a base that gets better."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from knowledge.faq.entry import Entry
from knowledge.faq.questions import QuestionRecord
from knowledge.numbers.days import midnight
from tests.knowledge.numbers.asked import at

DAYS = 366
CATEGORIES = ("设立登记", "变更登记", "注销登记", "年度报告", "机构编制", "实名制", "")
REGIONS = ("320300", "320305", "320311", "320000", None)
ASKED_IN_VAIN = (
    "公章刻错了怎么办", "法人证书正本能不能打印", "窗口中午上班吗", "退休人员怎么减员", "能不能周末办理",
    "网上申报系统登不进去一直显示正在加载是什么原因应该怎么处理", "<b>乡镇</b>事业站所归谁管", "=cmd|' /C calc'!A0",
)  # fmt: skip


def entries() -> list[Entry]:
    return [
        Entry(
            id=f"ZS{n:02}", question=f"事业单位办理{CATEGORIES[n % 7] or '其他事项'}需要哪些材料（第{n}种情形）？",
            answer="请到前台办理。", category=CATEGORIES[n % 7], verified=True,
            review_on=date(2026, 6, 1) if n % 9 == 0 else None,
        )
        for n in range(40)
    ]  # fmt: skip


def a_year(last: date, *, a_day: int = 40) -> Iterator[QuestionRecord]:
    """About ``a_day`` on a working day, up to and including ``last``."""
    chance = random.Random(20261123)
    for ago in range(DAYS - 1, -1, -1):
        day = last - timedelta(days=ago)
        busy = 0.2 if day.weekday() >= 5 else 1.0
        for _ in range(round(a_day * busy * chance.uniform(0.7, 1.3))):
            yield _one(
                chance, midnight(day) + timedelta(seconds=chance.triangular(7, 23, 10) * 3600), better=1 - ago / DAYS
            )


def _one(chance: random.Random, moment: datetime, *, better: float) -> QuestionRecord:
    weights = (0.55 + 0.25 * better, 0.15, 0.25 - 0.2 * better, 0.02, 0.06, 0.03, 0.05, 0.02)
    names = ("answer", "choices", "none", "sensitive", "chitchat", "elsewhere", "useful", "useless")
    [decision] = chance.choices(names, weights)
    found = decision in ("answer", "choices", "useful", "useless")
    return replace(
        at(moment),
        region=chance.choice(REGIONS),
        decision=decision,
        entry_id=f"ZS{int(chance.paretovariate(0.7)) % 34:02}" if found else None,
        text=chance.choice(ASKED_IN_VAIN) if decision == "none" else "",
        milliseconds=round(chance.expovariate(1 / 4)) + (900 if chance.random() < 0.03 else 0),
    )

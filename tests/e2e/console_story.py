"""What the bureau's staff do at the console, step by step as they see it."""

from __future__ import annotations

from tests.api.console.visit import Visit
from tests.e2e.staff import Staff

QUESTION = "编办的示例陈列室周末开放吗？"
ANSWER = "示例陈列室周末上午开放，凭预约进入。"


def written(visit: Visit, question: str, answer: str) -> None:
    """A new entry, handed on for review."""
    visit.open("drafts")
    visit.presses("写新条目")
    fills(visit, question=question, answer=answer, review_on="2027-11-01")
    visit.presses("保存并提交审核")
    visit.sees("已提交，等待另一个人审核。")


def fills(visit: Visit, **fields: str) -> None:
    for column, text in fields.items():
        visit.page.locator(f"#field-{column}").fill(text)


def approved(staff: Staff, question: str, *, reviewer: str) -> None:
    """What waits under this question is reviewed and cleared."""
    for name, state, button, told in (
        (reviewer, "review", "审核通过", "审核通过，等待保密审查。"),
        ("secrecy", "secrecy", "保密审查通过", "保密审查通过，可以发布了。"),
    ):
        visit = staff.at_desk(name)
        visit.open(f"drafts?state={state}")
        visit.page.get_by_role("link", name=question).click()
        visit.presses(button)
        visit.sees(told)


def published(staff: Staff, *, reviewer: str, shown: str) -> None:
    """All that is approved is compared with the live base, looked at and published."""
    visit = staff.at_desk(reviewer)
    visit.open("publishing")
    visit.presses("比对勾选的草稿")
    visit.sees("可以发布")
    visit.sees(shown)
    visit.presses("现在发布")
    visit.sees("已发布，5 秒内生效")

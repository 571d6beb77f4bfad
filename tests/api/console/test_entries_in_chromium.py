"""Writing and passing an entry in a real chromium, at the width of a phone and of a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.queries import bump_version, save_entry
from knowledge.staff.rights import Role
from tests.api.chromium import CHROMIUM, DESK, PHONE
from tests.api.console.conftest import ENTRIES
from tests.api.console.people import GOOD_PASSWORD, hire
from tests.api.console.test_in_chromium import Visit, chromium, playwright
from tests.api.console.visitor import Console
from tests.api.live import LiveServer

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
ANSWER = "可以在一楼休息区用餐。"
STAFF = {"writer": (Role.EDITOR, Role.REVIEWER), "second": (Role.REVIEWER,), "guard": (Role.SECRECY,)}


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def desks(
    request: pytest.FixtureRequest,
    chromium: playwright.Browser,
    console: Console,
    sessions: sessionmaker[Session],
    now: datetime,
) -> Iterator[dict[str, Visit]]:
    """Each of the staff before a browser of his own, signed in."""
    with sessions.begin() as session:
        for each in ENTRIES:
            save_entry(session, entry=each, now=now)
        bump_version(session, now=now)
    for name, roles in STAFF.items():
        hire(sessions, *roles, name=name, now=now)
    with LiveServer(console.app) as server:
        contexts = {name: chromium.new_context(viewport=request.param, locale="zh-CN") for name in STAFF}
        visits = {name: Visit(context.new_page(), server.url) for name, context in contexts.items()}
        for name, visit in visits.items():
            signs_in(visit, name)
        yield visits
        for name, context in contexts.items():
            context.close()
            assert visits[name].outside == []
            assert visits[name].complaints == []


def signs_in(visit: Visit, name: str) -> None:
    visit.open("login")
    visit.page.get_by_label("用户名").fill(name)
    visit.page.get_by_label("密码").fill(GOOD_PASSWORD)
    visit.presses("登录")
    playwright.expect(visit.page.get_by_role("heading", level=1)).to_have_text("首页")


def fills(visit: Visit, **fields: str) -> None:
    for column, text in fields.items():
        visit.page.locator(f"#field-{column}").fill(text)


def test_an_entry_is_written_checked_while_typing_and_passed_by_others(desks: dict[str, Visit]) -> None:
    writer, second, guard = desks["writer"], desks["second"], desks["guard"]
    writer.open("drafts")
    writer.presses("写新条目")
    fills(writer, question="图书室几点开门？", answer="请打 13900000000", review_on="2027-01-01")
    writer.sees("像是手机号")
    writer.sees("问法相同")
    playwright.expect(writer.page.locator(".bubble")).to_contain_text("请打 13900000000")
    fills(writer, question="能在馆里吃饭吗？", answer=ANSWER)
    playwright.expect(writer.page.locator(".bubble")).to_contain_text(ANSWER)
    playwright.expect(writer.page.get_by_text("像是手机号")).to_have_count(0)
    writer.presses("保存并提交审核")
    writer.sees("已提交，等待另一个人审核。")
    writer.page.get_by_role("link", name="能在馆里吃饭吗？").click()
    writer.presses("审核通过")
    writer.sees("这份草稿有您写的内容，须由另一个人审核")

    second.open("drafts?state=review")
    second.page.get_by_role("link", name="能在馆里吃饭吗？").click()
    second.sees(ANSWER)
    second.presses("审核通过")
    second.sees("审核通过，等待保密审查。")

    guard.open("drafts?state=secrecy")
    guard.page.get_by_role("link", name="能在馆里吃饭吗？").click()
    guard.presses("保密审查通过")
    guard.sees("保密审查通过，可以发布了。")
    guard.sees("second")


def test_the_second_of_two_who_edit_finds_both_texts_and_loses_nothing(desks: dict[str, Visit]) -> None:
    writer, second = desks["writer"], desks["second"]
    writer.open("entry?id=K2")
    writer.presses("修改")
    second.open("entry?id=K2")
    second.page.get_by_role("link", name="打开草稿").click()
    fills(writer, answer="满四年可以换新。")
    writer.presses("保存")
    writer.sees("已保存")
    fills(second, answer="满三年可以换新。")
    second.presses("保存")
    second.sees("有人刚改过这份草稿")
    second.complaints.clear()  # chromium notes the refused form itself: 409
    second.sees("满四年可以换新。")
    assert second.page.get_by_label("我写的").input_value() == "满三年可以换新。"
    second.presses("以我的为准再存一次")
    second.sees("已保存")
    assert second.page.locator("#field-answer").input_value() == "满三年可以换新。"


def test_every_page_of_the_entries_fits_the_screen(desks: dict[str, Visit]) -> None:
    second = desks["second"]
    for path in ("entries/list", "entry?id=K1", "entry/versions?id=K1", "entry/diff?id=K1&to=1", "drafts", "laws"):
        second.open(path)

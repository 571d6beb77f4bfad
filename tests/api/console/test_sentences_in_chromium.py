"""Sentences and menus in a real chromium: what is typed is judged and shown as on the phone before it is saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.staff.rights import Role
from tests.api.chromium import CHROMIUM
from tests.api.console.test_in_chromium import chromium, visit
from tests.api.console.visit import Visit

__all__ = ["chromium", "visit"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
playwright = pytest.importorskip("playwright.sync_api")


def test_a_welcome_is_judged_shown_saved_and_reset(visit: Visit) -> None:
    page = visit.page
    page.on("dialog", lambda dialog: dialog.accept())
    visit.enter(Role.ADMIN)
    visit.open("sentences")
    page.get_by_role("link", name="关注时的欢迎语").click()
    page.get_by_label("公众号说的话").fill("欢迎光临！")
    visit.sees("缺少 {bureau}，请补上")
    page.get_by_label("公众号说的话").fill("这里是{bureau}，请直接提问。")
    visit.sees("这里是本号，请直接提问。")
    visit.presses("保存")
    visit.sees("已保存，5 秒内生效")
    visit.presses("恢复原话")
    visit.sees("已恢复原话")


def test_a_menu_is_judged_shown_saved_and_pushed(visit: Visit) -> None:
    page = visit.page
    page.on("dialog", lambda dialog: dialog.accept())
    visit.enter(Role.ADMIN)
    visit.open("menus")
    page.get_by_role("link", name="nation").click()
    page.get_by_label("第 3 栏第 5 项名称").fill("办事大厅")
    visit.sees("第 3 栏第 5 项没有选“点了做什么”")
    page.get_by_label("第 3 栏第 5 项点了做什么").select_option(label="回复“人工”")
    playwright.expect(page.locator("#menu-preview .alert")).to_have_count(0)
    playwright.expect(page.locator("#menu-preview .menu-item").filter(has_text="办事大厅")).to_be_visible()
    visit.presses("保存")
    visit.sees("已保存，还没有推送")
    visit.presses("推送到公众号")
    visit.sees("已开始推送")

"""An administrator with a real browser: an account is made on a phone and at a desk, and its owner comes in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit.events import Actor
from knowledge.staff.people import disable
from knowledge.staff.rights import Role
from tests.api.chromium import CHROMIUM
from tests.api.console.people import GOOD_PASSWORD, hire
from tests.api.console.test_in_chromium import chromium, visit
from tests.api.console.visit import Visit

__all__ = ["chromium", "visit"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
playwright = pytest.importorskip("playwright.sync_api")


def leave(visit: Visit) -> None:
    visit.page.context.clear_cookies()


def test_an_account_is_made_given_roles_and_confirmed_by_a_second_person(
    visit: Visit, sessions: sessionmaker[Session], now: datetime
) -> None:
    hire(sessions, Role.SECRECY, name="bao", now=now)
    visit.enter(Role.ADMIN)
    visit.open("people")
    visit.page.get_by_text("新建账号").click()
    visit.page.get_by_label("用户名", exact=True).fill("zhang")
    visit.page.get_by_label("显示名（可不填）").fill("张审计")
    visit.presses("新建")
    visit.sees("一次性密码只显示这一次")
    password = visit.page.locator("#one-time").input_value()
    visit.page.get_by_label("角色", exact=True).select_option("auditor")
    visit.presses("授予")
    visit.sees("由保密审查人员确认后才生效")
    leave(visit)

    visit.sign_in("bao", GOOD_PASSWORD)
    visit.open("grants")
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.page.get_by_role("button", name="确认zhang的审计员").click()
    visit.sees("没有等您确认的角色")
    leave(visit)

    visit.sign_in("zhang", password)
    for label, typed in (("原密码", password), ("新密码（", GOOD_PASSWORD), ("再输一次新密码", GOOD_PASSWORD)):
        visit.page.get_by_label(label).fill(typed)
    visit.presses("保存")
    visit.open("people")
    playwright.expect(visit.page.get_by_role("link", name="zhang 张审计")).to_be_visible()


def test_a_colleague_is_let_out_and_in_again(visit: Visit, sessions: sessionmaker[Session], now: datetime) -> None:
    zhang = hire(sessions, Role.HANDLER, name="zhang", region="320300", now=now)
    visit.enter(Role.ADMIN)
    visit.open(f"people/{zhang}")
    visit.sees("办理（江苏省 320300")
    visit.page.on("dialog", lambda dialog: dialog.accept())
    visit.presses("停用")
    visit.sees("本人已退出登录")
    visit.presses("重新启用")
    visit.sees("已重新启用")
    visit.page.get_by_role("button", name="收回办理").click()
    visit.sees("已收回角色")


def test_who_looks_back_reads_both_logs_and_verifies_the_chain(
    visit: Visit, sessions: sessionmaker[Session], now: datetime
) -> None:
    zhang = hire(sessions, Role.HANDLER, name="zhang", now=now)
    with sessions.begin() as session:
        disable(session, staff_id=zhang, by=Actor(name="li"), now=now, reason="调离")
    visit.enter(Role.AUDITOR)
    visit.open("sign-ins")
    visit.sees("来自 127.0.0.1")
    visit.open("audit")
    visit.page.get_by_label("做了什么").select_option(label="停用账号")
    visit.page.get_by_label("从").fill("2026-11-23")
    visit.presses("查找")
    visit.page.get_by_role("link", name="停用账号").click()
    visit.sees("与内容相符")
    visit.sees("调离")
    visit.page.get_by_role("link", name="← 审计日志").click()
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.presses("现在核对")
    visit.sees("从第 1 条起核对了 1 条")

"""The console in a real chromium, at the width of a phone and of a desk: it asks no other host for anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.staff.rights import Role
from tests.api.chromium import CHROMIUM, DESK, PHONE, QUIET
from tests.api.console.people import GOOD_PASSWORD
from tests.api.console.visit import Visit
from tests.api.console.visitor import Console
from tests.api.live import LiveServer
from tests.knowledge.curation.people import put
from tests.knowledge.faq.base import entry

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
playwright = pytest.importorskip("playwright.sync_api")

LISTS = ("", "feedback/list", "missed", "entries/list", "gaps/list", "unknown-updates/list")
EVERYTHING = (Role.EDITOR, Role.HANDLER, Role.ADMIN)


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def visit(
    request: pytest.FixtureRequest,
    chromium: playwright.Browser,
    console: Console,
    sessions: sessionmaker[Session],
    now: datetime,
) -> Iterator[Visit]:
    with LiveServer(console.app) as server:
        context = chromium.new_context(viewport=request.param, locale="zh-CN")
        visit = Visit(context.new_page(), server.url, sessions, now)
        yield visit
        context.close()
        assert visit.outside == []
        assert visit.complaints == []


def test_the_first_account_signs_in_and_must_choose_a_password(visit: Visit, one_time: str) -> None:
    visit.sign_in("admin", one_time)
    for label, typed in (("原密码", one_time), ("新密码（", GOOD_PASSWORD), ("再输一次新密码", GOOD_PASSWORD)):
        visit.page.get_by_label(label).fill(typed)
    visit.presses("保存")
    visit.sees("平台回传了本台没有的编号")


def test_every_list_opens_without_another_host(visit: Visit) -> None:
    visit.enter(*EVERYTHING)
    for path in LISTS:
        visit.open(path)


@pytest.fixture
def entries(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions() as session:
        put(session, *(entry(f"K{number}", f"公章刻错了怎么办（{number}）") for number in range(30)), now=now)


@pytest.mark.usefixtures("entries")
def test_a_list_is_paged_and_filtered_under_the_strict_policy(visit: Visit) -> None:
    """All that the library's scripts and style attributes do on a list."""
    visit.enter(*EVERYTHING)
    visit.open("entries/list")
    page = visit.page
    page.get_by_label("每页显示").select_option(label="25")
    page.wait_for_url("**page_size=25*")
    page.get_by_role("button", name="筛选").click()
    page.locator("#add-filter-row").click()
    page.locator('[data-sa-hook="filter-row-op"]').first.select_option(label="等于")
    page.locator('[data-sa-hook="filter-row-value"]').first.fill("K7")
    page.get_by_role("button", name="应用筛选").click()
    page.wait_for_url("**filter=*")
    assert page.locator("tbody tr").count() == 1


def test_a_refused_page_says_so_in_the_consoles_own_frame(visit: Visit) -> None:
    visit.enter(Role.ADMIN)
    visit.open("feedback/list")
    visit.sees("您的角色不能使用这项功能")
    visit.complaints.clear()  # chromium notes the refusal itself: 403


def test_a_question_is_tried_and_a_tap_goes_on(visit: Visit) -> None:
    visit.enter(Role.EDITOR)
    visit.open("trial")
    visit.page.get_by_label("群众的问题").fill("图书室几点开门？<img src='https://elsewhere.example/x.png'>")
    visit.presses("试问")
    visit.sees("群众看到的答复")
    visit.page.get_by_label("群众的问题").fill("借书卡怎么办")
    visit.presses("试问")
    visit.sees("您想问的是哪一个")
    visit.presses("借书卡怎么换新？")
    visit.sees("满五年可以换新。")
    visit.sees("置信度")


def test_a_word_is_added_changed_searched_and_removed(visit: Visit) -> None:
    visit.enter(Role.EDITOR)
    visit.open("dictionary?kind=synonym")
    visit.page.get_by_label("规范说法").fill("借书卡")
    visit.page.get_by_label("同义的说法").fill("借书证、借书卡")
    visit.presses("添加")
    visit.sees("不能是它自己的同义词")
    visit.complaints.clear()  # chromium notes the refused form itself: 422
    visit.page.get_by_label("同义的说法").fill("借书证")
    visit.presses("添加")
    visit.sees("已保存“借书卡”")
    visit.page.get_by_label("查找词语").fill("借书证")
    visit.presses("查找")
    visit.page.get_by_role("link", name="借书卡 = 借书证").click()
    visit.page.get_by_label("同义的说法").fill("借书证、读者证")
    visit.presses("保存")
    visit.sees("借书证、读者证")
    visit.page.get_by_role("link", name="借书卡 = 借书证").click()
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.presses("删除这一条")
    visit.sees("已删除“借书卡”")
    visit.sees("还没有添加过")

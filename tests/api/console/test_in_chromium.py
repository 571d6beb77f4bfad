"""The console in a real chromium, at the width of a phone and of a desk: it asks no other host for anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.api.chromium import CHROMIUM, DESK, PHONE, QUIET
from tests.api.console.visitor import GOOD_PASSWORD, Console
from tests.api.live import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
playwright = pytest.importorskip("playwright.sync_api")

LISTS = ("", "feedback/list", "missed/list", "entries/list", "gaps/list", "unknown-updates/list")
WAIT_MS = 20_000  # a page takes a tenth of a second; a loaded machine may take its time


@dataclass
class Visit:
    """A page that notes every request to another host and everything that the browser complains of."""

    page: playwright.Page
    base: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("request", lambda r: None if r.url.startswith(self.base) else self.outside.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}/console/{path}")
        self.fits()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, words: str) -> None:
        playwright.expect(self.page.get_by_text(words).first).to_be_visible(timeout=WAIT_MS)
        self.fits()

    def fits(self) -> None:
        """Nothing sticks out to the right; a wide table scrolls in itself."""
        over = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{self.page.url}: {over} px too wide"

    def enter(self, one_time: str) -> None:
        self.open("login")
        self.page.get_by_label("用户名").fill("admin")
        self.page.get_by_label("密码").fill(one_time)
        self.presses("登录")
        for label, typed in (("原密码", one_time), ("新密码（", GOOD_PASSWORD), ("再输一次新密码", GOOD_PASSWORD)):
            self.page.get_by_label(label).fill(typed)
        self.presses("保存")
        self.sees("未办结的反馈")


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def visit(
    request: pytest.FixtureRequest, chromium: playwright.Browser, console: Console, one_time: str
) -> Iterator[Visit]:
    with LiveServer(console.app) as server:
        context = chromium.new_context(viewport=request.param, locale="zh-CN")
        visit = Visit(context.new_page(), server.url)
        visit.enter(one_time)
        yield visit
        context.close()
        assert visit.outside == []
        assert visit.complaints == []


def test_every_list_opens_without_another_host(visit: Visit) -> None:
    for path in LISTS:
        visit.open(path)


def test_a_question_is_tried_and_a_tap_goes_on(visit: Visit) -> None:
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

"""The page of figures in a real chromium, with a year of questions, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.calendar import shanghai_day
from knowledge.faq.queries import save_entry
from knowledge.faq.questions import save_questions
from knowledge.staff.rights import Role
from tests.api.chromium import CHROMIUM, DESK, PHONE
from tests.api.console.people import GOOD_PASSWORD, hire
from tests.api.console.test_in_chromium import chromium
from tests.api.console.visitor import Console
from tests.api.live import LiveServer
from tests.conftest import NOON
from tests.knowledge.numbers.year import a_year, entries

__all__ = ["chromium"]
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

WAIT_MS = 60_000  # a loaded machine may take its time
YEAR = "numbers?from=2025-11-24&to=2026-11-23"
# How far a word of the shown chart sticks out of its picture, or into the word before it in the same row: in pixels.
CROWDED = """() => {
    const chart = [...document.querySelectorAll('svg.chart')].filter(each => each.getBoundingClientRect().width > 0);
    let worst = 0;
    for (const svg of chart) {
        const frame = svg.getBoundingClientRect();
        const words = [...svg.querySelectorAll('text')].map(each => each.getBoundingClientRect());
        for (const word of words) worst = Math.max(worst, frame.left - word.left, word.right - frame.right);
        for (const a of words) for (const b of words) {
            const level = Math.abs(a.top - b.top) < 2 && a.left < b.left;
            if (level) worst = Math.max(worst, a.right - b.left);
        }
    }
    return [chart.length, worst];
}"""


SMALLEST = """Math.min(...[...document.querySelectorAll('svg.chart text')]
    .map(word => word.getBoundingClientRect().height).filter(high => high > 0))"""
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(
    request: pytest.FixtureRequest, chromium: playwright.Browser, console: Console, sessions: sessionmaker[Session]
) -> Iterator[playwright.Page]:
    """An editor's, on the page of figures of the last year. Fails for whatever the browser complains of."""
    _fill(sessions)
    hire(sessions, Role.EDITOR, name="editor", now=NOON)
    complaints: list[str] = []
    with LiveServer(console.app) as server:
        context = chromium.new_context(viewport=request.param, locale="zh-CN", base_url=f"{server.url}/console/")
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("login")
        page.get_by_label("用户名").fill("editor")
        page.get_by_label("密码").fill(GOOD_PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.goto(YEAR)
        yield page
        context.close()
    assert complaints == []


def _fill(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for entry in entries():
            save_entry(session, entry=entry, now=NOON)
        save_questions(session, list(a_year(shanghai_day(NOON))))


def test_any_period_can_be_read_at_either_width(page: playwright.Page) -> None:
    for days in (YEAR, "numbers", "numbers?from=2026-06-24&to=2026-11-23", "numbers?from=2026-11-17&to=2026-11-23"):
        page.goto(days)
        charts, crowded = page.evaluate(CROWDED)
        assert charts == 2, "one drawing of each chart is shown"
        assert crowded <= 1, f"{days}: words of a chart touch by {crowded} px"
        assert page.evaluate(SMALLEST) >= 11, "too small to read"
        assert page.evaluate(TOO_WIDE) <= 0, days


def test_a_chart_opens_its_table_and_the_form_narrows_what_is_downloaded(page: playwright.Page) -> None:
    page.get_by_text("表格").first.click()
    playwright.expect(page.get_by_role("rowheader", name="2026-03")).to_be_visible()
    assert page.evaluate(TOO_WIDE) <= 0
    page.get_by_label("类别", exact=True).select_option("设立登记")
    page.get_by_role("button", name="查看").click()
    playwright.expect(page.get_by_text("按类别看时").first).to_be_visible()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="下载 CSV：按天").click()
    assert downloaded.value.suggested_filename == "numbers-days-2025-11-24-2026-11-23.csv"
    assert "topic=" in downloaded.value.url


def test_axe_finds_nothing_serious(page: playwright.Page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for table in page.get_by_text("表格").all():
        table.click()
    found = axe.Axe().run(page, context="[role=main]").response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []

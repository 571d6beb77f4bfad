"""The upkeep of the base as the bureau's staff and the citizens live it: in real browsers, on the running product."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.api.chromium import CHROMIUM, QUIET
from tests.api.console.visit import Visit
from tests.e2e.console_story import ANSWER, QUESTION, approved, fills, published, written
from tests.e2e.far_side import until
from tests.e2e.phone import Phone
from tests.e2e.product import RunningProduct
from tests.e2e.staff import Staff, playwright

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
]

FRESH_SECONDS = 5.0  # the issue's: what is published is answered within five seconds
FIRST, SECOND = ANSWER, "示例陈列室周末全天开放，不用预约。"


@pytest.fixture(scope="session")
def hired() -> dict[str, str]:
    """The passwords of this session: whoever has signed in once has one of his own."""
    return {}


@pytest.fixture
def staff(demo: RunningProduct, hired: dict[str, str]) -> Iterator[Staff]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        staff = Staff(demo, browser, one_time=hired)
        yield staff
        staff.go_home()
        browser.close()


def hears(phone: Phone, question: str, answer: str) -> Callable[[], bool]:
    return lambda: answer in phone.says(question)


def test_what_one_person_writes_and_others_pass_is_answered_within_five_seconds(staff: Staff) -> None:
    """And a version of before, brought back, goes the same way."""
    staff.hire("colleague", role="reviewer")
    phone = Phone(staff.product.url)
    assert FIRST not in phone.says(QUESTION)

    writer = staff.at_desk("reviewer")
    written(writer, QUESTION, FIRST)
    writer.open("drafts?state=review")
    writer.page.get_by_role("link", name=QUESTION).click()
    writer.presses("审核通过")
    writer.sees("这份草稿有您写的内容，须由另一个人审核")
    approved(staff, QUESTION, reviewer="colleague")
    published(staff, reviewer="colleague", shown=FIRST)
    until(hears(phone, QUESTION, FIRST), FRESH_SECONDS)

    change_the_answer(staff, SECOND)
    until(hears(phone, QUESTION, SECOND), FRESH_SECONDS)

    bring_back_the_first_version(staff)
    until(hears(phone, QUESTION, FIRST), FRESH_SECONDS)


def change_the_answer(staff: Staff, answer: str) -> None:
    editor = staff.at_desk("editor")
    editor.open("entries/list?q=示例陈列室")
    editor.page.get_by_role("link", name=re.compile("示例陈列室")).first.click()
    editor.presses("修改")
    fills(editor, answer=answer)
    editor.presses("保存并提交审核")
    editor.sees("已提交，等待另一个人审核。")
    approved(staff, QUESTION, reviewer="colleague")
    published(staff, reviewer="colleague", shown=answer)


def bring_back_the_first_version(staff: Staff) -> None:
    editor = staff.at_desk("editor")
    editor.open("entries/list?q=示例陈列室")
    editor.page.get_by_role("link", name=re.compile("示例陈列室")).first.click()
    editor.page.get_by_role("button", name="恢复").last.click()
    playwright.expect(editor.page.locator("#field-answer")).to_have_value(FIRST)
    editor.presses("保存并提交审核")
    editor.sees("已提交，等待另一个人审核。")
    approved(staff, QUESTION, reviewer="reviewer")
    published(staff, reviewer="reviewer", shown=FIRST)


def test_what_was_missed_becomes_a_wording_and_who_asked_is_told(staff: Staff) -> None:
    phone, asked = Phone(staff.product.url, number=2), "红戳子裂了"
    phone.says(asked)
    assert "补上答案后会告诉您" in phone.says("有答案时告诉我")

    editor = staff.at_desk("editor")
    until(lambda: is_listed(editor, asked))
    editor.page.get_by_role("link", name=asked).click()
    editor.sees("等答案的群众")
    editor.page.get_by_label("查找别的条目").fill("刻章和开户")
    editor.page.get_by_role("search").filter(has=editor.page.get_by_label("查找别的条目")).get_by_role("button").click()
    entry = editor.page.locator(".list-group-item").filter(has_text="SL09")
    entry.get_by_role("button", name="把勾选的问法加到这一条").click()
    fills(editor, owner="editor", review_on="2027-11-01")
    editor.presses("保存并提交审核")
    editor.sees("已提交，等待另一个人审核。")
    approved(staff, "拿到法人证书后，刻章和开户怎么办？", reviewer="reviewer")
    published(staff, reviewer="reviewer", shown=asked)

    [news] = until(phone.pushed)
    assert "现在有答案了" in news
    until(hears(phone, asked, "刻"), FRESH_SECONDS)
    assert phone.pushed() == [news]


def is_listed(editor: Visit, question: str) -> bool:
    editor.open("missed")
    return bool(editor.page.get_by_role("link", name=question).count())


def test_a_file_with_errors_is_shown_row_by_row_and_changes_nothing(staff: Staff, tmp_path: Path) -> None:
    before = Phone(staff.product.url, number=3).says("示例问题甲怎么办")
    file = tmp_path / "带错.csv"
    file.write_text("id,question,answer\nX1,示例问题甲怎么办？,答甲\nX2,,没有问题\n", encoding="utf-8")
    editor = staff.at_desk("editor")
    editor.open("imports")
    editor.page.get_by_label("文件").set_input_files(file)
    editor.presses("上传并核对")
    editor.sees("有 1 处错误，所以不能写入")
    editor.sees("第 3 行 问题：不能为空")
    assert Phone(staff.product.url, number=3).says("示例问题甲怎么办") == before


@pytest.mark.parametrize(
    ("name", "opens", "lacks"),
    [
        ("editor", "知识库条目", "账号"),
        ("handler", "反馈", "词典"),
        ("admin", "账号", "反馈处理"),
        ("auditor", "审计日志", "试问"),
    ],
)
def test_each_role_sees_only_its_own_menu(staff: Staff, name: str, opens: str, lacks: str) -> None:
    visit = staff.at_desk(name)
    visit.open("")
    menu = visit.page.locator("aside").inner_text()
    assert opens in menu
    assert lacks not in menu

"""A file brought in a real chromium, with errors and without, at the width of a phone and of a desk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.files import check_file
from knowledge.staff.rights import Role
from tests.api.chromium import CHROMIUM, DESK, PHONE
from tests.api.console.conftest import ENTRIES
from tests.api.console.test_in_chromium import Visit, chromium
from tests.api.console.visitor import Console
from tests.api.live import LiveServer
from tests.knowledge.curation.people import put

__all__ = ["chromium"]
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
PICTURES = os.environ.get("BIANSHITONG_PICTURES")  # a folder for whoever wants to look
HEADER = ["id", "question", "answer", "owner", "review_on"]


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def visit(
    request: pytest.FixtureRequest,
    chromium: playwright.Browser,
    console: Console,
    sessions: sessionmaker[Session],
    now: datetime,
) -> Iterator[Visit]:
    with sessions() as session:
        put(session, *ENTRIES, now=now)
    with LiveServer(console.app) as server:
        context = chromium.new_context(viewport=request.param, locale="zh-CN")
        visit = Visit(context.new_page(), server.url, sessions, now)
        yield visit
        context.close()
        assert visit.outside == []
        assert visit.complaints == []


def workbook(path: Path, *rows: list[str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (HEADER, *rows):
        sheet.append(row)
    book.save(path)
    return path


def brings(visit: Visit, path: Path) -> None:
    visit.open("imports")
    visit.page.get_by_label("文件", exact=True).set_input_files(path)
    visit.presses("上传并核对")


def pictured(visit: Visit, name: str) -> None:
    visit.fits()
    if PICTURES:
        width = visit.page.viewport_size["width"]
        visit.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def test_a_workbook_with_errors_is_told_of_row_by_row_and_mended(visit: Visit, tmp_path: Path) -> None:
    visit.enter(Role.EDITOR)
    visit.open("imports")
    pictured(visit, "imports")
    good = ["K9", "图书室在哪里？", "在一楼。", "甲", "2030-01-01"]
    changed = ["K3", "图书室几点开门？", "早上九点半，周末十点。", "", ""]
    bad = workbook(
        tmp_path / "条目.xlsx",
        good,
        changed,
        ["K 1", "", "=1+1", "", "2030-13-01"],
        ["K8", "<script>alert(1)</script>", "请打13800138000。", "", ""],
    )
    brings(visit, bad)
    visit.sees("处错误，所以不能写入")
    visit.sees("是公式")
    visit.sees("手机号")
    pictured(visit, "import-errors")
    brings(visit, workbook(tmp_path / "条目.xlsx", good, changed))
    visit.sees("写入后成为一批草稿")
    pictured(visit, "import-plan")
    visit.page.get_by_role("link", name="新增 1").click()
    visit.sees("在一楼。")
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.presses("成为草稿")
    visit.sees("请提交审核")
    pictured(visit, "import-applied")
    visit.page.get_by_role("link", name="看这一批草稿").click()
    visit.sees("这是一次导入的草稿")
    pictured(visit, "import-batch")
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.presses("整批提交审核（2）")
    visit.sees("整批已处理 2 份")


def test_what_is_exported_is_a_file_that_can_be_brought_again(visit: Visit, tmp_path: Path) -> None:
    visit.enter(Role.EDITOR)
    visit.open("imports")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="导出知识库条目，Excel").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert len(check_file(path).entries) == len(ENTRIES)
    brings(visit, path)
    visit.sees("完全相同")


def test_an_administrator_finds_the_register_and_the_whole_base(visit: Visit, tmp_path: Path) -> None:
    visit.enter(Role.ADMIN)
    visit.open("imports")
    pictured(visit, "imports-admin")
    path = tmp_path / "单位.csv"
    path.write_text("name,region,credit_code\n城北图书馆,320300,\n城南图书馆,320300,123\n", encoding="utf-8")
    visit.page.get_by_label("导入什么").select_option("institutions")
    visit.page.get_by_label("文件", exact=True).set_input_files(path)
    visit.presses("上传并核对")
    visit.sees("应为 18 位")
    with visit.page.expect_download() as download:
        visit.open("imports")
        visit.page.get_by_role("link", name="整库 ZIP").click()
    assert download.value.suggested_filename.endswith(".zip")

"""The register in a real chromium: a name is mended on a phone, and what became of an institution is entered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.institutions.service import InstitutionService
from knowledge.staff.rights import Role
from tests.api.chromium import CHROMIUM
from tests.api.console.test_in_chromium import chromium, visit
from tests.api.console.visit import Visit
from tests.knowledge.institutions.register import BAD_CODE, GOOD_CODE, put

__all__ = ["chromium", "visit"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
playwright = pytest.importorskip("playwright.sync_api")


@pytest.fixture
def register(sessions: sessionmaker[Session], now: datetime, tmp_path: Path) -> InstitutionService:
    with sessions.begin() as session:
        put(
            session,
            "示例县水利站",
            now=now,
            sponsor="示例县水利局",
            credit_code=BAD_CODE,
            address="示例县城关镇示例路1号",
        )
        put(session, "示例县人民医院", now=now, aliases=["县医院"], credit_code=GOOD_CODE, status="正常")
    with sessions() as session:
        return InstitutionService.load(session, index_dir=tmp_path / "institutions")


def test_an_institution_is_found_mended_and_renamed(visit: Visit) -> None:
    page = visit.page
    page.on("dialog", lambda dialog: dialog.accept())
    visit.enter(Role.ADMIN)
    visit.open("institutions/list")
    page.get_by_label("在列表中搜索").fill("水利")
    page.get_by_label("在列表中搜索").press("Enter")
    page.get_by_role("link", name="示例县水利站").click()
    visit.sees("校验码（第 18 位）不对")
    page.get_by_role("link", name="修改资料").click()
    visit.fits()
    page.get_by_label("别名、简称").fill("水利站\n县水利站")
    page.get_by_label("办公电话").fill("0516-5550123")
    visit.presses("保存")
    visit.sees("已保存：别名、简称、办公电话")
    page.get_by_label("对方单位").fill("示例县水利服务中心")
    page.get_by_label("日期").fill("2026-05-01")
    page.get_by_label("文号或文件名称").fill("示编〔2026〕5号")
    visit.presses("登记")
    visit.sees("由“示例县水利站”更名为“示例县水利服务中心”")
    page.get_by_role("link", name="删除 2026-05-01 的沿革").click()
    visit.sees("改回：")
    visit.presses("删除并改回")
    visit.sees("已照所示改回")
    visit.sees("示例县水利站")


def test_a_new_one_is_entered_by_hand_after_a_second_look_at_its_code(visit: Visit) -> None:
    page = visit.page
    visit.enter(Role.ADMIN)
    visit.open("institutions/list")
    page.get_by_role("link", name="新建单位").click()
    page.get_by_label("单位名称").fill("示例县人民医院")
    page.get_by_label("统一社会信用代码").fill(GOOD_CODE)
    page.get_by_label("地区代码").fill("990101")
    visit.presses("新建")
    visit.sees("这个代码已经是“示例县人民医院”的")
    page.get_by_label("单位名称").fill("示例县测绘站")
    page.get_by_label("统一社会信用代码").fill(BAD_CODE[:8] + "5" + BAD_CODE[9:])
    visit.presses("新建")
    visit.sees("校验码是 E，按规则应为")
    visit.presses("核对过了，仍然新建")
    visit.sees("已新建，群众几秒后就能查到")
    visit.sees("管理台填写")
    visit.complaints.clear()  # chromium notes the two refused forms themselves: 422


def test_what_is_missing_is_counted_and_listed(visit: Visit) -> None:
    visit.enter(Role.EDITOR)
    visit.open("institutions/quality")
    visit.sees("按举办单位")
    visit.page.get_by_role("row", name="示例县水利局").get_by_role("link").last.click()
    visit.sees("只看：示例县水利局 · 代码有误")
    assert visit.page.locator("tbody tr").count() == 1
    visit.page.get_by_role("link", name="看全部").click()
    visit.page.wait_for_url("**/institutions/list")
    assert visit.page.locator("tbody tr").count() == 2

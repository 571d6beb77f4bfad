"""What was missed, in a real chromium, at the width of a phone and of a desk: seen, merged, added, written, ignored."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.missed.models import MissedGroup
from knowledge.staff.rights import Role
from knowledge.store.vault import Vault
from tests.api.chromium import CHROMIUM
from tests.api.console.conftest import ENTRIES
from tests.api.console.test_in_chromium import chromium, visit
from tests.api.console.visit import Visit
from tests.conftest import NOON
from tests.knowledge.curation.people import put
from tests.knowledge.missed.asking import asked, gather, groups, save, wish

playwright = pytest.importorskip("playwright.sync_api")
__all__ = ["chromium", "visit"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

STAMP, BADGE, DOOR = "公章刻错了怎么办", "借书卡丢了能不能让别人代办", "图书室中午关不关门"


@pytest.fixture
def missed(sessions: sessionmaker[Session], vault: Vault) -> None:
    """Several weeks of questions; some who wait."""
    with sessions() as session:
        put(session, *ENTRIES, now=NOON)
        for week in range(8):
            at = NOON - timedelta(weeks=week)
            save(session, *(asked(STAMP, asked_at=at) for _ in range(9 - week)), asked(BADGE, asked_at=at))
        save(session, asked("刻错公章了咋办", region="320300"), asked(DOOR, decision="useless"))
        save(session, asked("", decision="useless", entry_id="K2"))
        save(session, asked("单位要搬到另一个区，原来的公章、财务章和发票章是不是都要重新刻，旧的交到哪里去销毁？"))
        wish(session, STAMP, vault, citizens=("c1", "c2", "c3"))
        gather(session)


def state_of(sessions: sessionmaker[Session], question: str) -> str:
    with sessions() as session:
        [group] = [each for each in groups(session) if each.question == question]
        return group.state


@pytest.mark.usefixtures("missed")
def test_a_gap_is_looked_at_and_an_answer_begun(visit: Visit, sessions: sessionmaker[Session]) -> None:
    visit.enter(Role.EDITOR)
    visit.open("missed")
    visit.sees("3 人等答案")
    visit.page.get_by_role("link", name=STAMP, exact=True).click()
    visit.sees("群众的问法")
    visit.sees("系统会自动告诉其中 3 位等答案的群众")
    visit.presses("写成新条目")
    visit.sees("已开了一份草稿")
    assert visit.page.get_by_label("其他问法").input_value() == "刻错公章了咋办"
    visit.open("missed?state=planned")
    visit.sees(STAMP)
    assert state_of(sessions, STAMP) == "planned"


@pytest.mark.usefixtures("missed")
def test_wordings_are_added_to_an_entry(visit: Visit) -> None:
    visit.enter(Role.EDITOR)
    visit.open("missed")
    visit.page.get_by_role("link", name=BADGE, exact=True).click()
    visit.page.get_by_label("查找别的条目").fill("换新")
    visit.page.get_by_role("search").filter(has=visit.page.get_by_label("查找别的条目")).get_by_role("button").click()
    row = visit.page.locator(".list-group-item").filter(has_text="借书卡怎么换新？")
    row.get_by_role("button", name="把勾选的问法加到这一条").click()
    visit.sees("已把 1 个问法加到这份草稿")


@pytest.mark.usefixtures("missed")
def test_rows_are_merged_and_ignored_and_put_back(visit: Visit, sessions: sessionmaker[Session]) -> None:
    visit.enter(Role.EDITOR)
    visit.page.on("dialog", lambda dialog: dialog.accept())
    visit.open("missed?order=last")
    visit.page.get_by_role("link", name=DOOR, exact=True).click()
    visit.page.get_by_label(BADGE).check()
    visit.presses("合并")
    visit.sees("已合并到这一组")
    visit.page.get_by_label("为什么不用补").fill("不归我们管，已转告图书馆")
    visit.presses("忽略")
    visit.sees("已忽略")
    assert state_of(sessions, BADGE) == "ignored"
    visit.open("missed?state=ignored")
    visit.sees("不归我们管")
    visit.page.get_by_role("link", name=BADGE, exact=True).click()
    visit.presses("放回待处理")
    visit.sees("已放回待处理")
    with sessions() as session:
        assert session.query(MissedGroup).filter_by(state="open").count() == 5

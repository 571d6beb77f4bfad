"""The publish gate in a real chromium, at the width of a phone and of a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from api.worker.replaying import ReplayPublication
from knowledge.curation.golden import add
from knowledge.faq.questions import QuestionRecord, save_questions
from knowledge.faq.service import FaqService
from knowledge.staff.rights import Role
from knowledge.store.sessions import make_reading_sessions
from tests.api.chromium import CHROMIUM, DESK, PHONE
from tests.api.console.conftest import ENTRIES
from tests.api.console.people import GOOD_PASSWORD, hire
from tests.api.console.test_in_chromium import Visit, chromium
from tests.api.console.visitor import Console
from tests.api.live import LiveServer
from tests.knowledge.curation.people import EDITOR, put
from tests.knowledge.curation.publishing import approved_draft
from tests.knowledge.faq.base import index_folder

__all__ = ["chromium"]
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def visit(request: pytest.FixtureRequest, chromium: playwright.Browser, console: Console) -> Iterator[Visit]:
    with LiveServer(console.app) as server:
        context = chromium.new_context(viewport=request.param, locale="zh-CN")
        visit = Visit(context.new_page(), server.url)
        yield visit
        context.close()
        assert visit.outside == []
        assert visit.complaints == []


@pytest.fixture
def work(console: Console, sessions: sessionmaker[Session], now: datetime) -> Callable[[], None]:
    """Does the replay that the console has asked for."""

    def run() -> None:
        with sessions() as session:
            faq = FaqService.load(session, index_dir=index_folder())
        reading = make_reading_sessions(sessions.kw["bind"])
        job = ReplayPublication(sessions=sessions, reading=reading, faq=faq, clock=lambda: now)
        while console.enqueued:
            job.run(console.enqueued.pop(0)[1])

    return run


@pytest.fixture
def drafts(sessions: sessionmaker[Session], now: datetime) -> None:
    """A base with golden and asked questions, and two drafts that everybody has passed."""
    with sessions() as session:
        put(session, *ENTRIES, now=now)
        add(session, question="图书室几点开门？", region=None, expected="answer", entry_ids=["K3"], by=EDITOR, now=now)
        save_questions(session, [asked(text, at, now) for at, text in enumerate(("借书卡怎么换新", "几点开门啊"))])
        approved_draft(session, now=now, entry_id="K3", answer="早上八点半，周末十点；节假日以门口的公告为准。")
        approved_draft(session, now=now, entry_id="K2", answer="满六年可以换新。")


def asked(text: str, minutes: int, now: datetime) -> QuestionRecord:
    return QuestionRecord(
        account="nation",
        region=None,
        asked_at=now - timedelta(minutes=minutes),
        text=text,
        decision="answer",
        entry_id=None,
        confidence=0.9,
        base_version="1",
    )


def signed_in(visit: Visit, sessions: sessionmaker[Session], role: Role, now: datetime) -> None:
    hire(sessions, role, name=f"{role}-person", now=now)
    visit.page.context.clear_cookies()
    visit.open("login")
    visit.page.get_by_label("用户名").fill(f"{role}-person")
    visit.page.get_by_label("密码").fill(GOOD_PASSWORD)
    visit.presses("登录")
    visit.page.wait_for_url("**/console/")


def test_drafts_are_compared_looked_at_and_published(
    visit: Visit, drafts: None, work: Callable[[], None], sessions: sessionmaker[Session], now: datetime
) -> None:
    signed_in(visit, sessions, Role.REVIEWER, now)
    visit.open("publishing")
    visit.sees("待发布的草稿")
    visit.presses("比对勾选的草稿")
    visit.sees("正在比对")
    work()
    visit.sees("可以发布")  # the page looks by itself
    visit.sees("早上八点半")
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.presses("现在发布")
    visit.sees("已发布，5 秒内生效")
    visit.sees("已写入，正在生效")


def test_a_golden_question_is_kept_and_a_draft_tried_on_the_bench(
    visit: Visit, drafts: None, sessions: sessionmaker[Session], now: datetime
) -> None:
    signed_in(visit, sessions, Role.EDITOR, now)
    visit.open("trial")
    visit.page.get_by_label("群众的问题").fill("借书卡怎么换新？")
    visit.page.get_by_label("用哪个知识库答").select_option("approved")
    visit.presses("试问")
    visit.sees("满六年可以换新。")
    visit.presses("加入金标准")
    visit.sees("已加入金标准")
    visit.open("golden")
    visit.sees("借书卡怎么换新？")
    visit.page.get_by_role("link", name="借书卡怎么换新？").click()
    visit.sees("应当答复的条目编号")


def test_a_refused_publication_asks_for_a_reason(
    visit: Visit, drafts: None, work: Callable[[], None], sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions.begin() as session:
        add(session, question="几点开门啊", region=None, expected="answer", entry_ids=["K3"], by=EDITOR, now=now)
        approved_draft(session, now=now, entry_id="K1", paraphrases=["几点开门啊", "图书室几点开门？"])
    signed_in(visit, sessions, Role.REVIEWER, now)
    visit.open("publishing")
    visit.presses("比对勾选的草稿")
    work()
    visit.sees("金标准问题会答错，所以不能发布")
    visit.page.get_by_label("放行的理由").fill("新规定已经生效，旧答案不再对。")
    visit.presses("放行")
    visit.sees("已放行")

"""The way from approved drafts to answers through the console: who may, what is shown, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.worker.jobs import REPLAY_PUBLICATION
from api.worker.replaying import PublishDue, ReplayPublication
from knowledge.curation.golden import add
from knowledge.curation.models import FaqPublication
from knowledge.curation.revisions import Revision
from knowledge.curation.states import Change
from knowledge.faq.models import FaqEntry
from knowledge.faq.service import FaqService
from knowledge.staff.rights import Role
from knowledge.store.sessions import make_reading_sessions
from tests.api.console.conftest import ENTRIES
from tests.api.console.test_bench import read
from tests.api.console.visitor import Visitor
from tests.knowledge.curation.people import EDITOR, put
from tests.knowledge.curation.publishing import approved_draft
from tests.knowledge.faq.base import index_folder

PAGE = "/console/publishing"
LOCAL = "%Y-%m-%dT%H:%M"
REASON = "新规定已经生效，这道题的旧答案不再对。"

Draft = Callable[..., Revision]


@pytest.fixture
def draft(sessions: sessionmaker[Session], now: datetime) -> Draft:
    """Makes drafts that everybody has passed, of a base that the database holds."""
    with sessions() as session:
        put(session, *ENTRIES, now=now)

    def passed(entry_id: str = "K3", change: Change = Change.EDIT, **content: object) -> Revision:
        with sessions() as session:
            return approved_draft(session, now=now, entry_id=entry_id, change=change, **content)

    return passed


@pytest.fixture
def work(browser: Visitor, sessions: sessionmaker[Session], now: datetime) -> Callable[[], None]:
    """Does what the console has put into the queue."""
    with sessions() as session:
        faq = FaqService.load(session, index_dir=index_folder())
    reading = make_reading_sessions(sessions.kw["bind"])
    job = ReplayPublication(sessions=sessions, reading=reading, faq=faq, clock=lambda: now)

    def run() -> None:
        while browser.console.enqueued:
            name, key = browser.console.enqueued.pop(0)
            assert name == REPLAY_PUBLICATION
            assert job.run(key) is None

    return run


def asked_for(browser: Visitor, *drafts: Revision) -> str:
    """The address of the publication."""
    token = browser.client.cookies.get("starlette_admin_csrftoken") or ""
    form = {"draft": [each.id for each in drafts], "csrftoken": token}
    answer = browser.client.post(PAGE, data=form)
    assert answer.status_code == 200, answer.text
    return answer.url.path


def answer_of(sessions: sessionmaker[Session], entry_id: str = "K3") -> tuple[str, str]:
    with sessions() as session:
        row = session.get_one(FaqEntry, entry_id)
        return row.answer, row.status


def keep_golden(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions.begin() as session:
        add(
            session,
            question="图书室几点开门？",
            region=None,
            expected="answer",
            entry_ids=["K3"],
            by=EDITOR,
            now=now,
        )


def test_approved_drafts_are_replayed_shown_and_published(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session], now: datetime
) -> None:
    keep_golden(sessions, now)
    passed = draft(answer="早上八点半。")
    browser.enter(Role.REVIEWER)
    assert "图书室几点开门？" in read(browser.get(PAGE))
    address = asked_for(browser, passed)
    page = browser.get(address)
    assert "正在比对" in page
    assert 'data-reload="2"' in page
    work()
    page = read(browser.get(address))
    assert "可以发布" in page
    assert "直接回答 K3 早上九点。 直接回答 K3 早上八点半。" in page
    assert answer_of(sessions)[0] == "早上九点。"
    status, page = browser.post(f"{address}/publish")
    assert (status, "已发布，5 秒内生效" in page) == (200, True)
    assert answer_of(sessions)[0] == "早上八点半。"
    assert "没有待发布的草稿" in browser.get(PAGE)


def test_a_golden_regression_stops_it_until_somebody_else_gives_a_reason(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session], now: datetime
) -> None:
    keep_golden(sessions, now)
    passed = draft(change=Change.ARCHIVE)
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    work()
    page = read(browser.get(address))
    assert "有 1 道金标准问题会答错，所以不能发布" in page
    assert "现在发布" not in page
    status, page = browser.post(f"{address}/publish")
    assert (status, "1 道金标准问题会答错，不能发布" in page) == (422, True)
    status, page = browser.post(f"{address}/override", reason="同意")
    assert (status, "请写明放行的理由" in page) == (422, True)
    assert answer_of(sessions) == ("早上九点。", "published")
    assert "现在发布" in browser.post(f"{address}/override", reason=REASON)[1]
    browser.post(f"{address}/publish")
    assert answer_of(sessions) == ("早上九点。", "retired")


def test_a_base_that_moved_is_replayed_again_instead_of_published(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session], now: datetime
) -> None:
    passed = draft(answer="八点。")
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    work()
    with sessions() as session:
        put(session, ENTRIES[1], now=now)
    page = browser.post(f"{address}/publish")[1]
    assert "比对之后知识库又有变化，已经重新开始" in page
    assert answer_of(sessions)[0] == "早上九点。"
    work()
    browser.post(f"{address}/publish")
    assert answer_of(sessions)[0] == "八点。"


def test_a_planned_one_is_published_at_its_time_by_the_worker(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session], now: datetime
) -> None:
    passed = draft(answer="八点。")
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    work()
    status, page = browser.post(f"{address}/plan", at="明天")
    assert (status, "请填写发布的日期和时间" in page) == (422, True)
    at = now + timedelta(days=1)
    shanghai = (at + timedelta(hours=8)).strftime(LOCAL)
    page = browser.post(f"{address}/plan", at=shanghai)[1]
    assert f"将在 {shanghai.replace('T', ' ')} 自动发布" in page
    publish_due = PublishDue(sessions=sessions, enqueue=lambda _, job, key: browser.console.enqueued.append((job, key)))
    publish_due(at - timedelta(seconds=1))
    assert answer_of(sessions)[0] == "早上九点。"
    with sessions() as session:
        put(session, ENTRIES[1], now=now)
        session.get_one(FaqEntry, "K2").answer = "满六年。"
    publish_due(at)
    assert answer_of(sessions)[0] == "早上九点。"
    work()
    publish_due(at)
    assert answer_of(sessions)[0] == "八点。"


def test_a_planned_one_that_would_break_a_golden_question_is_not_published(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session], now: datetime
) -> None:
    passed = draft(change=Change.ARCHIVE)
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    work()
    at = now + timedelta(days=1)
    browser.post(f"{address}/plan", at=(at + timedelta(hours=8)).strftime(LOCAL))
    keep_golden(sessions, now)
    publish_due = PublishDue(sessions=sessions, enqueue=lambda _, job, key: browser.console.enqueued.append((job, key)))
    publish_due(at)
    work()
    publish_due(at)
    assert answer_of(sessions)[1] == "published"
    assert "金标准会答错" in browser.get(address)


def test_where_the_draft_cannot_be_built_it_is_said_and_the_live_base_stays(
    browser: Visitor, draft: Draft, sessions: sessionmaker[Session], now: datetime, tmp_path: Path
) -> None:
    passed = draft(answer="八点。")
    with sessions() as session:
        faq = FaqService.load(session, index_dir=tmp_path / "index")
    (tmp_path / "index" / "drafts").write_text("no folder can be made here")
    reading = make_reading_sessions(sessions.kw["bind"])
    job = ReplayPublication(sessions=sessions, reading=reading, faq=faq, clock=lambda: now)
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    job.run(browser.console.enqueued[0][1])
    page = read(browser.get(address))
    assert "索引没能建立" in page
    assert "现有的知识库不受影响" in page
    assert browser.post(f"{address}/publish")[0] == 422
    assert faq.decide("图书室几点开门？", region=None, now=now).kind == "answer"
    assert "已重新开始比对" in browser.post(f"{address}/again")[1]


def test_an_editor_looks_on_and_decides_nothing(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session]
) -> None:
    passed = draft(answer="八点。")
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    work()
    browser.enter(Role.EDITOR)
    page = browser.get(address)
    assert "图书室几点开门？" in page
    assert "现在发布" not in page
    for step in ("publish", "again", "plan", "cancel", "override"):
        assert browser.post(f"{address}/{step}", reason=REASON)[0] == 403
    assert browser.post(PAGE, draft=passed.id)[0] == 403
    assert answer_of(sessions)[0] == "早上九点。"


def test_a_reviewer_of_another_region_neither_sees_nor_publishes_it(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session]
) -> None:
    passed = draft("K3-city", answer="市里八点半。")
    national = draft("K2", answer="满六年。")
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    work()
    browser.enter(Role.REVIEWER, region="440000")
    assert browser.client.get(address).status_code == 404
    assert browser.post(f"{address}/publish")[0] == 404
    assert passed.id not in browser.get(PAGE)
    status, page = browser.post(PAGE, draft=national.id)  # the nation's: to be read, not to be written
    assert (status, "不在您负责范围" in page) == (422, True)
    browser.enter(Role.REVIEWER, region="320000")
    browser.post(f"{address}/publish")
    assert answer_of(sessions, "K3-city")[0] == "市里八点半。"


def test_what_has_ended_cannot_be_decided_again(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session]
) -> None:
    passed = draft(answer="八点。")
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    work()
    assert "已取消" in browser.post(f"{address}/cancel")[1]
    for step in ("publish", "again", "plan", "cancel"):
        assert browser.post(f"{address}/{step}", at="2026-12-01T08:00")[0] in (404, 422)
    with sessions() as session:
        assert session.scalars(select(FaqPublication.state)).all() == ["cancelled"]
    assert passed.id in browser.get(PAGE)


@pytest.mark.parametrize("address", ["nobody", "%00", "1' OR 1=1", "🙂", "x" * 300])
def test_what_is_no_publication_is_not_there(browser: Visitor, address: str) -> None:
    browser.enter(Role.REVIEWER)
    assert browser.client.get(f"{PAGE}/{address}").status_code == 404
    assert browser.post(f"{PAGE}/{address}/publish")[0] == 404


@pytest.mark.parametrize("ids", [[], ["nobody"], ["\0"], ["1"] * 500])
def test_what_is_no_draft_cannot_be_asked_for(browser: Visitor, ids: list[str]) -> None:
    browser.enter(Role.REVIEWER)
    token = browser.client.cookies.get("starlette_admin_csrftoken") or ""
    answer = browser.client.post(PAGE, data={"draft": ids, "csrftoken": token})
    assert answer.status_code == 422
    assert re.search("请先勾选|不在“待发布”里", answer.text)


def test_text_of_drafts_and_questions_is_shown_as_text(
    browser: Visitor, draft: Draft, work: Callable[[], None], sessions: sessionmaker[Session], now: datetime
) -> None:
    keep_golden(sessions, now)
    passed = draft(question="<img src=x onerror=alert(1)>几点开门？")
    browser.enter(Role.REVIEWER)
    address = asked_for(browser, passed)
    work()
    page = browser.get(address)
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page

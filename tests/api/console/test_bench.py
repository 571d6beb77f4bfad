"""The test bench: the citizen's answer beside the steps to it, and nothing of it kept."""

from __future__ import annotations

import html
import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from api.console.bench.page import LONGEST_QUESTION
from api.console.texts.bench import TOPIC
from handlers.routers import ROUTERS
from knowledge.staff.rights import Role
from knowledge.store.base import Base
from tests.api.console.conftest import ENTRIES
from tests.api.console.visitor import Visitor
from tests.conftest import count
from tests.knowledge.curation.people import begun, put
from tests.knowledge.curation.publishing import approved_draft

PAGE = "/console/trial"


def read(page: str) -> str:
    """What is to be read on it, without markup and runs of white space."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def talk_of(page: str) -> str:
    found = re.search(r'name="talk" value="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def asked(browser: Visitor, question: str, account: str = "nation", **form: str) -> str:
    status, page = browser.post(PAGE, question=question, account=account, **form)
    assert status == 200
    return page


def test_the_answer_stands_beside_the_steps_that_led_to_it(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    page = read(asked(browser, "借书卡不见了"))
    assert "请带身份证到前台补办。" in page
    assert "由“知识库”答复" in page
    for step in ("规范形式", "K1 图书室的借书卡丢了怎么补办？", "置信度", "特征", "门槛", "直接回答"):
        assert step in page


def test_choices_are_taps_and_a_tap_goes_on_from_there(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    page = asked(browser, "借书卡怎么办")
    offered = re.findall(r'<button[^>]* name="question" value="([^"]+)"', page)
    assert "借书卡怎么换新？" in offered
    after = asked(browser, "借书卡怎么换新？", talk=talk_of(page), go_on="1")
    assert "满五年可以换新。" in read(after)


def test_a_number_means_what_was_offered_only_where_the_talk_goes_on(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    page = asked(browser, "借书卡怎么办")
    first = re.findall(r'<button[^>]* name="question" value="([^"]+)"', page)[0]
    assert f"规范形式 {first[:2]}" in read(asked(browser, "1", talk=talk_of(page), go_on="1"))
    assert "由“听不明白时的提示”答复" in read(asked(browser, "1", talk=talk_of(page)))


def test_a_follow_up_leans_on_the_last_answer_only_where_the_talk_goes_on(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    answered = asked(browser, "借书卡不见了")
    assert "上一条 K1" in read(asked(browser, "那要带什么材料", talk=talk_of(answered), go_on="1"))
    assert "上一条" not in read(asked(browser, "那要带什么材料", talk=talk_of(answered)))


def test_a_page_in_an_answer_opens_apart_and_other_schemes_do_not(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    page = asked(browser, "借书卡不见了")
    assert '<a href="https://library.example/" target="_blank" rel="noopener noreferrer">补办页面</a>' in page


def test_another_region_is_answered_as_that_region_is(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    assert "早上九点。" in read(asked(browser, "图书室几点开门？"))
    assert "早上九点。" in read(asked(browser, "图书室几点开门？", account="province"))
    assert "市里早上八点。" in read(asked(browser, "图书室几点开门？", region="320300"))


def test_a_sensitive_question_shows_its_class_and_the_fixed_answer(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    page = read(asked(browser, "某部队的编制员额是多少"))
    assert "敏感问题" in page
    assert "按敏感问题答复" in page


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "请先填写要问的问题"),
        (" \n\t", "请先填写要问的问题"),
        ("\x00\x01", "请先填写要问的问题"),
        ("问" * 10_000, f"问题有 10000 字，太长了；请删到 {LONGEST_QUESTION} 字以内再试"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(browser: Visitor, question: str, said: str) -> None:
    browser.enter(Role.EDITOR)
    status, page = browser.post(PAGE, question=question, account="nation")
    assert (status, said in page) == (422, True)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"account": "nobody"}, "没有这个公众号"),
        ({"account": "nation", "region": "abc"}, "6 位行政区划代码"),
        ({"account": "nation", "region": "' OR 1=1"}, "6 位行政区划代码"),
    ],
)
def test_an_unknown_account_or_region_is_refused(browser: Visitor, form: dict[str, str], said: str) -> None:
    browser.enter(Role.EDITOR)
    status, page = browser.post(PAGE, question="借书卡不见了", **form)
    assert (status, said in page) == (422, True)


@pytest.mark.parametrize(
    "question",
    [
        "😀😀",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "'; DROP TABLE questions;--",
        "问" * LONGEST_QUESTION,
        "\u202e借书卡",
    ],
)
def test_anything_may_be_asked_and_is_shown_as_text(browser: Visitor, question: str) -> None:
    browser.enter(Role.EDITOR)
    page = asked(browser, question)
    assert "群众看到的答复" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("word", ["反馈", "人工", "我的反馈", "删除我的信息", "确认", "都不是", "帮助"])
def test_nothing_of_a_trial_is_kept(browser: Visitor, sessions: sessionmaker[Session], word: str) -> None:
    def rows() -> dict[str, int]:
        with sessions() as session:
            return {table: count(session, table) for table in Base.metadata.tables}

    browser.enter(Role.EDITOR)
    before = rows()
    asked(browser, word)
    asked(browser, "1", talk=talk_of(asked(browser, word)), go_on="1")
    assert rows() == before


def test_a_forged_talk_is_a_new_one(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    for forged in ("x", talk_of(asked(browser, "借书卡怎么办"))[:-2] + "xx"):
        assert "由“听不明白时的提示”答复" in read(asked(browser, "1", talk=forged, go_on="1"))


def test_every_topic_that_may_answer_has_a_name() -> None:
    assert {router.name for router in ROUTERS} | {""} == set(TOPIC)


def test_a_form_without_its_token_is_not_answered(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    assert browser.client.post(PAGE, data={"question": "借书卡不见了", "account": "nation"}).status_code == 403


def test_a_question_is_answered_with_a_draft_laid_over_the_base(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions() as session:
        put(session, *ENTRIES, now=now)
        draft = begun(session, now=now, entry_id="K3", answer="早上八点半。")
        passed = approved_draft(session, now=now, entry_id="K2", answer="满六年可以换新。")
    browser.enter(Role.EDITOR)
    assert "早上九点。" in read(asked(browser, "图书室几点开门？"))
    page = browser.get(f"{PAGE}?draft={draft.id}")
    assert f'<option value="{draft.id}" selected>' in page
    page = read(asked(browser, "图书室几点开门？", base=draft.id))
    assert "早上八点半。" in page
    assert "含草稿" in page
    assert "早上九点。" in read(asked(browser, "图书室几点开门？", base="approved"))
    assert "满六年可以换新。" in read(asked(browser, "借书卡怎么换新？", base="approved"))
    assert "满五年可以换新。" in read(asked(browser, "借书卡怎么换新？"))
    for gone in ("nobody", "\0", "x" * 500):
        status, said = browser.post(PAGE, question="图书室几点开门？", account="nation", base=gone)
        assert (status, "重新选择" in said) == (422, gone != "\0") or status == 200
    browser.enter(Role.EDITOR, region="440000")
    status, said = browser.post(PAGE, question="借书卡怎么换新？", account="nation", base=passed.id)
    assert (status, "满六年可以换新。" in read(said)) == (200, True)  # the nation's is to be read everywhere

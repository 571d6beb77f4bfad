"""The curators' list: one row a meaning, why it was missed, who waits, and what can be done about it."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from knowledge.curation.models import FaqRevision
from knowledge.faq.questions import Question
from knowledge.missed.models import MissedGroup
from knowledge.staff.rights import Role
from knowledge.store.vault import Vault
from tests.api.console.visitor import Visitor
from tests.conftest import NOON
from tests.knowledge.curation.people import put
from tests.knowledge.faq.base import entry
from tests.knowledge.missed.asking import asked, gather, groups, save, wish

LIST = "/console/missed"
STAMP, READER = "公章刻错了怎么办", "能不能代办借书卡"


@pytest.fixture
def missed(sessions: sessionmaker[Session], vault: Vault) -> dict[str, str]:
    """Two meanings and an entry that did not help; the groups' ids by their question."""
    week = timedelta(days=7)
    with sessions() as session:
        put(session, entry("K1", "借书卡丢了怎么办？"), entry("K2", "刻章找谁？", region="320300"), now=NOON)
        save(
            session,
            asked(STAMP),
            asked("刻错公章了咋办", asked_at=NOON - week),
            asked(STAMP, decision="useless", asked_at=NOON - 3 * week),
            asked(READER, decision="useless"),
            asked("能不能代办借书卡呢", decision="answer", entry_id="K1", confidence=0.7),
            asked("", decision="useless", entry_id="K1"),
            asked("", decision="useful", entry_id="K1"),
            asked("谢谢", decision="chitchat"),
        )
        wish(session, STAMP, vault, citizens=("c1", "c2"))
        gather(session)
        return {group.question: group.id for group in groups(session)}


def rows(page: str) -> list[str]:
    parts = page.split('<div class="list-group-item" data-missed>')[1:]
    return [words(part.split('<div class="card-footer')[0].split("</main>")[0]) for part in parts]


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def state(sessions: sessionmaker[Session], group_id: str) -> str:
    with sessions() as session:
        return session.get_one(MissedGroup, group_id).state


def test_each_meaning_is_one_row_with_its_reasons_waiters_and_trend(browser: Visitor, missed: dict[str, str]) -> None:
    browser.enter(Role.EDITOR)
    page = browser.get(LIST)
    first, second, third = rows(page)
    assert first.startswith(f"{STAMP} 未答 2 · 都不是 1 · 最近 2026-11-23 12:00")
    assert "每周问到：0、0、0、0、1、0、1、1" in first
    assert "3 次 2 人等答案" in first
    assert second.startswith(f"{READER} 都不是 1 · 把握低 1 ·")
    assert third.startswith("借书卡丢了怎么办？ 没用 1 ·")
    assert "条目 K1" in third
    assert "近 30 天群众对答复的评价：有用 1 次，没用 1 次" in words(page)
    assert "待处理 3" in words(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("reason=none", [STAMP]), ("reason=low", [READER]), ("reason=useless", ["借书卡丢了怎么办？"]),
        ("q=借书卡", [READER, "借书卡丢了怎么办？"]), ("q=没有这种", []), ("state=ignored", []),
        ("order=waiting&page=0", [STAMP]), ("state=x&reason=y&order=z&page=-1", [STAMP]), ("page=7", []),
        ("q=%00%25", []),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_what_its_links_say(
    browser: Visitor, missed: dict[str, str], query: str, found: list[str]
) -> None:
    browser.enter(Role.EDITOR)
    listed = rows(browser.get(f"{LIST}?{query}"))
    assert len(listed) >= len(found)
    for row, question in zip(listed, found, strict=False):
        assert row.startswith(question)
    if not found:
        assert listed == []


def test_what_has_just_come_is_told_of(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        save(session, asked(STAMP))
    browser.enter(Role.EDITOR)
    assert "另有 1 条刚收到" in browser.get(LIST)


@contextmanager
def counted(sessions: sessionmaker[Session]) -> Iterator[list[str]]:
    said: list[str] = []
    engine = sessions.kw["bind"]

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_a_page_of_many_groups_costs_a_bounded_number_of_statements(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        for n in range(120):
            session.add(
                MissedGroup(
                    id=f"g{n}",
                    question=f"第{n}问",
                    forms=[f"第{n}问"],
                    state="open",
                    times=n,
                    first_at=NOON,
                    last_at=NOON,
                )
            )
    browser.enter(Role.EDITOR)
    browser.get(LIST)
    with counted(sessions) as said:
        page = browser.get(LIST)
    assert len(rows(page)) == 50
    assert "下一页" in page
    assert len([each for each in said if each.lstrip().upper().startswith("SELECT")]) <= 11


def test_the_file_holds_every_row_and_opens_in_a_spreadsheet(browser: Visitor, missed: dict[str, str]) -> None:
    browser.enter(Role.EDITOR)
    content = browser.client.get(f"{LIST}.csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["问题"], row["次数"], row["等答案"]) for row in table] == [
        (STAMP, "3", "2"), (READER, "2", "0"), ("借书卡丢了怎么办？", "1", "0"),
    ]  # fmt: skip


def test_a_group_shows_its_wordings_and_what_the_base_says_now(browser: Visitor, missed: dict[str, str]) -> None:
    browser.enter(Role.EDITOR)
    page = words(browser.get(f"{LIST}/{missed[STAMP]}"))
    assert f"{STAMP} 全国 · 2 次" in page
    assert "刻错公章了咋办 全国 · 1 次" in page
    assert "2 位等答案的群众" in page
    assert "知识库里相近的条目 现在" in page


def test_a_question_is_tried_without_standing_in_an_address(browser: Visitor, missed: dict[str, str]) -> None:
    browser.enter(Role.EDITOR)
    page = browser.get(f"{LIST}/{missed[STAMP]}")
    tried = [html.unescape(where) for where in re.findall(r'href="([^"]*)"', page) if "/trial?missed=" in where]
    assert {text for where in tried for text in re.findall(r"<textarea[^>]*>(.*?)</textarea>", browser.get(where))} == {
        STAMP, "刻错公章了咋办",
    }  # fmt: skip


@pytest.mark.parametrize("number", ["", "0", "999999999", "9" * 30, "１", "x", "-1"])
def test_a_number_of_no_question_begins_with_an_empty_one(browser: Visitor, number: str) -> None:
    browser.enter(Role.EDITOR)
    assert re.search(r"<textarea[^>]*></textarea>", browser.get(f"/console/trial?missed={number}"))


@pytest.mark.parametrize("group_id", ["x", "..", "%00", "9" * 200])
def test_a_group_that_is_not_there_is_not_found(browser: Visitor, group_id: str) -> None:
    browser.enter(Role.EDITOR)
    assert browser.client.get(f"{LIST}/{group_id}").status_code in (404, 200 if group_id == ".." else 404)
    if group_id != "..":
        assert browser.post(f"{LIST}/{group_id}/ignore", reason="不归我们管")[0] == 404


def test_a_draft_is_begun_with_the_citizens_words_and_fills_the_group(
    browser: Visitor, missed: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    status, page = browser.post(f"{LIST}/{missed[STAMP]}/draft")
    assert status == 200
    assert "已开了一份草稿" in page
    with sessions() as session:
        [draft] = session.query(FaqRevision)
        assert draft.fills == [missed[STAMP]]
        assert (draft.question, draft.content["paraphrases"]) == (STAMP, ["刻错公章了咋办"])
    assert state(sessions, missed[STAMP]) == "planned"
    assert "正在写的草稿" in browser.get(f"{LIST}/{missed[STAMP]}")
    assert "已安排 1" in words(browser.get(LIST))


def test_of_useless_alone_the_entry_itself_is_changed(
    browser: Visitor, missed: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    group = missed["借书卡丢了怎么办？"]
    assert "修改这个条目" in browser.get(f"{LIST}/{group}")
    browser.post(f"{LIST}/{group}/draft")
    with sessions() as session:
        [draft] = session.query(FaqRevision)
        assert (draft.entry_id, draft.fills) == ("K1", [group])


def chosen(sessions: sessionmaker[Session], group_id: str) -> list[str]:
    with sessions() as session:
        return [str(row.id) for row in session.query(Question).filter_by(group_id=group_id) if row.text]


def test_wordings_are_added_to_an_entry_that_is_there(
    browser: Visitor, missed: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    group = missed[STAMP]
    page = browser.get(f"{LIST}/{group}?q={quote('刻章')}")
    assert 'value="K2"' in page
    offered = re.findall(r'name="wording" value="(\d+)"', page)
    assert len(offered) == 2
    token = browser.client.cookies.get("starlette_admin_csrftoken") or ""
    sent = {"csrftoken": token, "wording": offered, "entry": "K2"}
    answer = browser.client.post(f"{LIST}/{group}/variant", data=sent)
    assert "已把 2 个问法加到这份草稿" in answer.text
    with sessions() as session:
        [draft] = session.query(FaqRevision)
        assert (draft.entry_id, draft.fills) == ("K2", [group])
        assert set(draft.content["paraphrases"]) == {STAMP, "刻错公章了咋办"}
    answer = browser.client.post(f"{LIST}/{group}/variant", data=sent)
    assert "已经有这些问法了" in answer.text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"entry": "K2"}, "请先勾选"),
        ({"entry": "nothing", "wording": "1"}, "没有这个条目"),
        ({"entry": "K2", "wording": "999999"}, "请先勾选"),
        ({"entry": "K2\x00", "wording": "<script>"}, "请先勾选"),
    ],
)
def test_what_makes_no_sense_adds_nothing_and_says_why(
    browser: Visitor, missed: dict[str, str], sessions: sessionmaker[Session], sent: dict[str, str], said: str
) -> None:
    browser.enter(Role.EDITOR)
    status, page = browser.post(f"{LIST}/{missed[STAMP]}/variant", **sent)
    assert (status, said in page) == (200, True)
    with sessions() as session:
        assert session.query(FaqRevision).count() == 0
    assert state(sessions, missed[STAMP]) == "open"


def test_a_group_is_ignored_with_a_reason_and_put_back(
    browser: Visitor, missed: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    where = f"{LIST}/{missed[STAMP]}"
    assert "为什么不用补" in browser.post(f"{where}/ignore", reason=" ")[1]
    assert "已忽略" in browser.post(f"{where}/ignore", reason="<b>不归我们管</b>")[1]
    page = browser.get(f"{LIST}?state=ignored")
    assert "&lt;b&gt;不归我们管" in page
    assert state(sessions, missed[STAMP]) == "ignored"
    assert "已放回待处理" in browser.post(f"{where}/reopen")[1]
    assert state(sessions, missed[STAMP]) == "open"


def test_two_rows_for_one_meaning_become_one(
    browser: Visitor, missed: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    where = f"{LIST}/{missed[READER]}"
    assert missed[STAMP] in browser.get(where)
    assert missed[STAMP] not in browser.get(f"{where}?m={quote('没有这种')}")
    assert "没有选到" in browser.post(f"{where}/merge", into="x")[1]
    assert "已合并到这一组" in browser.post(f"{where}/merge", into=missed[STAMP])[1]
    assert browser.client.get(where).status_code == 404
    assert "5 次" in rows(browser.get(LIST))[0]


def test_what_must_not_be_repeated_stands_on_no_page(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    """Recorded before a pattern knew it."""
    secret = "市公安局有多少编制"
    with sessions.begin() as session:
        session.add(
            MissedGroup(id="g", question=secret, forms=["x"], state="open", times=1, first_at=NOON, last_at=NOON)
        )
    with sessions() as session:
        save(session, asked(secret))
        session.query(Question).update({"group_id": "g"})
        session.commit()
    browser.enter(Role.EDITOR)
    for page in (LIST, f"{LIST}/g", f"{LIST}.csv"):
        shown = browser.get(page)
        assert "按规定不显示" in shown
        assert secret not in shown


def test_a_regional_curator_decides_only_where_all_of_it_is_his(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        save(session, *(asked(STAMP, region=region) for region in ("320300", "320305", "330100", None)))
        save(session, asked("无人机要登记吗", region="320300"), asked("老年证怎么办", region="330100"))
        gather(session)
        known = {group.question: group.id for group in groups(session)}
    browser.enter(Role.EDITOR, region="320300")
    page = browser.get(LIST)
    first, second = rows(page)
    assert "3 次" in first  # the nation's is read as well
    assert second.startswith("无人机要登记吗")
    refused = browser.post(f"{LIST}/{known[STAMP]}/ignore", reason="不归我们管")[1]
    assert "须由负责那些地区的人处理" in refused
    assert state(sessions, known[STAMP]) == "open"
    browser.post(f"{LIST}/{known['无人机要登记吗']}/ignore", reason="不归我们管")
    assert state(sessions, known["无人机要登记吗"]) == "ignored"
    assert browser.client.get(f"{LIST}/{known['老年证怎么办']}").status_code == 404
    assert "没有选到" in browser.post(f"{LIST}/{known['无人机要登记吗']}/merge", into=known["老年证怎么办"])[1]
    browser.post(f"{LIST}/{known[STAMP]}/draft")
    with sessions() as session:
        assert [draft.region for draft in session.query(FaqRevision)] == ["320300"]


@pytest.mark.parametrize("role", [Role.SECRECY, Role.ADMIN, Role.AUDITOR])
def test_who_only_reads_finds_no_button(browser: Visitor, missed: dict[str, str], role: Role) -> None:
    browser.enter(role)
    page = browser.get(f"{LIST}/{missed[STAMP]}")
    assert STAMP in page
    for action in ("draft", "variant", "ignore", "reopen", "merge"):
        assert browser.post(f"{LIST}/{missed[STAMP]}/{action}", reason="不归我们管")[0] == 403


def test_the_first_page_counts_what_the_list_begins_with(browser: Visitor, missed: dict[str, str]) -> None:
    browser.enter(Role.EDITOR)
    assert re.search(r"未解答的问题</div>\s*<div[^>]*>3<", browser.get("/console/"))
    assert "有用 1，没用 1" in words(browser.get("/console/entry?id=K1"))


def test_nobody_changes_an_entry_here(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    for path in ("/console/entries/edit?pk=K1", "/console/entries/create"):
        assert browser.client.get(path).status_code == 403

"""The dictionary's page: what curators add, change and remove, and what is refused with a sentence."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.console.dictionary.terms import NOTE_LIMIT
from knowledge.audit.models import AuditEvent
from knowledge.faq.models import KnowledgeVersion
from knowledge.faq.vocabulary import LONGEST_WORD, MOST_OTHERS, Term, terms
from knowledge.staff.rights import Role
from tests.api.console.visitor import Visitor

PAGE = "/console/dictionary"
MANY = tuple(f"卡片{one}{other}" for one in "天地人和中" for other in "甲乙丙丁戊")


def kept(sessions: sessionmaker[Session]) -> list[Term]:
    with sessions() as session:
        return terms(session)


def number(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(KnowledgeVersion.number)) or 0


def test_a_synonym_that_is_added_is_kept_with_its_author_and_listed(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    status, page = browser.post(PAGE, kind="synonym", word="借书卡", others="借书证、读者证，\n图书證", note="本馆叫法")
    assert status == 200
    assert "已保存“借书卡”" in page
    assert "借书证、读者证、图书证" in page
    [term] = kept(sessions)
    assert (term.kind, term.word, term.others, term.note) == (
        "synonym", "借书卡", ("借书证", "读者证", "图书证"), "本馆叫法",
    )  # fmt: skip
    assert term.changed_by == "staff-editor"


def test_a_saved_word_moves_the_bases_number_so_that_every_process_takes_it_up(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    before = number(sessions)
    browser.post(PAGE, kind="word", word="掌上图书室")
    assert number(sessions) > before


def test_a_related_term_is_kept_as_such(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    browser.post(PAGE, kind="related", word="办卡", others="借书卡,停车卡")
    assert [(term.kind, term.word, term.others) for term in kept(sessions)] == [
        ("related", "办卡", ("借书卡", "停车卡"))
    ]


@pytest.mark.parametrize(
    ("word", "others", "said"),
    [
        ("", "借书证", "请填写词语"),
        ("😀！", "借书证", "请填写词语"),
        ("借书卡", "", "至少一个同义的说法"),
        ("卡", "借书证", "“卡”只有一个字"),
        ("借书卡", "借书证、证", "“证”只有一个字"),
        ("借书卡", "借书证、借書證", "“借书证”填了两次"),
        ("借书卡", "借书证、借书卡", "不能是它自己的同义词"),
        ("很" * (LONGEST_WORD + 1), "借书证", f"最多 {LONGEST_WORD} 个字"),
        ("借书卡", "、".join(MANY), f"最多填 {MOST_OTHERS} 个"),
        ("借" * 10_000, "借书证", "太长"),
    ],
)  # fmt: skip
def test_what_says_nothing_or_two_things_is_refused_with_a_sentence_and_stays_in_the_form(
    browser: Visitor, sessions: sessionmaker[Session], word: str, others: str, said: str
) -> None:
    browser.enter(Role.EDITOR)
    before = number(sessions)
    status, page = browser.post(PAGE, kind="synonym", word=word, others=others)
    assert status == 422
    assert said in re.sub(r"<[^>]+>", "", page)
    assert f'value="{word}"' in page
    assert kept(sessions) == []
    assert number(sessions) == before


def test_a_word_of_another_group_is_refused_and_named(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    browser.post(PAGE, kind="synonym", word="借书卡", others="借书证")
    assert "“借书证”已经在另一条同义词里" in browser.post(PAGE, kind="synonym", word="读者卡", others="借书证")[1]
    assert "“借书卡”已经有一条了" in browser.post(PAGE, kind="synonym", word="借书卡", others="读者卡")[1]
    assert len(kept(sessions)) == 1


def test_a_note_that_is_too_long_is_refused_and_nothing_is_cut_off(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    status, page = browser.post(PAGE, kind="word", word="掌上图书室", note="长" * (NOTE_LIMIT + 1))
    assert (status, f"说明最多 {NOTE_LIMIT} 字" in page) == (422, True)
    assert kept(sessions) == []


def test_a_term_is_changed_on_its_own_page(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    browser.post(PAGE, kind="synonym", word="借书卡", others="借书证")
    where = f"{PAGE}/{kept(sessions)[0].id}"
    assert 'value="借书卡"' in browser.get(where)

    status, page = browser.post(where, word="借书卡", others="借书证、读者证", note="")

    assert (status, "借书证、读者证" in page) == (200, True)
    assert kept(sessions)[0].others == ("借书证", "读者证")


def test_a_wrong_change_is_refused_and_changes_nothing(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    browser.post(PAGE, kind="synonym", word="借书卡", others="借书证")
    before = number(sessions)
    status, page = browser.post(f"{PAGE}/{kept(sessions)[0].id}", word="借书卡", others="借书卡")
    assert (status, "不能是它自己的同义词" in page) == (422, True)
    assert kept(sessions)[0].others == ("借书证",)
    assert number(sessions) == before


def test_a_removed_term_is_gone_and_removing_it_again_says_so(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    browser.post(PAGE, kind="related", word="办卡", others="借书卡")
    where = f"{PAGE}/{kept(sessions)[0].id}"
    assert "已删除“办卡”" in browser.post(f"{where}/remove")[1]
    assert kept(sessions) == []
    for again in (browser.post(f"{where}/remove")[1], browser.post(where, word="办卡")[1], browser.get(where)):
        assert "已经被别人删除了" in again
    assert "已经被别人删除了" in browser.get(f"{PAGE}/99999999999999999999")


def test_every_change_of_the_dictionary_is_in_the_audit_log_with_before_and_after(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    browser.post(PAGE, kind="synonym", word="借书卡", others="借书证")
    where = f"{PAGE}/{kept(sessions)[0].id}"
    browser.post(where, word="借书卡", others="读者证")
    browser.post(where, word="", others="读者证")
    browser.post(f"{where}/remove")
    with sessions() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.kind == "word").order_by(AuditEvent.position)).all()
    assert [event.action for event in noted] == ["word.added", "word.changed", "word.removed"]
    assert {event.actor for event in noted} == {"staff-editor"}
    assert "借书证" in str(noted[1].before)
    assert "读者证" in str(noted[1].after)


def test_a_search_finds_own_and_built_in_words(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    browser.post(PAGE, kind="synonym", word="借书卡", others="借书证")
    found = browser.get(f"{PAGE}?kind=synonym&q=借書證")
    assert "<strong>借书卡</strong>" in found
    assert "系统自带的 0 条" in found
    built_in = browser.get(f"{PAGE}?kind=synonym&q=编办")
    assert "没有找到“编办”" in built_in
    assert "机构编制委员会办公室" in built_in


@pytest.mark.parametrize("kind", ["word", "synonym", "related"])
def test_each_tab_shows_the_committed_words(browser: Visitor, kind: str) -> None:
    browser.enter(Role.EDITOR)
    shown = re.search(r"系统自带的 (\d+) 条", browser.get(f"{PAGE}?kind={kind}"))
    assert shown is not None
    assert int(shown[1]) > 0


def test_markup_is_shown_as_it_was_typed(browser: Visitor) -> None:
    browser.enter(Role.EDITOR)
    nasty = "<script>alert(1)</script>"
    assert nasty not in browser.post(PAGE, kind="word", word="掌上图书室", note=nasty)[1]
    assert nasty not in browser.post(PAGE, kind="word", word=f"卡{nasty}", note=f'"><b>{nasty}')[1]
    assert nasty not in browser.get(f"{PAGE}?q={nasty}&kind={nasty}")


def test_a_form_without_its_token_changes_nothing(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    assert browser.client.post(PAGE, data={"kind": "word", "word": "掌上图书室"}).status_code == 403
    assert kept(sessions) == []

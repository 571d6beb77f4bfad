"""A draft of the base is answered as the base will be once it is published, and the live one does not notice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.decision import Decision
from knowledge.faq.entry import Entry
from knowledge.faq.queries import bump_version, save_entry
from knowledge.faq.renewal import DRAFTS_FOLDER, INDEX_FOLDER, SMALL_BASE, BuildFailed
from knowledge.faq.service import FaqService
from knowledge.faq.words import WORDS_FOLDER, committed_reader
from tests.conftest import NOON
from tests.knowledge.faq.base import entry, index_folder, service_of

ASKED = ["暖手宝怎么领", "热水袋在哪里领？", "证书丢了怎么补办", "设立登记要多久", "变更登记要多久", "食堂周末开门吗"]
ENTRIES = st.builds(
    lambda name, asked, answer: Entry(id=name, question=asked[0], paraphrases=tuple(asked[1:]), answer=answer),
    st.sampled_from("abcdef"),
    st.lists(st.sampled_from(ASKED), min_size=1, max_size=3, unique=True),
    st.sampled_from(["到前台领取暖手宝。", "五个工作日。周末不开门。"]),
)


def placed(folder: Path) -> Path:
    """With jieba's dictionary, which takes seconds to make."""
    committed_reader(index_folder() / WORDS_FOLDER)
    shutil.copytree(index_folder() / WORDS_FOLDER, folder / WORDS_FOLDER)
    return folder


def said(decision: Decision) -> tuple[str, int, list[tuple[str, float, str]]]:
    return decision.kind, decision.offered, [(e.id, e.confidence, e.entry.answer) for e in decision.entries]


def content(folder: Path) -> dict[str, int]:
    return {str(file): file.stat().st_mtime_ns for file in folder.rglob("*")}


@settings(max_examples=25, deadline=None)
@given(
    before=st.lists(ENTRIES, max_size=6), changed=st.lists(ENTRIES, max_size=3), gone=st.sets(st.sampled_from("abc"))
)
def test_a_draft_decides_as_a_base_built_whole_with_the_change(
    before: list[Entry], changed: list[Entry], gone: set[str]
) -> None:
    live = {each.id: each for each in before}
    changes: dict[str, Entry | None] = {each.id: each for each in changed} | dict.fromkeys(gone)
    after = [each for each in (live | changes).values() if each is not None]
    draft = service_of(*live.values()).with_changes(changes)
    shutil.rmtree(index_folder() / INDEX_FOLDER)  # nothing is left that the whole base could take over
    whole = service_of(*after)
    for question in [*ASKED, "登记", "怎么领", "周末"]:
        decided = whole.decide(question, region=None, now=NOON)
        assert said(draft.decide(question, region=None, now=NOON)) == said(decided)


def test_ten_drafts_leave_the_live_base_as_it_was(now: datetime, tmp_path: Path) -> None:
    asked = entry("a", "食堂周末开门吗？", answer="不开门。")
    live = FaqService([asked, entry("b", "证书丢了怎么补办？")], index_dir=placed(tmp_path))
    before = content(tmp_path / INDEX_FOLDER)
    for number in range(10):
        draft = live.with_changes({"a": replace(asked, answer=f"开门{number}次。", status="draft")})
        assert draft.decide(asked.question, region=None, now=now).entries[0].entry.answer == f"开门{number}次。"
        assert live.decide(asked.question, region=None, now=now).entries[0].entry.answer == "不开门。"
    assert content(tmp_path / INDEX_FOLDER) == before
    assert draft.reader is live.reader


def test_a_draft_of_a_large_base_is_built_by_a_process_of_its_own(now: datetime, tmp_path: Path) -> None:
    rows = [entry(f"z{at}", f"第{at}号柜子怎么开？") for at in range(SMALL_BASE + 1)]
    live = FaqService(rows, index_dir=placed(tmp_path), number=7)
    draft = live.with_changes({"z3": replace(rows[3], answer="用钥匙开。"), "z4": None})
    assert draft.decide("第3号柜子怎么开？", region=None, now=now).entries[0].entry.answer == "用钥匙开。"
    assert draft.entry("z4") is None
    assert draft.state == live.state


def test_where_no_draft_can_be_built_the_live_base_goes_on(now: datetime, tmp_path: Path) -> None:
    asked = entry("a", "食堂周末开门吗？", answer="不开门。")
    live = FaqService([asked], index_dir=placed(tmp_path))
    (tmp_path / DRAFTS_FOLDER).write_text("no folder can be made here")
    with pytest.raises(BuildFailed):
        live.with_changes({"a": None})
    assert live.decide(asked.question, region=None, now=now).kind == "answer"


def test_a_draft_is_never_refreshed(sessions: sessionmaker[Session], now: datetime, tmp_path: Path) -> None:
    asked = entry("a", "食堂周末开门吗？", answer="不开门。")
    with sessions.begin() as session:
        save_entry(session, entry=asked, now=now)
        bump_version(session, now=now)
    with sessions() as session:
        live = FaqService.load(session, index_dir=placed(tmp_path))
    draft = live.with_changes({"a": replace(asked, answer="开门。")})
    with sessions.begin() as session:
        save_entry(session, entry=replace(asked, answer="看情况。"), now=now)
        bump_version(session, now=now)
    with sessions() as session:
        assert not draft.refresh(session)
        assert live.refresh(session)
    assert draft.decide(asked.question, region=None, now=now).entries[0].entry.answer == "开门。"
    assert live.decide(asked.question, region=None, now=now).entries[0].entry.answer == "看情况。"


@pytest.mark.parametrize(
    ("question", "alike"),
    [
        ("事业单位变更登记要多久能办好？", ["set-up"]),
        ("第3批名单什么时候公示？", ["second"]),
        ("食堂周末开门吗？", []),
    ],
)
def test_what_a_draft_looks_like_but_for_one_word_is_found(
    question: str, alike: list[str], now: datetime, tmp_path: Path
) -> None:
    live = FaqService(
        [entry("set-up", "事业单位设立登记要多久能办好？"), entry("second", "第2批名单什么时候公示？")],
        index_dir=placed(tmp_path),
    )
    draft = entry("new", question)
    assert [found.id for found in live.alike(draft, region=None, now=now)] == alike

"""A version of the base is built once, whatever it takes over, and one that cannot be built leaves the last one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.building import Base, build
from knowledge.faq.entry import Entry
from knowledge.faq.generation import Generation, open_generation
from knowledge.faq.queries import BaseState, bump_version, save_entry
from knowledge.faq.renewal import SMALL_BASE, BuildFailed, Renewal
from knowledge.faq.service import FaqService
from knowledge.faq.vocabulary import Term, enlarged
from knowledge.faq.words import WORDS_FOLDER, Words, committed_lexicon, committed_reader
from tests.conftest import NOON
from tests.knowledge.faq.base import entry, index_folder

QUESTIONS = st.sampled_from(
    [
        "暖手宝怎么领",
        "热水袋在哪里领？",
        "证书丢了怎么补办",
        "第3批名单什么时候公示",
        "设立登记要多久",
        "食堂周末开门吗",
    ]
)
ANSWERS = st.sampled_from(["到前台领取暖手宝。", "五个工作日。周末不开门。", ""])
BASES = st.dictionaries(
    st.sampled_from("abcde"), st.tuples(st.lists(QUESTIONS, min_size=1, max_size=3, unique=True), ANSWERS), max_size=5
)
WORDS = st.lists(
    st.sampled_from(
        [("synonym", "热水袋", "暖手宝"), ("synonym", "公示", "开门"), ("word", "补办", ""), ("word", "登记要", "")]
    ),
    unique=True,
)


def base_of(rows: dict[str, tuple[list[str], str]], added: Sequence[tuple[str, str, str]]) -> Base:
    entries = [
        Entry(id=name, question=asked[0], paraphrases=tuple(asked[1:]), answer=answer)
        for name, (asked, answer) in rows.items()
    ]
    terms = [Term(1, kind, word, (other,) if other else (), "", NOON, "王") for kind, word, other in added]  # type: ignore[arg-type]
    return Base(BaseState(1, ""), entries, enlarged(committed_lexicon(), terms))


def spelled_rows(generation: Generation, number: int) -> list[tuple[int, str, float]]:
    """Each token of each row, and what it weighs: numbers of tokens differ with what the base held before."""
    spelling = {token: word for words in generation.head.vocabulary for word, token in words.items()}
    own = generation.sheet.elements(number)
    return [
        (place, spelling[token], float(generation.sheet.weights[token]))
        for token, place in zip(own.tokens.tolist(), own.places.tolist(), strict=True)
    ]


def opened(folder: Path, name: str) -> Generation:
    found = open_generation(folder, name)
    assert found is not None
    return found


@settings(max_examples=30, deadline=None)
@given(before=BASES, words_before=WORDS, after=BASES, words_after=WORDS)
def test_what_is_taken_over_is_what_would_have_been_made(
    before: dict[str, tuple[list[str], str]],
    words_before: list[tuple[str, str, str]],
    after: dict[str, tuple[list[str], str]],
    words_after: list[tuple[str, str, str]],
) -> None:
    readers = Words(index_folder())
    with TemporaryDirectory() as place:
        folder, fresh = Path(place) / "faq", Path(place) / "fresh"
        build(folder, "before", base_of(before, words_before), readers)
        build(folder, "after", base_of(after, words_after), readers)
        build(fresh, "after", base_of(after, words_after), readers)
        taken, made = opened(folder, "after"), opened(fresh, "after")
        assert taken.head.ids == made.head.ids == sorted(after)
        assert taken.head.counts == made.head.counts
        assert taken.head.lexicon == made.head.lexicon
        for number in range(len(after)):
            assert taken.entry(number) == made.entry(number)
            assert taken.profile(number) == made.profile(number)
            assert taken.counted(number) == made.counted(number)
            assert spelled_rows(taken, number) == spelled_rows(made, number)


def test_where_a_version_cannot_be_built_the_last_one_goes_on_answering(
    sessions: sessionmaker[Session], now: datetime, tmp_path: Path
) -> None:
    asked = entry("a", "食堂周末开门吗？", answer="不开门。")
    with sessions.begin() as session:
        save_entry(session, entry=asked, now=now)
        bump_version(session, now=now)
    shutil.copytree(_words(), tmp_path / WORDS_FOLDER)
    with sessions() as session:
        service = FaqService.load(session, index_dir=tmp_path)
    with sessions.begin() as session:
        save_entry(session, entry=replace(asked, answer="开门。"), now=now)
        bump_version(session, now=now)
    (tmp_path / "faq").rename(tmp_path / "elsewhere")
    (tmp_path / "faq").write_text("no folder can be made here")
    with sessions() as session, pytest.raises(BuildFailed):
        service.refresh(session)
    assert service.decide(asked.question, region=None, now=now).entries[0].entry.answer == "不开门。"
    (tmp_path / "faq").unlink()
    with sessions() as session:
        assert service.refresh(session)
    assert service.decide(asked.question, region=None, now=now).entries[0].entry.answer == "开门。"


def test_a_building_process_that_fails_tells_the_kind_of_error_and_no_more(
    sessions: sessionmaker[Session], engine: Engine, now: datetime, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        for at in range(SMALL_BASE + 1):
            save_entry(session, entry=entry(f"z{at}", f"第{at}号柜子怎么开？"), now=now)
        bump_version(session, now=now)
    (tmp_path / WORDS_FOLDER).write_text("no dictionary can be kept here")
    with pytest.raises(BuildFailed) as failed:
        Renewal(tmp_path, Words(tmp_path)).of_database(engine)
    assert str(failed.value) == "FileExistsError"


def test_a_stopped_renewal_builds_nothing(engine: Engine, tmp_path: Path) -> None:
    renewal = Renewal(tmp_path, Words(tmp_path))
    renewal.stop()
    with pytest.raises(BuildFailed):
        renewal.of_database(engine)
    assert not (tmp_path / "faq").exists()


def _words() -> Path:
    """jieba's dictionary, which takes seconds to make."""
    committed_reader(index_folder() / WORDS_FOLDER)
    return index_folder() / WORDS_FOLDER

"""What curators add to the dictionary: refused where it says nothing or two things, otherwise part of the lexicon."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.faq.queries import base_number
from knowledge.faq.vocabulary import (
    LONGEST_WORD,
    Term,
    TermKind,
    TermRefused,
    add_term,
    change_term,
    enlarged,
    remove_term,
    term,
    terms,
)
from knowledge.search.lexicon import Lexicon
from tests.conftest import NOON


def add(session: Session, kind: TermKind, word: str, *others: str, note: str = "") -> Term:
    return add_term(session, kind=kind, word=word, others=others, note=note, by="王", now=NOON)


def test_a_term_is_kept_in_normal_form_and_moves_the_base(session: Session, now: datetime) -> None:
    before = base_number(session)
    added = add(session, "synonym", "網站標識 ", "小标牌", " ＬＯＧＯ", note=" 口语 ")
    assert (added.word, added.others, added.note, added.changed_by) == ("网站标识", ("小标牌", "logo"), "口语", "王")
    assert term(session, term_id=added.id) == added
    assert base_number(session) == before + 1


def test_a_change_and_a_removal_move_the_base_too(session: Session, now: datetime) -> None:
    added = add(session, "related", "换本子", "到期换领")
    number = base_number(session)
    later = now + timedelta(minutes=1)
    changed = change_term(session, term_id=added.id, word="换本子", others=["到期换领", "补领"], by="李", now=later)
    assert changed is not None
    assert (changed.others, changed.changed_by, changed.changed_at) == (("到期换领", "补领"), "李", later)
    assert base_number(session) == number + 1
    assert remove_term(session, term_id=added.id, now=later)
    assert base_number(session) == number + 2
    assert not remove_term(session, term_id=added.id, now=later)
    assert change_term(session, term_id=added.id, word="换本子", others=["补领"], by="李", now=later) is None
    assert terms(session) == []


@pytest.mark.parametrize(
    ("kind", "word", "others", "problem"),
    [
        ("word", "  ", (), "empty"),
        ("word", "证", (), "one_sign"),
        ("synonym", "证书", ("本",), "one_sign"),
        ("word", "长" * (LONGEST_WORD + 1), (), "too_long"),
        ("synonym", "证书", (), "no_others"),
        ("related", "证书", ("，",), "no_others"),
        ("synonym", "证书", ("证书",), "itself"),
        ("synonym", "证书", ("本本", "本本"), "twice"),
        ("synonym", "证书", tuple(f"本本{at}" for at in range(21)), "too_many"),
        ("synonym", "小红本", ("证件本",), "two_groups"),
        ("synonym", "证件本", ("大红本",), "two_groups"),
        ("synonym", "红本本", ("大红本",), "taken"),
    ],
)
def test_what_says_nothing_or_two_things_is_refused(
    session: Session, kind: TermKind, word: str, others: tuple[str, ...], problem: str
) -> None:
    add(session, "synonym", "红本本", "证件本")
    with pytest.raises(TermRefused) as refused:
        add(session, kind, word, *others)
    assert refused.value.problem == problem


def test_a_term_may_be_saved_as_it_is(session: Session, now: datetime) -> None:
    added = add(session, "synonym", "红本本", "证件本")
    again = change_term(session, term_id=added.id, word="红本本", others=["证件本"], note="口语", by="李", now=now)
    assert again is not None
    assert again.note == "口语"


def test_terms_are_found_by_kind_and_by_what_they_mention(session: Session) -> None:
    for kind, word, others, note in (
        ("word", "编外岗", (), ""), ("synonym", "红本本", ("证件本",), "口语"), ("related", "换本子", ("补领",), ""),
    ):  # fmt: skip
        add(session, kind, word, *others, note=note)
    assert [each.word for each in terms(session)] == ["换本子", "红本本", "编外岗"]
    assert [each.word for each in terms(session, kind="word")] == ["编外岗"]
    assert [each.word for each in terms(session, containing="證件")] == ["红本本"]
    assert [each.word for each in terms(session, containing="口语")] == ["红本本"]
    assert [each.word for each in terms(session, limit=1)] == ["换本子"]


COMMITTED = Lexicon(
    {"丢": "遗失", "遗失": "遗失", "弄丢": "遗失"}, {}, {}, related={"年检": ("年度报告",)}, words=frozenset({"下编"})
)


def made(kind: TermKind, word: str, *others: str) -> Term:
    return Term(1, kind, word, others, "", NOON, "王")


def test_the_curators_words_stand_beside_the_committed_ones() -> None:
    lexicon = enlarged(
        COMMITTED,
        [made("word", "编外岗"), made("related", "年检", "年审", "年度报告"), made("synonym", "挂失", "弄丢")],
    )
    assert lexicon.words == {"下编", "编外岗"}
    assert lexicon.related == {"年检": ("年度报告", "年审")}
    assert {lexicon.synonyms[word] for word in ("丢", "遗失", "弄丢", "挂失")} == {lexicon.synonyms["挂失"]}
    assert "编外岗" in lexicon.vocabulary
    assert COMMITTED.related == {"年检": ("年度报告",)}


WORDS = st.sampled_from("甲乙丙丁戊己庚")


@given(st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=3)), max_size=6))
def test_equals_are_equal_both_ways_whatever_is_added(groups: list[tuple[str, list[str]]]) -> None:
    synonyms = enlarged(COMMITTED, [made("synonym", word, *others) for word, others in groups]).synonyms
    for word, others in groups:
        assert len({synonyms[each] for each in (word, *others)}) == 1
    assert all(synonyms[stands] == stands for stands in synonyms.values())

"""Missed questions of one meaning stand together, whatever their words; look-alikes do not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.faq.files import STARTER, check_file
from knowledge.faq.questions import Question
from knowledge.missed.deciding import ignore
from knowledge.missed.gathering import ASKED_AGAIN, REOPENED, known_groups, put, ungrouped
from knowledge.missed.grouping import MOST_FORMS, MOST_NEW, sort_out
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import GroupState
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.knowledge.curation.people import EDITOR
from tests.knowledge.missed.asking import asked, base, gather, group_of, groups, save, wish


def shown(session: Session) -> list[tuple[str, int]]:
    return [(group.question, group.times) for group in groups(session)]


def test_other_words_for_the_same_are_one_row(session: Session) -> None:
    save(
        session,
        *map(
            asked, ["公章刻错了怎么办", "刻错公章了咋办", "无人机要登记吗", "无人机需要登记吗？", "公章刻错了怎么办？"]
        ),
    )
    assert gather(session) == 5
    assert shown(session) == [("公章刻错了怎么办", 3), ("无人机要登记吗", 2)]
    assert gather(session) == 0


def test_another_round_finds_the_group_of_the_one_before(session: Session) -> None:
    group = group_of(session, "图书馆周末开门吗")
    save(session, asked("图书馆周末开不开门", asked_at=NOON + timedelta(hours=1)))
    gather(session)
    [found] = groups(session)
    assert (found.id, found.times, found.last_at) == (group.id, 2, NOON + timedelta(hours=1))
    assert len(found.forms) == 2


def test_what_differs_in_one_kind_stays_apart(session: Session) -> None:
    save(session, *map(asked, ["设立登记收费吗", "变更登记收费吗", "注销登记收费吗"]))
    gather(session)
    assert len(groups(session)) == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("公章刻错了怎么办", "证书印错了怎么办"),
        ("事业单位能买车吗", "事业单位能炒股吗"),
        ("公务车怎么报废", "电脑怎么报废"),
        ("公章刻错了怎么办", "村委会公章丢了怎么办"),
        ("食堂可以对外营业吗", "会议室可以对外出租吗"),
    ],
)
def test_what_shares_most_words_but_not_the_matter_stays_apart(session: Session, first: str, second: str) -> None:
    save(session, asked(first), asked(second))
    gather(session)
    assert len(groups(session)) == 2


def test_each_reason_counts_and_nothing_else(session: Session) -> None:
    save(
        session,
        asked("公章刻错了怎么办"),
        asked("公章刻错了怎么办", decision="useless"),
        asked("公章刻错了怎么办", decision="useless", entry_id="K1"),
        asked("公章刻错了怎么办", decision="answer", entry_id="K1", confidence=0.7),
        asked("公章刻错了怎么办", decision="answer", entry_id="K1", confidence=0.9),
        asked("公章刻错了怎么办", decision="choices", entry_id="K1"),
        asked("公章刻错了怎么办", decision="elsewhere"),
        asked("", decision="sensitive"),
        asked("", decision="useful", entry_id="K1"),
    )
    assert gather(session) == 4
    assert shown(session) == [("公章刻错了怎么办", 4)]


def test_useless_without_a_word_is_the_entrys_own_row(session: Session) -> None:
    save(session, asked("", decision="useless", entry_id="K1"), asked("", decision="useless", entry_id="K1"))
    gather(session)
    [group] = groups(session)
    assert (group.question, group.times, group.entry_id, group.forms) == ("借书卡丢了怎么办？", 2, "K1", [])
    save(session, asked("", decision="useless", entry_id="gone"))
    gather(session)
    assert [each.question for each in groups(session)] == ["借书卡丢了怎么办？", "gone"]


def test_the_counts_are_those_of_the_record(session: Session) -> None:
    texts = [f"{thing}在哪里办" for thing in ("老年证", "护照", "驾照", "借书卡", "公交卡")]
    save(session, *(asked(texts[n % 5]) for n in range(23)))
    gather(session)
    counted = Counter(question.group_id for question in session.query(Question))
    assert {group.id: group.times for group in groups(session)} == counted


def test_many_new_ones_are_taken_in_several_turns_and_none_is_lost(session: Session) -> None:
    words = [each.question for each in check_file(STARTER).entries][: MOST_NEW + 10]
    save(session, *map(asked, words))
    found = sort_out(ungrouped(session), known_groups(session), faq=base(), now=NOON)
    assert sum(placing.is_new for placing in found) == MOST_NEW
    assert gather(session) == len(words)


def test_a_question_written_by_a_slower_process_is_not_passed_over(session: Session) -> None:
    save(session, asked("公章刻错了怎么办"), asked("无人机要登记吗"))
    wordings = ungrouped(session)[1:]
    put(session, sort_out(wordings, [], faq=base(), now=NOON), now=NOON)
    session.commit()
    assert [each.text for each in ungrouped(session)] == ["公章刻错了怎么办"]


def test_a_group_keeps_a_bounded_number_of_wordings(session: Session) -> None:
    group = group_of(
        session,
        "公章刻错了怎么办",
        *(f"公章刻错了怎么办{sign}" for sign in "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯"),
    )
    assert len(group.forms) <= MOST_FORMS


def test_what_must_not_be_kept_by_newer_patterns_is_emptied_and_shown_to_nobody(session: Session, vault: Vault) -> None:
    save(session, asked("市公安局有多少编制"))
    waiter = MissedWaiter(
        id="w", account="city", citizen="c", question="市公安局有多少编制", form="x", asked_at=NOON, state="waiting"
    )
    session.add(waiter)
    session.commit()
    gather(session)
    assert groups(session) == []
    assert [question.text for question in session.query(Question)] == [""]
    assert session.query(MissedWaiter).count() == 0


def test_who_waits_stands_with_the_questions_of_his_meaning(session: Session, vault: Vault) -> None:
    group = group_of(session, "公章刻错了怎么办")
    wish(session, "刻错公章了咋办", vault)
    gather(session)
    assert [waiter.group_id for waiter in session.query(MissedWaiter)] == [group.id]
    assert groups(session)[0].times == 1  # a wish is no question


def test_who_waits_alone_is_a_row_of_his_own(session: Session, vault: Vault) -> None:
    wish(session, "公章刻错了怎么办", vault)
    gather(session)
    assert shown(session) == [("公章刻错了怎么办", 0)]


@pytest.mark.parametrize("times", [ASKED_AGAIN - 1, ASKED_AGAIN])
def test_what_was_ignored_comes_back_once_it_is_asked_often_enough(session: Session, times: int) -> None:
    group = group_of(session, "公章刻错了怎么办")
    ignore(session, group_id=group.id, by=EDITOR, reason="不归我们管", now=NOON)
    session.commit()
    later = NOON + timedelta(days=1)
    save(session, *(asked("公章刻错了怎么办", asked_at=later) for _ in range(times)))
    gather(session, now=later)
    [found] = groups(session)
    back = times >= ASKED_AGAIN
    assert found.state == (GroupState.OPEN if back else GroupState.IGNORED)
    assert (found.reason == REOPENED) is back
    open_ones = session.query(Question).filter(Question.handled_at.is_(None)).count()
    assert open_ones == (times if back else 0)


def test_what_was_filled_and_is_asked_in_vain_again_is_a_new_row(session: Session) -> None:
    group = group_of(session, "公章刻错了怎么办")
    session.get_one(MissedGroup, group.id).state = GroupState.FILLED
    session.commit()
    save(session, asked("公章刻错了怎么办"))
    gather(session)
    assert [each.id == group.id for each in groups(session, GroupState.OPEN)] == [False]


def test_a_group_that_was_filled_while_questions_were_sorted_takes_no_more(session: Session) -> None:
    group = group_of(session, "公章刻错了怎么办")
    save(session, asked("刻错公章了咋办"))
    placings = sort_out(ungrouped(session), known_groups(session), faq=base(), now=NOON)
    session.get_one(MissedGroup, group.id).state = GroupState.FILLED
    session.flush()
    assert put(session, placings, now=NOON) == 0
    session.commit()
    assert len(ungrouped(session)) == 1

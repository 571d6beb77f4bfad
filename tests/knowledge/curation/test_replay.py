"""A replay tells every question that is answered otherwise, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from knowledge.curation.golden import Golden
from knowledge.curation.publication import restored, stored
from knowledge.curation.replay import Asked, outcome, recent_questions, replay
from knowledge.faq.entry import Entry
from knowledge.faq.questions import QuestionRecord, save_questions
from tests.knowledge.faq.base import entry, service_of

OPEN = entry("K1", "图书室几点开门？", answer="早上九点。")
CARD = entry("K2", "借书卡丢了怎么补办？", answer="到前台。")
PARK = entry("K3", "停车场收费吗？", answer="不收。")


def golden(question: str, *entry_ids: str, expected: str = "answer") -> Golden:
    return Golden(id=question, question=question, region=None, expected=expected, entry_ids=entry_ids)


def test_only_what_is_answered_otherwise_is_told_gravest_first(now: datetime) -> None:
    live = service_of(OPEN, CARD)
    changes: dict[str, Entry | None] = {"K1": None, "K2": replace(CARD, answer="到二楼。"), "K3": PARK}
    asked = [Asked(CARD.question, None, 7), Asked(PARK.question, None, 3), Asked("食堂在哪里", None, 9)]
    wanted = [golden(OPEN.question, "K1"), golden(PARK.question, "K3"), golden("食堂在哪里", "K9")]
    found = replay(live, live.with_changes(changes), asked, wanted, now=now)
    assert [(each.question, each.verdict, each.times, each.golden) for each in found.differences] == [
        (OPEN.question, "regression", 0, True),
        (PARK.question, "improvement", 3, True),
        (CARD.question, "changed", 7, False),
        ("食堂在哪里", "failing", 9, True),
    ]
    assert (found.asked, found.golden, found.failing_before) == (1, 3, 2)
    reworded = found.differences[2]
    assert (reworded.before.said, reworded.after.said) == ("到前台。", "到二楼。")
    assert [restored(stored(each)) for each in found.differences] == list(found.differences)


def test_a_draft_without_a_change_answers_everything_as_before(now: datetime) -> None:
    live = service_of(OPEN, CARD)
    asked = [Asked(question, None) for question in (OPEN.question, "借书卡怎么办", "食堂在哪里", "您好", "婚姻登记")]
    assert replay(live, live.with_changes({"K1": OPEN}), asked, [], now=now).differences == ()


def test_an_answer_that_only_gets_another_basis_is_told_otherwise(now: datetime) -> None:
    other = replace(OPEN, verified=True)
    before = outcome(service_of(OPEN), OPEN.question, region=None, now=now)
    after = outcome(service_of(other), OPEN.question, region=None, now=now)
    assert (before.kind, before.entries) == (after.kind, after.entries)
    assert before.told != after.told


def test_the_newest_distinct_questions_of_each_place_are_replayed(session: Session, now: datetime) -> None:
    def asked(text: str, minute: int, decision: str = "answer", region: str | None = None) -> QuestionRecord:
        return QuestionRecord(
            account="a",
            region=region,
            asked_at=now + timedelta(minutes=minute),
            text=text,
            decision=decision,
            entry_id=None,
            confidence=0.0,
            base_version="1",
        )

    save_questions(
        session,
        [
            asked("甲", 1),
            asked("乙", 2, "none"),
            asked("甲", 3),
            asked("甲", 4, region="320000"),
            asked("", 5, "sensitive"),
            asked("你好", 6, "chitchat"),
            asked("没用", 7, "useless"),
        ],
    )
    assert recent_questions(session) == [Asked("甲", "320000", 1), Asked("甲", None, 2), Asked("乙", None, 1)]
    assert recent_questions(session, limit=1) == [Asked("甲", "320000", 1)]

"""The service: only what is valid here and today answers, and a change is taken up while others read."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from knowledge.faq.entry import Entry, region_line, shanghai_day
from knowledge.faq.files import STARTER, import_entries
from knowledge.faq.gaps import open_gaps
from knowledge.faq.queries import bump_version, save_entry
from knowledge.faq.questions import QuestionRecord, save_questions
from knowledge.faq.service import FaqService
from tests.knowledge.faq.base import entry, index_folder, service_of, starter_service

QUESTION = "变更登记要多久？"
REGIONS = [None, "320000", "320300", "320305", "110000"]
DAYS = st.none() | st.dates(date(2026, 11, 15), date(2026, 12, 1))


@settings(max_examples=60, deadline=None)
@given(
    entries=st.lists(
        st.tuples(st.sampled_from(REGIONS), DAYS, DAYS, st.sampled_from(["published", "draft", "retired"])), max_size=5
    ),
    region=st.sampled_from(REGIONS),
    hour=st.integers(0, 23),
)
def test_no_entry_answers_outside_its_days_and_places(
    entries: list[tuple[str | None, date | None, date | None, str]], region: str | None, hour: int
) -> None:
    now = datetime(2026, 11, 23, hour, tzinfo=UTC)
    base = [
        Entry(id=str(at), question=QUESTION, answer="答", region=r, valid_from=a, valid_until=b, status=status)
        for at, (r, a, b, status) in enumerate(entries)
    ]
    service = service_of(*base, entry("z", "年度报告什么时候报？"))
    decision = service.decide(QUESTION, region=region, now=now)
    for scored in decision.entries:
        found = scored.entry
        assert found.status == "published"
        assert found.region in region_line(region)
        today = shanghai_day(now)
        assert found.valid_from is None or found.valid_from <= today
        assert found.valid_until is None or today <= found.valid_until
    for other in service.related("z", region=region, now=now):
        assert other.may_answer(regions=region_line(region), today=shanghai_day(now))


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    service = service_of(entry("a", QUESTION, valid_from=date(2026, 11, 24)), entry("b", "年度报告什么时候报？"))
    before = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)
    assert service.decide(QUESTION, region=None, now=before).kind != "answer"
    assert service.decide(QUESTION, region=None, now=before + timedelta(seconds=1)).kind == "answer"


@pytest.mark.parametrize(
    ("region", "expected"),
    [("320305", "county"), ("320312", "city"), ("320100", "nation"), ("110000", "nation"), (None, "nation")],
)
def test_the_most_local_entry_answers(region: str | None, expected: str, now: datetime) -> None:
    service = service_of(
        entry("nation", QUESTION),
        entry("city", QUESTION, region="320300"),
        entry("county", QUESTION, region="320305"),
        entry("elsewhere", QUESTION, region="440300"),
    )
    decision = service.decide(QUESTION, region=region, now=now)
    assert decision.kind == "answer"
    assert decision.entries[0].entry.id == expected


def test_an_empty_base_answers_nothing(now: datetime) -> None:
    service = service_of()
    assert service.decide(QUESTION, region=None, now=now).kind == "none"
    assert service.entry("a") is None
    assert service.related("a", region=None, now=now) == []


def test_related_entries_are_others_and_at_most_three(now: datetime) -> None:
    related = starter_service().related("ZS04", region=None, now=now)
    assert len(related) == 3
    assert "ZS04" not in [other.id for other in related]
    assert any(other.category == "证书" for other in related)


def test_a_tap_on_any_question_is_answered_by_it(now: datetime) -> None:
    service = starter_service()
    for related in service.related("SL03", region=None, now=now):
        decision = service.decide(related.question, region=None, now=now)
        assert (decision.kind, decision.entries[0].entry.id) == ("answer", related.id)


def test_a_change_is_taken_up_and_an_unchanged_base_is_left_alone(
    sessions: sessionmaker[Session], now: datetime, tmp_path: Path
) -> None:
    with sessions() as session:
        save_entry(session, entry=entry("a", QUESTION, answer="三十天"), now=now)
        bump_version(session, now=now)
        session.commit()
    with sessions() as session:
        service = FaqService.load(session, index_dir=tmp_path)
        assert not service.refresh(session)
    with sessions() as session:
        save_entry(session, entry=entry("a", QUESTION, answer="二十天"), now=now)
        save_entry(session, entry=entry("b", "年度报告什么时候报？"), now=now)
        bump_version(session, now=now)
        session.commit()
    with sessions() as session:
        assert service.refresh(session)
        assert service.version == "2"
    answered = service.decide(QUESTION, region=None, now=now)
    assert answered.entries[0].entry.answer == "二十天"


def test_nobody_waits_or_fails_while_the_base_changes(
    sessions: sessionmaker[Session], now: datetime, tmp_path: Path
) -> None:
    with sessions() as session:
        import_entries(session, STARTER, now=now)
        session.commit()
        service = FaqService.load(session, index_dir=tmp_path)
    stop = threading.Event()
    seen: list[str] = []
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                decision = service.decide("事业单位法人证书丢了怎么办", region=None, now=now)
                seen.append(decision.entries[0].entry.answer)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    current = service.entry("ZS04")
    assert current is not None
    for turn in range(4):
        with sessions() as session:
            save_entry(session, entry=replace(current, answer=f"第{turn}版"), now=now)
            bump_version(session, now=now)
            session.commit()
            assert service.refresh(session)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert set(seen) <= {current.answer, "第0版", "第1版", "第2版", "第3版"}
    assert service.decide("事业单位法人证书丢了怎么办", region=None, now=now).entries[0].entry.answer == "第3版"


def test_two_processes_of_one_host_share_the_index_on_disk(now: datetime) -> None:
    one = service_of(entry("a", QUESTION), entry("b", "年度报告什么时候报？"))
    folders = sorted((index_folder() / "faq").iterdir())
    other = service_of(entry("a", QUESTION), entry("b", "年度报告什么时候报？"))
    assert sorted((index_folder() / "faq").iterdir()) == folders
    assert one.decide("变更多久", region=None, now=now) == other.decide("变更多久", region=None, now=now)


def record(now: datetime, text: str, decision: str, **more: object) -> QuestionRecord:
    fields: dict[str, object] = {
        "account": "default", "region": None, "asked_at": now, "text": text, "decision": decision,
        "entry_id": None, "confidence": 0.0, "base_version": "1",
    }  # fmt: skip
    return QuestionRecord(**(fields | more))  # type: ignore[arg-type]


def test_a_gap_is_counted_once_a_fact_and_entry(session: Session, now: datetime) -> None:
    gap = record(now, "问", "answer", entry_id="a", unfilled=("bureau_phone", "guide_link"))
    save_questions(session, [gap, gap])
    save_questions(session, [gap])
    assert [(found.placeholder, found.times) for found in open_gaps(session)] == [
        ("bureau_phone", 3),
        ("guide_link", 3),
    ]
    assert open_gaps(session, account="other") == []

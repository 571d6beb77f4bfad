"""Questions of a year, invented, and the same figures counted one by one: what the queries must agree with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from knowledge.calendar import shanghai_day
from knowledge.faq.entry import Entry
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import save_entry
from knowledge.faq.questions import Question, QuestionRecord, save_questions
from knowledge.numbers.days import Period
from knowledge.numbers.questions import DECISIONS, RATINGS, Counts
from knowledge.numbers.selection import NATION, Selection
from tests.conftest import NOON

REGIONS = (None, "320000", "320300", "320305", "330100", "990100")
TOPICS = ("登记", "编制", "")
ENTRIES = tuple(
    Entry(id=f"K{n}", question=f"第{n}个问题怎么办？", answer="请到前台办理。", category=TOPICS[n % 3], region=region)
    for n, region in enumerate((None, None, "320300", "320305", "990100", None))
)
GONE = "K9"  # answered once; no longer in the base
# The day changes at 16:00 UTC: moments on both sides of it, and anywhere else.
MOMENTS = st.one_of(
    st.builds(
        lambda day, step: datetime(2026, 11, day, 16, tzinfo=UTC) + timedelta(microseconds=step),
        st.integers(1, 28),
        st.sampled_from((-1, 0, 1)),
    ),
    st.builds(
        lambda minutes: datetime(2026, 10, 30, tzinfo=UTC) + timedelta(minutes=minutes), st.integers(0, 31 * 1440)
    ),
)
RECORDS = st.builds(
    QuestionRecord,
    account=st.just("city"),
    region=st.sampled_from(REGIONS),
    asked_at=MOMENTS,
    text=st.sampled_from(("", "公章刻错了", "怎么年检", "<b>几点开门</b>")),
    decision=st.sampled_from((*DECISIONS, *RATINGS)),
    entry_id=st.sampled_from((None, *(entry.id for entry in ENTRIES), GONE)),
    confidence=st.just(0.9),
    base_version=st.just("7"),
    milliseconds=st.one_of(st.none(), st.integers(0, 5000)),
)
PERIODS = st.dates(date(2026, 10, 30), date(2026, 11, 30)).flatmap(
    lambda first: st.builds(Period, st.just(first), st.dates(first, date(2026, 11, 30)))
)
BORDER = QuestionRecord(
    account="city", region=None, asked_at=NOON, text="怎么年检", decision="answer", entry_id="K0", confidence=0.9,
    base_version="7", milliseconds=3,
)  # fmt: skip


def fill(session: Session, records: Sequence[QuestionRecord], entries: Iterable[Entry] = ENTRIES) -> None:
    """Only these; whatever was there before is gone."""
    session.execute(delete(Question))
    session.execute(delete(FaqEntry))
    for entry in entries:
        save_entry(session, entry=entry, now=NOON)
    save_questions(session, records)
    session.flush()


def counts(records: Iterable[QuestionRecord]) -> Counts:
    return Counts(**Counter(record.decision for record in records))


def topic_of(record: QuestionRecord) -> str | None:
    return {entry.id: entry.category for entry in ENTRIES}.get(record.entry_id or "")


def selected(records: Iterable[QuestionRecord], selection: Selection) -> list[QuestionRecord]:
    """Looked at one by one, in Python."""
    return [
        record
        for record in records
        if selection.period.first <= shanghai_day(record.asked_at) <= selection.period.last
        and lies_in(record.region, selection.region)
        and (selection.topic is None or (record.entry_id and (topic_of(record) or "") == selection.topic))
        and any(
            (place is None or (record.region is not None and lies_in(record.region, place)))
            and (topic is None or topic == (topic_of(record) or ""))
            for place, topic in selection.scope.places
        )
    ]


def lies_in(region: str | None, place: str | None) -> bool:
    if place is None:
        return True
    if place == NATION or region is None:
        return place == NATION and region is None
    return region.startswith(place.removesuffix("00").removesuffix("00"))


def at(moment: datetime, **more: object) -> QuestionRecord:
    return replace(BORDER, asked_at=moment, **more)  # type: ignore[arg-type]

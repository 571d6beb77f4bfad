"""The page's tables as files: one block a file, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from api.console.charts import percent
from api.console.numbers.figures import read_figures, region_name, took, topic_name, waited
from api.console.texts import numbers as texts
from knowledge.calendar import SHANGHAI
from knowledge.faq.sheets import write_rows
from knowledge.numbers.entries import USED_DAYS
from knowledge.numbers.questions import LISTED, Counts, by_day, by_region, by_topic, top_answered, top_missed
from knowledge.numbers.selection import Selection

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Block:
    """``rows``: of a session, a selection and the moment of asking; at least the heads are always there."""

    title: str
    columns: tuple[str, ...]
    rows: Callable[[Session, Selection, datetime], list[Row]]


_COUNTED = (
    texts.ASKED, texts.ANSWER, texts.CHOICES, texts.NONE, texts.HIT_RATE, texts.CHITCHAT, texts.SENSITIVE,
    texts.ELSEWHERE, texts.USEFUL, texts.USELESS,
)  # fmt: skip


def _counted(counts: Counts) -> Row:
    told = (
        counts.asked, counts.answer, counts.choices, counts.none, percent(counts.hit_rate), counts.chitchat,
        counts.sensitive, counts.elsewhere, counts.useful, counts.useless,
    )  # fmt: skip
    return dict(zip(_COUNTED, told, strict=True))


def _days(session: Session, selection: Selection, _: datetime) -> list[Row]:
    return [{texts.UNIT_DAY: day.isoformat(), **_counted(counts)} for day, counts in by_day(session, selection)]


def _regions(session: Session, selection: Selection, _: datetime) -> list[Row]:
    found = by_region(session, selection)
    return [{texts.REGION: region_name(region), **_counted(counts)} for region, counts in found]


def _topics(session: Session, selection: Selection, _: datetime) -> list[Row]:
    return [{texts.TOPIC: topic_name(topic), **_counted(counts)} for topic, counts in by_topic(session, selection)]


def _answered(session: Session, selection: Selection, _: datetime) -> list[Row]:
    return [
        {
            texts.ENTRY: row.entry_id,
            texts.QUESTION: row.question or texts.GONE,
            texts.TIMES: row.times,
            texts.USEFUL: row.useful,
            texts.USELESS: row.useless,
        }
        for row in top_answered(session, selection, limit=LISTED)
    ]


def _missed(session: Session, selection: Selection, _: datetime) -> list[Row]:
    return [
        {
            texts.QUESTION: row.question,
            texts.TIMES: row.times,
            texts.LAST_ASKED: f"{row.last_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        }
        for row in top_missed(session, selection, limit=LISTED)
    ]


def _summary(session: Session, selection: Selection, now: datetime) -> list[Row]:
    figures = read_figures(session, selection, now=now)
    told = {
        **_counted(figures.totals),
        texts.HALF_WITHIN: took(figures.times.p50),
        texts.MOST_WITHIN: took(figures.times.p95),
        texts.ANSWERING: figures.entries.answering,
        texts.USED.format(days=USED_DAYS): figures.entries.used,
        texts.PAST_REVIEW: figures.entries.past_review,
        texts.EXPIRED: figures.entries.expired,
        texts.FILED: figures.filed,
        texts.FIRST_ANSWER: waited(figures.first.p50),
    }
    return [{texts.FIGURE: name, texts.VALUE: value} for name, value in told.items()]


_ANSWERED = (texts.ENTRY, texts.QUESTION, texts.TIMES, texts.USEFUL, texts.USELESS)
BLOCKS: Mapping[str, Block] = {
    "summary": Block(texts.SUMMARY_BLOCK, (texts.FIGURE, texts.VALUE), _summary),
    "days": Block(texts.DAYS_BLOCK, (texts.UNIT_DAY, *_COUNTED), _days),
    "regions": Block(texts.REGIONS_BLOCK, (texts.REGION, *_COUNTED), _regions),
    "topics": Block(texts.TOPICS_BLOCK, (texts.TOPIC, *_COUNTED), _topics),
    "answered": Block(texts.ANSWERED_BLOCK, _ANSWERED, _answered),
    "missed": Block(texts.MISSED_BLOCK, (texts.QUESTION, texts.TIMES, texts.LAST_ASKED), _missed),
}


def csv_of(block: Block, session: Session, selection: Selection, *, now: datetime) -> bytes:
    """UTF-8 with the mark by which a spreadsheet knows it; a cell that begins like a formula stays text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "block.csv"
        write_rows(path, list(block.columns), block.rows(session, selection, now))
        return path.read_bytes()

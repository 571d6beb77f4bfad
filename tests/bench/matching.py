"""One question among 10,000 entries of ten variants each: ``FaqService.decide`` beside six others."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

from knowledge.faq.service import FaqService
from knowledge.store.sessions import make_engine, make_reading_sessions
from tests.bench.contest import Contest, Tell, Text
from tests.bench.office import invented_entries, questions_about
from tests.bench.stores import database_url, keep_entries
from tests.bench.trial import WARM_UP, Built, Outcome, Question

ENTRIES = 10_000
QUICK_ENTRIES = 500
QUESTIONS = 3_000  # all distinct: nothing that was decided is asked again
SECONDS = 10.0  # for the questions of each contestant
DATABASE = "base.db"
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def run(folder: Path, *, quick: bool, tell: Tell) -> list[Outcome]:
    """The product first."""
    count = QUICK_ENTRIES if quick else ENTRIES
    tell(f"matching: one question among {count:,} entries of ten variants")
    entries = invented_entries(count)
    keep_entries(folder / DATABASE, entries)
    asked = itertools.islice(questions_about(count), QUESTIONS + WARM_UP)
    contest = Contest(
        folder=folder,
        ours=opened,
        texts=[Text(variant, entry.id) for entry in entries for variant in entry.variants],
        by_words=True,
        questions=[Question(question.question, question.entry_id) for question in asked],
        seconds=SECONDS / 5 if quick else SECONDS,
    )
    return contest.run(tell=tell)


def opened(folder: Path) -> Built:
    """The base as a serving process has it; built first where no process has."""
    with make_reading_sessions(make_engine(database_url(folder / DATABASE)))() as session:
        service = FaqService.load(session, index_dir=folder / "index")

    def best(question: str) -> str | None:
        decision = service.decide(question, region=None, now=NOW)
        return decision.entries[0].id if decision.entries else None

    return Built(best)

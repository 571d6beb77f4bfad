"""What the retention page promises is what the code does, and what citizens are told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from api.worker.retention import BATCH
from api.worker.worker import Rhythm
from handlers.texts import privacy
from knowledge.faq import questions
from knowledge.feedback.drafts import DRAFT_LIFETIME
from knowledge.messages.queries import HANDLED_LIFETIME, KEPT_LIFETIME
from knowledge.missed import waiters

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
FULL = (ROOT / "api" / "templates" / "privacy.html").read_text(encoding="utf-8")
STATEMENT = privacy.statement({}, None)


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ("recorded questions", questions.KEPT),
        ("groups of missed questions", questions.KEPT),
        ("wishes to be told", waiters.KEPT),
        ("answers and news that wait", KEPT_LIFETIME),
        ("which messages were handled", HANDLED_LIFETIME),
        ("a feedback form", DRAFT_LIFETIME),
        ("finished jobs", Rhythm().kept),
    ],
)
def test_the_page_says_how_long_each_thing_is_kept(row: str, kept: timedelta) -> None:
    [line] = [line for line in PAGE.splitlines() if line.startswith(f"| {row}")]
    assert f"{kept.days} days" in line


def test_the_page_says_in_which_pieces_questions_go() -> None:
    assert f"{BATCH:,} rows a transaction" in PAGE


@pytest.mark.parametrize("kept", [questions.KEPT, waiters.KEPT])
def test_citizens_are_told_the_same(kept: timedelta) -> None:
    assert f"{kept.days}天" in STATEMENT
    assert f"{kept.days} 天" in FULL

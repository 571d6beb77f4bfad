"""Bars are found by the decision itself, for a stated share of wrong answers."""

from __future__ import annotations

from dataclasses import asdict

import orjson

from knowledge.evaluation.thresholds import Judged, find, grid, outcome
from knowledge.search.decision import THRESHOLDS_FILE, Standing, Thresholds


def asked(confidence: float, *, second: float = 0.0, right: bool) -> Judged:
    standings = (Standing("first", confidence), Standing("second", second))
    return Judged(standings, False, frozenset({"first" if right else "other"}))


def test_the_bars_found_keep_to_the_stated_share_and_answer_as_many_as_they_can() -> None:
    sure = [asked(0.95, second=0.04, right=True)] * 8
    doubtful = [asked(0.83, second=0.15, right=True), asked(0.83, second=0.15, right=False)]
    strict, loose = (find([[*sure, *doubtful]], most_wrong=[most]) for most in (0.0, 0.1))
    assert strict is not None
    assert loose is not None
    assert outcome(strict, [*sure, *doubtful]).wrong == 0.0
    assert outcome(strict, [*sure, *doubtful]).answered_right == 0.8
    assert outcome(loose, [*sure, *doubtful]).answered_right == 0.9


def test_every_base_keeps_to_its_own_share() -> None:
    good, bad = [asked(0.85, second=0.1, right=True)], [asked(0.85, second=0.1, right=False)]
    bars = find([good, bad], most_wrong=[0.0, 0.0])
    assert bars is not None
    assert outcome(bars, bad).wrong == 0.0


def test_where_no_bars_keep_to_the_share_none_are_found() -> None:
    assert find([[asked(1.0, right=False)]], most_wrong=[0.0]) is None


def test_a_word_that_the_base_has_never_seen_asks_for_more_than_standing_alone() -> None:
    assert all(bars.unknown_word > bars.alone for bars in grid())


def test_the_file_holds_the_bars_in_use_and_how_they_were_found() -> None:
    stored = orjson.loads(THRESHOLDS_FILE.read_bytes())
    assert stored["bars"] == asdict(Thresholds())
    assert stored["found_on"]
    assert all(figures["wrong"] <= figures["most_wrong"] for figures in stored["found"].values())

"""Figures are counted as the contract says, by the code that answers citizens."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import orjson
import pytest

from knowledge.evaluation.faq import EvaluationRefused, Prediction, Query, evaluate_faq, leave_out, report
from knowledge.faq.files import STARTER, check_file
from tests.knowledge.faq.base import entry, index_folder


def test_shares_are_counted_over_the_right_queries() -> None:
    right = frozenset({"a"})
    asked = [Query("1", right), Query("2", right), Query("3", right), Query("4", frozenset()), Query("5", frozenset())]
    made = [
        Prediction("1", "answer", (("a", 0.9),), 1.0),
        Prediction("2", "choices", (("b", 0.4), ("c", 0.3), ("a", 0.2)), 2.0),
        Prediction("3", "answer", (("b", 0.9), ("a", 0.1)), 3.0),
        Prediction("4", "none", (), 4.0),
        Prediction("5", "answer", (("a", 0.8),), 5.0),
    ]
    figures = report(7, asked, made)
    assert str(figures.top_1) == "0.333 (1/3)"
    assert str(figures.top_3) == "1.000 (3/3)"
    assert str(figures.resolved) == "0.667 (2/3)"
    assert str(figures.wrong) == "0.400 (2/5)"
    assert str(figures.refused) == "0.500 (1/2)"


def test_one_paraphrase_of_each_entry_is_left_out_and_asked() -> None:
    kept, asked = leave_out([entry("a", "甲", paraphrases=("乙", "丙")), entry("b", "丁")])
    assert [query.right for query in asked] == [frozenset({"a"})]
    assert asked[0].text not in kept[0].variants
    assert kept[1].id == "b"


def test_our_own_base_reaches_its_figures_and_writes_predictions(tmp_path: Path, now: datetime) -> None:
    out = tmp_path / "predictions.jsonl"
    figures = evaluate_faq(STARTER, None, leave_one_out=True, predictions=out, data_dir=index_folder(), now=now)
    assert figures.queries == 177
    assert figures.top_1.value >= 0.65
    assert figures.top_3.value >= 0.88
    assert figures.resolved.value >= 0.85
    assert figures.wrong.value <= 0.04
    rows = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert [row["query"] for row in rows] == [query.text for query in leave_out(check_file(STARTER).entries)[1]]
    assert {row["decision"] for row in rows} <= {"answer", "choices", "none"}
    assert all(len(row["candidates"]) <= 5 and row["ms"] > 0 for row in rows)


@pytest.mark.parametrize("leave_one_out", [True, False])
def test_either_queries_or_leave_one_out(tmp_path: Path, now: datetime, leave_one_out: bool) -> None:
    queries = tmp_path / "q.jsonl" if leave_one_out else None
    with pytest.raises(EvaluationRefused):
        evaluate_faq(STARTER, queries, leave_one_out=leave_one_out, predictions=None, data_dir=index_folder(), now=now)


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"query":"a"}'])
def test_a_wrong_query_file_is_told_by_line(tmp_path: Path, now: datetime, content: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationRefused):
        evaluate_faq(STARTER, path, leave_one_out=False, predictions=None, data_dir=index_folder(), now=now)


@pytest.mark.parametrize(
    ("name", "top_1", "top_3", "resolved", "wrong"),
    [("faq_shenzhen_gov_chatbot", 0.85, 0.95, 0.92, 0.04), ("faq_covid_tianchi", 0.90, 0.97, 0.95, 0.05)],
)
def test_the_tuning_sets_do_not_get_worse(
    shared: Path, now: datetime, name: str, top_1: float, top_3: float, resolved: float, wrong: float
) -> None:
    folder = shared / "data" / name
    figures = evaluate_faq(
        folder / "knowledge.jsonl",
        folder / "queries.jsonl",
        leave_one_out=False,
        predictions=None,
        data_dir=index_folder(),
        now=now,
    )
    assert figures.top_1.value >= top_1
    assert figures.top_3.value >= top_3
    assert figures.resolved.value >= resolved
    assert figures.wrong.value <= wrong


def test_no_small_talk_of_the_tuning_set_is_answered_with_an_entry(shared: Path, now: datetime) -> None:
    path = shared / "data/chitchat.jsonl"
    figures = evaluate_faq(STARTER, path, leave_one_out=False, predictions=None, data_dir=index_folder(), now=now)
    assert (figures.wrong.found, figures.refused.found, figures.refused.of) == (0, figures.queries, figures.queries)

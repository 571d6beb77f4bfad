"""The figures of the look-up, measured on files in a register of their own."""

from __future__ import annotations

from pathlib import Path

from knowledge.evaluation.institutions import evaluate_institutions
from tests.knowledge.institutions.test_files import lines


def test_queries_are_asked_of_the_registry_that_was_given(tmp_path: Path) -> None:
    registry = lines(tmp_path / "names.jsonl", {"name": "青禾县第一中学"}, {"name": "白石市图书馆"})
    queries = lines(
        tmp_path / "queries.jsonl",
        {"query": "青禾一中", "name": "青禾县第一中学"},
        {"query": "云门小学", "name": "云门县小学"},
    )
    report = evaluate_institutions([registry], [queries], predictions=None, data_dir=tmp_path)
    assert (report.names, report.queries, report.first) == (2, 2, 1)

"""The sample register invents nothing about anything real."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import orjson

from knowledge.institutions.codes import examined
from knowledge.institutions.rows import COLUMNS
from knowledge.institutions.sample import county_rows, main, well_known_rows
from tests.knowledge.institutions.test_codes import REAL


def test_the_committed_file_is_what_the_script_writes(tmp_path: Path) -> None:
    assert main([str(tmp_path / "sample.jsonl")]) == 0
    committed = files("knowledge.institutions").joinpath("data/sample_institutions.jsonl").read_bytes()
    assert (tmp_path / "sample.jsonl").read_bytes() == committed


def test_of_a_real_institution_there_is_a_name_and_a_verified_code_and_nothing_else() -> None:
    rows = list(well_known_rows())
    assert len(rows) >= 150
    assert len({row["name"] for row in rows}) == len(rows)
    assert {field for row in rows for field in row} <= {"name", "aliases", "credit_code"}
    assert {row["credit_code"] for row in rows if "credit_code" in row} <= set(REAL)
    assert not any("示例" in row["name"] for row in rows)


def test_the_invented_county_is_complete_marked_and_sound() -> None:
    rows = list(county_rows())
    assert len(rows) == 200
    assert all(set(row) == set(COLUMNS) for row in rows)
    assert all(row["name"].startswith("示例") and row["legal_representative"].startswith("示例人员") for row in rows)
    notes = [examined(row["credit_code"]) for row in rows]
    assert all(note.sound and note.subject_expected is None for note in notes)
    assert len({row["credit_code"] for row in rows}) == len({row["name"] for row in rows}) == 200
    assert all(row["phone"].startswith("000-") for row in rows)


def test_the_sample_file_has_one_object_a_line_with_the_columns_of_the_contract() -> None:
    raw = files("knowledge.institutions").joinpath("data/sample_institutions.jsonl").read_bytes()
    assert all(set(orjson.loads(line)) <= set(COLUMNS) for line in raw.splitlines())


def test_a_wrong_call_says_how_to_call_it() -> None:
    assert main([]) == 2

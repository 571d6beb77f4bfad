"""Knowledge files: all errors at once, nothing changed by a wrong file, and what goes out comes in again the same."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.faq.cells import entry_of_row, row_of_entry
from knowledge.faq.entry import Basis, Entry
from knowledge.faq.files import STARTER, check_file, export_entries, import_entries
from knowledge.faq.queries import all_entries, base_number
from knowledge.faq.sheets import FileUnreadable, read_rows, write_rows

ENDINGS = pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])


def json_lines(path: Path, *rows: dict[str, Any] | str) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_starter_base_has_no_error_and_no_doubt() -> None:
    content = check_file(STARTER)
    assert (len(content.entries), content.errors, content.warnings) == (177, (), ())


@ENDINGS
def test_what_is_exported_and_imported_again_changes_nothing(
    session: Session, tmp_path: Path, now: datetime, ending: str
) -> None:
    assert import_entries(session, STARTER, now=now).added == 177
    before, number = all_entries(session), base_number(session)
    path = tmp_path / f"out.{ending}"

    assert export_entries(session, path) == 177
    report = import_entries(session, path, now=now)

    assert (report.added, report.changed, report.unchanged, report.version) == (0, 0, 177, None)
    assert all_entries(session) == before
    assert base_number(session) == number


def test_a_second_import_of_the_same_file_leaves_the_version_alone(session: Session, now: datetime) -> None:
    first = import_entries(session, STARTER, now=now)
    second = import_entries(session, STARTER, now=now)
    assert (first.version, second.version, second.unchanged) == (1, None, 177)


def test_a_changed_entry_moves_its_version_and_the_bases(session: Session, tmp_path: Path, now: datetime) -> None:
    import_entries(session, json_lines(tmp_path / "a.jsonl", {"id": "A", "question": "甲？", "answer": "一"}), now=now)
    report = import_entries(
        session, json_lines(tmp_path / "b.jsonl", {"id": "A", "question": "甲？", "answer": "二"}), now=now
    )
    assert (report.changed, report.version) == (1, 2)
    assert [(entry.answer, entry.version) for entry in all_entries(session)] == [("二", 2)]


def test_all_errors_of_a_file_are_told_at_once_and_nothing_is_taken(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    path = json_lines(
        tmp_path / "bad.jsonl",
        {"id": "A", "question": "好的？", "answer": "好"},
        {"id": "", "question": " ", "answer": None, "region": "深圳", "valid_from": "2026-13-01"},
        "{not json",
        "[1, 2]",
        {"id": "A", "question": "又一条", "answer": "重复"},
        {"id": "B", "question": "x" * 301, "answer": "好", "verified": "也许", "status": "open", "version": 0},
        {"id": "C", "question": "好", "answer": "好", "paraphrases": 3, "basis": [{"law": ""}]},
        {"id": "D", "question": "好", "answer": "好", "valid_from": "2026-02-01", "valid_until": "2026-01-01"},
        {"id": "E E", "question": "好\u0007", "answer": "好", "basis": [{"law": "法", "page": 1}]},
    )
    report = import_entries(session, path, now=now)
    found = {(error.row, error.column) for error in report.errors}
    assert found == {
        (2, "id"), (2, "question"), (2, "answer"), (2, "region"), (2, "valid_from"),
        (3, ""), (4, ""), (5, "id"),
        (6, "question"), (6, "verified"), (6, "status"), (6, "version"),
        (7, "paraphrases"), (7, "basis"), (8, "valid_until"),
        (9, "id"), (9, "question"), (9, "basis"),
    }  # fmt: skip
    assert all_entries(session) == []
    assert base_number(session) == 0


def test_doubts_are_told_but_do_not_stop(tmp_path: Path) -> None:
    path = json_lines(
        tmp_path / "doubt.jsonl",
        {"id": "A", "question": "年报何时报？", "answer": "见{{nowhere}}", "colour": "red"},
        {"id": "B", "question": "年报何时报", "answer": "好"},
        {"id": "C", "question": "市公安局有多少编制", "answer": "不说"},
    )
    content = check_file(path)
    assert content.errors == ()
    assert [(doubt.row, doubt.column) for doubt in content.warnings] == [
        (1, "answer"),
        (1, "colour"),
        (2, "paraphrases"),
        (3, "paraphrases"),
    ]


@pytest.mark.parametrize("region", ["国家", "", None, "全国"])
def test_the_nation_is_written_in_several_ways(region: str | None) -> None:
    entry, errors = entry_of_row(1, {"id": "A", "question": "甲", "answer": "一", "region": region})
    assert errors == []
    assert entry is not None
    assert entry.region is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.txt", b"id"),
        ("x.xlsx", b"PK\x03\x04 not really"),
        ("x.xlsx", b""),
        ("x.jsonl", "编号".encode("gbk")),
        ("x.csv", b'id,question\n"a'),
        ("x.csv", b"id,id\n1,2\n"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=r"[；;]"):
        check_file(path)


def test_a_missing_and_an_empty_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        check_file(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_bytes(b"\n\n")
    assert len(check_file(tmp_path / "empty.jsonl").errors) == 1


def test_a_sheet_from_a_chinese_office_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes("id,question,answer,paraphrases,verified\n7,甲？,一,乙|丙,是\n".encode("gbk"))
    [entry] = check_file(path).entries
    assert (entry.id, entry.paraphrases, entry.verified) == ("7", ("乙", "丙"), True)


def test_cells_that_a_spreadsheet_turned_into_numbers_and_dates_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "question", "answer", "region", "valid_from", "version", "verified"])
    sheet.append([12, "甲？", "一", 320300, datetime(2026, 1, 31), 3.0, True])  # noqa: DTZ001 - a sheet has no zone
    book.save(tmp_path / "x.xlsx")
    [entry] = check_file(tmp_path / "x.xlsx").entries
    assert (entry.id, entry.region, entry.valid_from, entry.version) == ("12", "320300", date(2026, 1, 31), 3)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_formula_in_an_answer_stays_text(tmp_path: Path, ending: str) -> None:
    dangerous = Entry(id="A", question="甲", answer='=HYPERLINK("http://x")', paraphrases=("-1+1", "'=乙"))
    path = tmp_path / f"x.{ending}"
    write_rows(path, list(row_of_entry(dangerous)), [row_of_entry(dangerous)])
    assert check_file(path).entries == (dangerous,)
    if ending == "csv":
        assert ",'=HYPERLINK" in path.read_text(encoding="utf-8-sig").replace('"', "")
    else:
        cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)


WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"]) | st.sampled_from("|｜\"',=+-@＝＠[]\n《》"),
    max_size=12,
).map(str.strip)
ENTRIES = st.builds(
    Entry,
    id=st.from_regex(r"[A-Za-z0-9._-]{1,12}", fullmatch=True),
    question=WORDS.filter(bool),
    answer=WORDS.filter(bool),
    paraphrases=st.lists(WORDS.filter(bool), max_size=4, unique=True).map(tuple),
    category=WORDS,
    basis=st.lists(st.builds(Basis, WORDS.filter(bool), WORDS), max_size=3).map(tuple),
    region=st.none() | st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
    valid_from=st.none() | st.dates(max_value=date(2030, 1, 1)),
    valid_until=st.none() | st.dates(min_value=date(2030, 1, 2)),
    verified=st.booleans(),
    status=st.sampled_from(["published", "draft", "retired"]),
    version=st.integers(1, 1000),
)


@ENDINGS
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(entry=ENTRIES)
def test_any_entry_goes_out_and_comes_in_the_same(tmp_path: Path, ending: str, entry: Entry) -> None:
    path = tmp_path / f"x.{ending}"
    write_rows(path, list(row_of_entry(entry)), [row_of_entry(entry)])
    [(number, row)] = read_rows(path)
    assert not isinstance(row, str)
    assert entry_of_row(number, row) == (entry, [])

"""Import and export: every problem at once, nothing repaired, twice the same as once."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from knowledge.institutions.codes import ALPHABET, check_digit, subject_check_digit
from knowledge.institutions.files import ImportReport, export_institutions, import_institutions
from knowledge.institutions.models import Institution, InstitutionVersion, register_tables
from knowledge.institutions.queries import table_stamp
from knowledge.institutions.readers import FileUnreadable
from knowledge.institutions.rows import COLUMNS
from tests.conftest import NOON

GOOD = "12100000400000624D"


def lines(path: Path, *rows: dict[str, Any] | str) -> Path:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def taken(session: Session) -> list[Institution]:
    return list(session.scalars(select(Institution).order_by(Institution.name)))


def seen(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.severity) for problem in report.problems]


def test_a_wrong_check_digit_is_imported_with_row_column_and_expected_digit(session: Session, tmp_path: Path) -> None:
    rows = [{"name": f"第{number}站", "region": "990101"} for number in range(1, 100)]
    path = lines(tmp_path / "a.jsonl", *rows, {"name": "某院", "credit_code": "12100000400000624E"})
    report = import_institutions(session, path, now=NOON)
    assert (report.added, report.rejected) == (100, 0)
    assert seen(report) == [(100, "credit_code", "warning")]
    assert "应为 D" in str(report.problems[0])
    assert taken(session)[-1].credit_code or any(row.credit_code == "12100000400000624E" for row in taken(session))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("12100000400000624", "17 位"),
        ("1210000040000O624D", "第 14 位“O”"),
        ("12100000400000624d", "请改为 12100000400000624D"),
        ("1210 0000 4000 0062 4D", "22 位"),
        (121000004000006240, "数字格式"),
    ],
)
def test_a_code_of_wrong_length_or_letter_rejects_its_row_and_no_other(
    session: Session, tmp_path: Path, code: object, said: str
) -> None:
    path = lines(tmp_path / "a.jsonl", {"name": "甲院", "credit_code": code}, {"name": "乙院"})
    report = import_institutions(session, path, now=NOON)
    assert (report.added, report.rejected) == (1, 1)
    assert seen(report) == [(1, "credit_code", "error")]
    assert said in report.problems[0].message
    assert [row.name for row in taken(session)] == ["乙院"]


def test_all_problems_of_a_file_come_at_once_by_row_and_column(session: Session, tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        {"name": "", "region": "1"},
        '{"name": "断',
        "[1]",
        {"name": "甲", "latitude": "北", "longitude": 90, "datum": "月球", "annual_report_year": "去年"},
        {"name": "乙", "latitude": 39.9},
        {"name": "丙", "latitude": 90.1, "longitude": 39.9, "certificate_valid_until": "2027-02-30"},
        {"name": "丁\u0000", "aliases": [1], "unheard": 1},
        {"name": "戊", "latitude": 10.0, "longitude": 10.0},
        {"name": "己", "credit_code": GOOD},
        {"name": "庚", "credit_code": GOOD},
        {"name": "己", "region": "990101"},
        {"name": "己", "region": "990101", "phone": "1"},
    )
    report = import_institutions(session, path, now=NOON)
    assert seen(report) == [
        (0, "unheard", "warning"),
        (1, "region", "error"), (1, "name", "error"),
        (2, "", "error"), (3, "", "error"),
        (4, "latitude", "error"), (4, "datum", "error"), (4, "annual_report_year", "error"),
        (5, "latitude", "error"),
        (6, "latitude", "error"), (6, "certificate_valid_until", "error"),
        (7, "name", "error"), (7, "aliases", "error"),
        (8, "latitude", "warning"),
        (10, "name", "error"), (12, "name", "error"),
    ]  # fmt: skip
    assert (report.added, report.rejected) == (3, 9)
    assert all(problem.message for problem in report.problems)


def test_importing_twice_changes_nothing_and_keeps_the_stamp(session: Session, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"name": "甲", "region": "990101"}, {"name": "乙", "credit_code": GOOD})
    first = import_institutions(session, path, now=NOON)
    stamp = table_stamp(session)
    again = import_institutions(session, path, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert (first.added, again.added, again.updated, again.unchanged) == (2, 0, 0, 2)
    assert table_stamp(session) == stamp
    assert session.scalars(select(InstitutionVersion)).one().stamp == stamp


def test_a_change_is_taken_by_code_and_what_the_file_does_not_speak_of_stays(session: Session, tmp_path: Path) -> None:
    import_institutions(
        session, lines(tmp_path / "a.jsonl", {"name": "旧名", "credit_code": GOOD, "phone": "1"}), now=NOON
    )
    later = datetime(2027, 1, 1, tzinfo=UTC)
    path = lines(tmp_path / "b.jsonl", {"name": "新名", "credit_code": GOOD, "former_names": ["旧名"]})
    report = import_institutions(session, path, now=later)
    session.expire_all()
    [row] = taken(session)
    assert (report.updated, row.name, row.former_names, row.phone, row.updated_at) == (1, "新名", ["旧名"], "1", later)


def test_a_row_gains_its_code_without_becoming_another(session: Session, tmp_path: Path) -> None:
    import_institutions(session, lines(tmp_path / "a.jsonl", {"name": "甲", "region": "990101"}), now=NOON)
    path = lines(tmp_path / "b.jsonl", {"name": "甲", "region": "990101", "credit_code": GOOD})
    assert import_institutions(session, path, now=NOON).updated == 1
    path = lines(tmp_path / "c.jsonl", {"name": "甲", "region": "990101", "credit_code": ""})
    assert import_institutions(session, path, now=NOON).unchanged == 1
    session.expire_all()
    assert [row.credit_code for row in taken(session)] == [GOOD]


def test_a_row_that_fits_several_is_refused_with_the_way_out(session: Session, tmp_path: Path) -> None:
    rows = [{"name": "甲", "region": "990101", "credit_code": code} for code in (GOOD, "12100000470095016Q")]
    import_institutions(session, lines(tmp_path / "a.jsonl", *rows), now=NOON)
    report = import_institutions(session, lines(tmp_path / "b.jsonl", {"name": "甲", "region": "990101"}), now=NOON)
    assert report.rejected == 1
    assert "请补充统一社会信用代码" in report.problems[0].message


def test_names_that_differ_in_how_a_number_is_written_are_two_and_stay_two(session: Session, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"name": "第二十三中学"}, {"name": "第23中学"})
    assert import_institutions(session, path, now=NOON).added == 2
    assert import_institutions(session, path, now=NOON).unchanged == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_as_excel_writes_it(session: Session, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        '名称,曾用名,统一社会信用代码,住所\r\n某县医院,旧院；老院,,"城关镇\n一号"\r\n,,,\r\n', encoding=encoding
    )
    report = import_institutions(session, path, now=NOON)
    [row] = taken(session)
    assert report.problems == []
    assert (row.name, row.former_names, row.address) == ("某县医院", ["旧院", "老院"], "城关镇\n一号")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "没有表头"),
        ("a.csv", b"\xff\xff\xfe,1\n", "编码"),
        ("a.csv", b"name,name\n1,2\n", "重复的列"),
        ("a.csv", b'name\n"open', "引号"),
        ("a.xlsx", b"PK\x03\x04 broken", "不是可读的"),
        ("a.xlsx", b"<html>", "不是可读的"),
        ("a.doc", b"", "不认识的文件类型"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(
    session: Session, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileUnreadable, match=said):
        import_institutions(session, tmp_path / name, now=NOON)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "name,credit_code\n"),
        ("a.csv", "名称,电话\r\n,,\r\n"),
        ("a.jsonl", ""),
        ("a.jsonl", "\ufeff\n\n"),
    ],
)
def test_a_file_without_a_row_is_refused_and_not_taken_for_a_success(
    session: Session, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(FileUnreadable, match="没有数据行"):
        import_institutions(session, tmp_path / name, now=NOON)


def test_a_sheet_without_a_row_is_refused(session: Session, tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["name"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(FileUnreadable, match="没有数据行"):
        import_institutions(session, tmp_path / "a.xlsx", now=NOON)


@pytest.mark.parametrize("name", [123, 4.5, True, ["甲"], {"a": 1}, "123", "2026-01-01", "—。"])
def test_a_name_that_is_no_text_or_has_no_letter_rejects_its_row(
    session: Session, tmp_path: Path, name: object
) -> None:
    report = import_institutions(session, lines(tmp_path / "a.jsonl", {"name": name}, {"name": "乙"}), now=NOON)
    assert (seen(report), report.added) == ([(1, "name", "error")], 1)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "名称,电话\r\n甲院,1\r\n乙院,2\r\n"), ("a.jsonl", '{"name": "甲院"}\r\n\n{"name": "乙院"}')],
)
def test_a_file_in_utf_16_is_read_by_its_mark(
    session: Session, tmp_path: Path, encoding: str, name: str, content: str
) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    (tmp_path / name).write_bytes(f"{mark}{content}".encode(encoding))
    report = import_institutions(session, tmp_path / name, now=NOON)
    assert (report.problems, [row.name for row in taken(session)]) == ([], ["乙院", "甲院"])


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_damaged_file_in_utf_16_is_refused_in_a_sentence(session: Session, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe" + "名称\n甲".encode("utf-16-le") + b"\x00")
    with pytest.raises(FileUnreadable, match="UTF-16"):
        import_institutions(session, tmp_path / name, now=NOON)


def test_no_cell_of_an_exported_csv_runs_as_a_formula(session: Session, tmp_path: Path) -> None:
    row = {"name": "@甲", "purpose": "=1+1", "phone": "+86 000", "address": "-1", "latitude": -10.5, "longitude": 1}
    import_institutions(session, lines(tmp_path / "a.jsonl", row), now=NOON)
    export_institutions(session, tmp_path / "b.csv")
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        [cells] = csv.DictReader(file)
    assert [cells[name] for name in ("name", "purpose", "phone", "address")] == ["'@甲", "'=1+1", "'+86 000", "'-1"]
    assert cells["latitude"] == "-10.5"


def test_a_missing_file_is_refused_in_a_sentence(session: Session, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="找不到文件"):
        import_institutions(session, tmp_path / "none.jsonl", now=NOON)


def test_a_row_with_too_many_cells_is_named(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,phone\n甲,1,2\n乙\n", encoding="utf-8")
    report = import_institutions(session, tmp_path / "a.csv", now=NOON)
    assert (seen(report), report.added) == ([(2, "", "error")], 1)


def test_a_sheet_is_read_with_its_odd_cells_named(session: Session, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["name", "phone", "credit_code", "certificate_valid_until", "annual_report_year", "address"])
    sheet.append(["甲", 5550123.0, GOOD, datetime(2029, 3, 31), 2025, "一号"])  # noqa: DTZ001 - as a sheet holds it
    sheet.append(["乙", None, 124300004448750350, None, None, None])
    sheet.append(["丙", None, None, None, None, "合并"])
    sheet.append(["丁", None, None, None, None, None])
    sheet.append(["戊", True, None, "#N/A", None, None])
    sheet["D6"].data_type = "e"
    sheet.merge_cells("F4:F5")
    book.save(tmp_path / "a.xlsx")
    report = import_institutions(session, tmp_path / "a.xlsx", now=NOON)
    [row] = taken(session)
    assert (row.name, row.phone, row.certificate_valid_until) == ("甲", "5550123", date(2029, 3, 31))
    assert seen(report) == [
        (3, "credit_code", "error"), (4, "address", "error"), (5, "address", "error"),
        (6, "certificate_valid_until", "error"), (6, "phone", "error"),
    ]  # fmt: skip


def test_progress_is_told_batch_by_batch(session: Session, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", *({"name": f"第{number}号"} for number in range(2500)))
    told: list[int] = []
    import_institutions(session, path, now=NOON, progress=told.append)
    assert told == [1000, 2000, 2500]


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)


# What a spreadsheet would run, and what looks like its harmless form already.
FORMULAS = st.tuples(st.sampled_from(["", "'", "''"]), st.sampled_from("=+-@＝＋－＠'a"), TEXT).map("".join)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    body = f"12990101{draw(st.text(ALPHABET, min_size=8, max_size=8))}"
    body += subject_check_digit(body[8:])
    place = draw(st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)))
    return {
        "name": draw(TEXT.filter(lambda text: any(sign.isalpha() for sign in text))),
        "aliases": draw(st.lists(TEXT, max_size=3, unique=True)),
        "former_names": draw(st.lists(TEXT, max_size=3, unique=True)),
        "credit_code": body + check_digit(body),
        "region": draw(st.none() | st.just("990101")),
        "purpose": draw(st.none() | TEXT | FORMULAS),
        "phone": draw(st.none() | FORMULAS),
        "certificate_valid_until": draw(st.none() | st.dates(date(1990, 1, 1)).map(date.isoformat)),
        "annual_report_year": draw(st.none() | st.integers(1998, 2100)),
        "latitude": place and place[0],
        "longitude": place and place[1],
        "datum": draw(st.sampled_from([None, "WGS-84", "BD-09"])),
        "updated_at": draw(st.datetimes(datetime(1990, 1, 1), timezones=st.just(UTC)).map(datetime.isoformat)),  # noqa: DTZ001
    }


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(rows(), min_size=1, max_size=6, unique_by=lambda row: row["credit_code"]),
    st.sampled_from([".jsonl", ".csv", ".xlsx"]),
)
def test_what_is_exported_imports_as_the_same_table(
    tmp_path: Path, given_rows: list[dict[str, Any]], suffix: str
) -> None:
    source, copy = tmp_path / "source.jsonl", tmp_path / f"copy{suffix}"
    tables = []
    for path in (lines(source, *given_rows), copy):
        engine = create_engine("sqlite://")
        Institution.metadata.create_all(engine, tables=register_tables())
        with Session(engine) as session:
            report = import_institutions(session, path, now=NOON)
            assert report.errors == []
            export_institutions(session, copy)
            found = session.scalars(select(Institution).order_by(Institution.credit_code))
            tables.append([{column: getattr(row, column) for column in COLUMNS} for row in found])
        engine.dispose()
    assert tables[0] == tables[1]

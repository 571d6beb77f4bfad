"""A workbook is read within bounds, and what in it cannot be trusted is told with its row and column."""

from __future__ import annotations

import contextlib
import resource
import time
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.faq.files import check_file
from knowledge.institutions.readers import rows_of
from knowledge.workbooks.sheet import Trouble, sheet_rows
from knowledge.workbooks.unreadable import FileUnreadable
from tests.knowledge.workbooks.crafted import HEADER, MAIN, PARTS, SHEET, crafted, row, sheet, text_cell

BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
SECONDS, MEGABYTES = 2.0, 300
NESTED = "<a>" * 100_000 + "</a>" * 100_000


def refused(path: Path) -> str:
    """The sentence of the refusal, which comes soon and takes no room."""
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileUnreadable) as caught:
        list(sheet_rows(path))
    assert time.process_time() - began < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024
    for read in (check_file, lambda path: list(rows_of(path))):
        with pytest.raises(FileUnreadable) as again:
            read(path)
        assert str(again.value) == str(caught.value)
    return str(caught.value)


def zip_bomb(path: Path) -> Path:
    with (
        zipfile.ZipFile(crafted(path, ""), "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(600):
            part.write(bytes(1024 * 1024))
    return path


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (sheet(HEADER), {"xl/vbaProject.bin": b"x"}, "里有宏"),
        (BOMB + sheet(HEADER, row(2, "&i;")), None, "不是可读的 XLSX"),
        (sheet(HEADER), {"xl/workbook.xml": BOMB + PARTS["xl/workbook.xml"]}, "不是可读的 XLSX"),
        ((BOMB + sheet(HEADER)).encode("utf-16"), None, "不是可读的 XLSX"),
        ('<!DOCTYPE x SYSTEM "file:///etc/hostname">' + sheet(HEADER), None, "不是可读的 XLSX"),
        (NESTED, None, "不是可读的 XLSX"),
        (sheet(HEADER)[:-20], None, "不是可读的 XLSX"),
        (sheet(HEADER, '<row r="99999999999"></row>'), None, "不是可读的 XLSX"),
        (sheet(HEADER, f'<row r="{"9" * 5000}"></row>'), None, "不是可读的 XLSX"),
        (sheet(HEADER, '<row r="2"><c r="A2" t="s"><v>7</v></c></row>'), None, "不是可读的 XLSX"),
        (sheet(HEADER, f'<row r="2"><c r="A2"><v>{"9" * 5000}</v></c></row>'), None, "不是可读的 XLSX"),
        (sheet(HEADER, f'<row r="2">{text_cell("A2", "长" * 100_001)}</row>'), None, "不是可读的 XLSX"),
        (sheet(HEADER, f'<row r="2">{text_cell("XFD2", "远")}</row>'), None, "超过 1000 列"),
        (sheet(HEADER, row(2, "1"), after='<mergeCells><mergeCell ref="A1:C1"/></mergeCells>'), None, "第 1 行有合并"),
        (
            sheet(HEADER, after="".join(f'<mergeCell ref="A{at}:B{at}"/>' for at in range(2, 1100))),
            None,
            "合并单元格太多",
        ),
        (sheet(HEADER), {f"xl/media/{number}.png": b"" for number in range(5001)}, "展开后过大"),
        (sheet(HEADER), {"_rels/.rels": f'<Relationships xmlns="{MAIN}"/>'}, "不是可读的 XLSX"),
    ],
    ids=[
        "macro",
        "xml bomb",
        "bomb beside the sheet",
        "bomb in utf-16",
        "outside entity",
        "nested",
        "cut off",
        "row beyond any sheet",
        "row of digits",
        "text that is not there",
        "number of digits",
        "long text",
        "far column",
        "merged header",
        "many merged",
        "many parts",
        "no book",
    ],
)
def test_a_workbook_that_cannot_be_trusted_is_refused_in_a_sentence(
    tmp_path: Path, content: str | bytes, more: dict[str, str | bytes] | None, said: str
) -> None:
    assert said in refused(crafted(tmp_path / "文件.xlsx", content, more))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zip_bomb(tmp_path / "文件.xlsx")
    assert path.stat().st_size < 1_000_000
    assert "展开后过大" in refused(path)


def test_a_part_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    path = crafted(tmp_path / "文件.xlsx", sheet(HEADER, *(row(at, "x") for at in range(2, 5000))))
    raw = path.read_bytes()
    size = zipfile.ZipFile(path).getinfo(SHEET).file_size.to_bytes(4, "little")
    assert raw.count(size) == 2
    path.write_bytes(raw.replace(size, (1000).to_bytes(4, "little")))
    assert "不是可读的 XLSX" in refused(path)


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    path = crafted(tmp_path / "文件.xlsx", sheet(HEADER))
    raw = bytearray(path.read_bytes())
    at = 0
    while (at := raw.find(b"PK\x01\x02", at)) >= 0:
        raw[at + 8] |= 1
        at += 4
    path.write_bytes(raw)
    assert "不是可读的 XLSX" in refused(path)


@pytest.mark.parametrize("size", ["A1:XFD1048576", "A1", "", "B7:A1"])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path, size: str) -> None:
    path = crafted(
        tmp_path / "文件.xlsx", sheet(HEADER, row(2, "1", "甲？", "一"), before=f'<dimension ref="{size}"/>')
    )
    began = time.process_time()
    assert list(sheet_rows(path)) == [(1, ["id", "question", "answer"]), (2, ["1", "甲？", "一"])]
    assert time.process_time() - began < SECONDS


def test_a_formatted_cell_at_the_end_of_the_sheet_costs_nothing(tmp_path: Path) -> None:
    last = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    path = crafted(tmp_path / "文件.xlsx", sheet(HEADER, row(5, "1"), last))
    assert [number for number, _ in sheet_rows(path)] == [1, 5]


def test_formulas_errors_and_merged_cells_are_told_with_row_and_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cells: Any = book.active
    for each in (["id", "question", "answer"], ["1", "甲？", '=HYPERLINK("http://x")'], ["2", "乙？", "二"], ["3"]):
        cells.append(each)
    cells["B4"] = "#REF!"
    cells["B4"].data_type = "e"
    cells.merge_cells("C3:C4")
    book.save(tmp_path / "文件.xlsx")
    [_, second, third, fourth] = list(sheet_rows(tmp_path / "文件.xlsx"))
    assert [isinstance(cell, Trouble) for cell in (*second[1], *third[1], *fourth[1])] == [
        *(False, False, True),
        *(False, False, True),
        *(False, True, True),
    ]
    errors = check_file(tmp_path / "文件.xlsx").errors
    assert [(error.row, error.message.partition("，")[0].partition("；")[0]) for error in errors] == [
        (2, "answer 列是公式"),
        (3, "answer 列是合并单元格"),
        (4, "question 列是公式错误 #REF!"),
    ]


def test_days_numbers_and_texts_are_read_as_they_were_typed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cells: Any = book.active
    cells.append(["日期", "数", "字", "是否", "长"])
    cells.append([datetime(2026, 1, 31), 12.5, " 甲\n乙 ", True, 320300])  # noqa: DTZ001 - a sheet has no zone
    book.save(tmp_path / "x.xlsx")
    [_, (number, row_)] = list(sheet_rows(tmp_path / "x.xlsx"))
    assert (number, row_) == (2, [datetime(2026, 1, 31), 12.5, " 甲\n乙 ", True, 320300])  # noqa: DTZ001


def test_more_rows_than_are_taken_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.workbooks.sheet.MOST_ROWS", 3)
    path = crafted(tmp_path / "x.xlsx", sheet(HEADER, *(row(at, "x") for at in range(2, 5))))
    assert len(list(sheet_rows(path))) == 4
    crafted(path, sheet(HEADER, *(row(at, "x") for at in range(2, 6))))
    with pytest.raises(FileUnreadable, match="超过 3 行"):
        list(sheet_rows(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 3000), st.booleans())
def test_whatever_is_damaged_is_read_or_refused(tmp_path: Path, noise: bytes, at: int, inside: bool) -> None:
    path = crafted(tmp_path / "x.xlsx", sheet(HEADER, row(2, "1", "甲？", "一")))
    if inside:
        content = sheet(HEADER, row(2, "1")).encode()
        crafted(path, content[:at] + noise + content[at:])
    else:
        raw = path.read_bytes()
        path.write_bytes(raw[:at] + noise + raw[at + len(noise) :])
    with contextlib.suppress(FileUnreadable):
        list(sheet_rows(path))

"""An empty file with the columns of a kind, an example, and in a workbook what each column wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from knowledge.faq.cells import COLUMNS as ENTRY_COLUMNS
from knowledge.faq.sheets import write_rows
from knowledge.imports import entries, institutions
from knowledge.imports.kinds import Kind
from knowledge.institutions.rows import COLUMNS as INSTITUTION_COLUMNS

WIDTH, WIDE = 18, 60  # signs of a column
EXPLAINED = "说明"
COLUMNS: Mapping[Kind, Sequence[str]] = {Kind.KNOWLEDGE: ENTRY_COLUMNS, Kind.INSTITUTIONS: INSTITUTION_COLUMNS}
EXAMPLES: Mapping[Kind, Mapping[str, Any]] = {
    Kind.KNOWLEDGE: {
        "id": entries.EXAMPLE,
        "question": "事业单位法人证书丢了怎么办？",
        "paraphrases": ["法人证书遗失补领", "证书不见了"],
        "answer": "请登录登记管理系统申请补领，电话 {{bureau_phone}}。",
        "category": "证书",
        "audience": "事业单位",
        "basis": [{"law": "某某管理条例", "article": "第一条"}],
        "region": "国家",
        "status": "published",
        "verified": False,
        "article_confirmed": False,
        "owner": "张三",
    },
    Kind.INSTITUTIONS: {
        "name": institutions.EXAMPLE,
        "aliases": ["示例馆"],
        "region": "320300",
        "kind": "公益一类",
        "address": "示例路 1 号",
        "annual_report_year": "2025",
        "status": "正常",
    },
}


def write_template(path: Path, kind: Kind, *, explained: Mapping[str, str]) -> None:
    """``explained``: a sentence a column, for the second sheet of a workbook."""
    columns = list(COLUMNS[kind])
    write_rows(path, columns, [EXAMPLES[kind]])
    if path.suffix == ".xlsx":
        _explain(path, columns, explained)


def _explain(path: Path, columns: Sequence[str], explained: Mapping[str, str]) -> None:
    book = load_workbook(path)
    first = book.worksheets[0]
    for number, cells in enumerate(first.iter_cols(max_col=len(columns)), start=1):
        first.column_dimensions[get_column_letter(number)].width = WIDTH
        cells[0].font = Font(bold=True)
        for cell in cells:
            cell.number_format = "@"  # so that codes typed here keep their digits
    first.freeze_panes = "A2"
    sheet = book.create_sheet(EXPLAINED)
    for column in columns:
        sheet.append([column, explained.get(column, "")])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = WIDTH, WIDE
    for (cell,) in sheet.iter_rows(min_col=2, max_col=2):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.save(path)

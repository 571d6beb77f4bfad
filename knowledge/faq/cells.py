"""One row of a knowledge file as an entry. Every error of a row is told, by column; nothing is repaired silently."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import orjson

from knowledge.faq.entry import Basis, Entry

T = TypeVar("T")

COLUMNS = [
    "id",
    "question",
    "paraphrases",
    "answer",
    "category",
    "audience",
    "basis",
    "region",
    "valid_from",
    "valid_until",
    "verified",
    "article_confirmed",
    "status",
    "owner",
    "review_on",
    "version",
]
REQUIRED = ("id", "question", "answer")
STATUSES = {"published": "published", "draft": "draft", "retired": "retired"}
STATUSES |= {"已发布": "published", "草稿": "draft", "停用": "retired"}
NATIONAL = ("", "国家", "全国")
BOOLEANS = {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False, "": False}
LONGEST_QUESTION = 300  # what matching reads of a question, see knowledge.text.normalise
LONGEST_ANSWER = 5_000  # nine messages of WeChat; nobody reads on
LONGEST_NAME = 64  # as the columns of the table
MOST_PARAPHRASES = 100

_ID = re.compile(r"[^\s,;|\x00-\x1f]{1,64}")
_REGION = re.compile(r"\d{6}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, order=True)
class RowError:
    """``row``: as a spreadsheet counts; of JSON lines the line. ``column`` may be empty: the row as a whole."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"第 {self.row} 行{f' {self.column} 列' if self.column else ''}：{self.message}"


class _Refused(ValueError):
    """One cell that cannot be taken; the message is for who keeps the file."""


@dataclass(slots=True)
class _Row:
    number: int
    cells: Mapping[str, Any]
    errors: list[RowError] = field(default_factory=list)

    def take(self, column: str, read: Callable[[Any], T], default: T) -> T:
        try:
            return read(self.cells.get(column))
        except _Refused as refused:
            self.errors.append(RowError(self.number, column, str(refused)))
            return default


def entry_of_row(number: int, cells: Mapping[str, Any]) -> tuple[Entry | None, list[RowError]]:
    """The entry, or ``None`` with all that is wrong."""
    row = _Row(number, cells)
    entry = Entry(
        id=row.take("id", _id, ""),
        question=row.take("question", lambda cell: _text(cell, LONGEST_QUESTION, required=True), ""),
        paraphrases=row.take("paraphrases", _paraphrases, ()),
        answer=row.take("answer", lambda cell: _text(cell, LONGEST_ANSWER, required=True), ""),
        category=row.take("category", lambda cell: _text(cell, LONGEST_NAME), ""),
        audience=row.take("audience", lambda cell: _text(cell, LONGEST_NAME // 2), ""),
        basis=row.take("basis", _basis, ()),
        region=row.take("region", _region, None),
        valid_from=row.take("valid_from", _date, None),
        valid_until=row.take("valid_until", _date, None),
        verified=row.take("verified", _boolean, False),
        article_confirmed=row.take("article_confirmed", _boolean, False),
        status=row.take("status", _status, "published"),
        owner=row.take("owner", lambda cell: _text(cell, LONGEST_NAME), ""),
        review_on=row.take("review_on", _date, None),
        version=row.take("version", _version, 1),
    )
    if entry.valid_from and entry.valid_until and entry.valid_from > entry.valid_until:
        row.errors.append(RowError(number, "valid_until", "失效日期早于生效日期，请改正其中一个"))
    return (None, row.errors) if row.errors else (entry, [])


def row_of_entry(entry: Entry) -> dict[str, Any]:
    """The columns of the contract, as JSON values."""
    row: dict[str, Any] = {column: getattr(entry, column) for column in COLUMNS}
    row["paraphrases"] = list(entry.paraphrases)
    row["basis"] = [{"law": basis.law, "article": basis.article} for basis in entry.basis]
    for column in ("valid_from", "valid_until", "review_on"):
        row[column] = row[column].isoformat() if row[column] else None
    return row


def _text(cell: Any, longest: int, *, required: bool = False) -> str:
    if cell is None:
        cell = ""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise _Refused("应为文字")
    text = str(cell).strip()
    if required and not text:
        raise _Refused("不能为空")
    if len(text) > longest:
        raise _Refused(f"不能超过 {longest} 个字，现有 {len(text)} 个")
    if _UNSEEN.search(text):
        raise _Refused("含有看不见的控制字符，请删除后重新填写")
    return text


def _id(cell: Any) -> str:
    text = _text(cell, LONGEST_NAME, required=True)
    if not _ID.fullmatch(text):
        raise _Refused("编号不能含空格、逗号、分号或竖线")
    return text


def _paraphrases(cell: Any) -> tuple[str, ...]:
    items = _list(cell)
    if len(items) > MOST_PARAPHRASES:
        raise _Refused(f"问法不能超过 {MOST_PARAPHRASES} 条，现有 {len(items)} 条")
    texts = (_text(item, LONGEST_QUESTION) for item in items)
    return tuple(dict.fromkeys(text for text in texts if text))


def _list(cell: Any) -> list[Any]:
    """A JSON list, or in a spreadsheet one a line (or parted by ``|``)."""
    if cell is None or cell == "":
        return []
    if isinstance(cell, list):
        return cell
    if not isinstance(cell, str):
        raise _Refused("应为列表，或每行一条的文字")
    if not cell.lstrip().startswith("["):
        return [line for line in re.split(r"[\n|]", cell) if line.strip()]
    try:
        loaded = orjson.loads(cell)
    except orjson.JSONDecodeError:
        raise _Refused("列表不是有效的 JSON，请检查引号和方括号") from None
    assert isinstance(loaded, list)
    return loaded


def _basis(cell: Any) -> tuple[Basis, ...]:
    return tuple(_one_basis(item) for item in _list(cell))


def _one_basis(item: Any) -> Basis:
    if isinstance(item, str):
        law, _, article = item.partition("｜")
        item = {"law": law, "article": article}
    if not isinstance(item, dict):
        raise _Refused('依据应写作 {"law": 法规, "article": 条} 或“法规｜条”')
    if extra := set(item) - {"law", "article"}:
        raise _Refused(f"依据里有不认识的项：{'、'.join(sorted(map(str, extra)))}")
    return Basis(_text(item.get("law"), LONGEST_QUESTION, required=True), _text(item.get("article"), LONGEST_QUESTION))


def _region(cell: Any) -> str | None:
    text = _text(cell, LONGEST_NAME)
    if text in NATIONAL:
        return None
    if not _REGION.fullmatch(text):
        raise _Refused("应为6位行政区划代码，全国通用则留空或写“国家”")
    return text


def _date(cell: Any) -> date | None:
    if isinstance(cell, date):
        return cell
    text = _text(cell, LONGEST_NAME)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Refused("日期应写作 2026-01-31 的形式") from None


def _boolean(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    text = _text(cell, LONGEST_NAME).lower()
    if text not in BOOLEANS:
        raise _Refused("应为 true/false 或 是/否")
    return BOOLEANS[text]


def _status(cell: Any) -> str:
    text = _text(cell, LONGEST_NAME)
    if not text:
        return "published"
    if text not in STATUSES:
        raise _Refused("应为 published（已发布）、draft（草稿）或 retired（停用）")
    return STATUSES[text]


def _version(cell: Any) -> int:
    text = _text(cell, LONGEST_NAME)
    if not text:
        return 1
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 2**31:
        raise _Refused("应为正整数")
    return int(text)

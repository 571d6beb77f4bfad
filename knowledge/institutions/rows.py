"""One raw row into the values of an institution, with all that is wrong with it. Nothing is repaired silently."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson

from knowledge.institutions.codes import ALPHABET, LENGTH, cleaned, examined, well_formed
from knowledge.institutions.geography import datum_named, in_china
from knowledge.institutions.readers import RawRow

LISTS = ("aliases", "former_names")
# Column → most characters it may hold, as in the table.
TEXTS = {
    "name": 200, "certificate_number": 60, "kind": 60, "address": 300, "legal_representative": 60, "purpose": 3000,
    "sponsor": 200, "funding_source": 100, "initial_fund": 60, "registration_authority": 200, "status": 60, "phone": 60,
}  # fmt: skip
COLUMNS = (
    "name", "aliases", "former_names", "credit_code", "certificate_number", "region", "kind", "address",
    "legal_representative", "purpose", "sponsor", "funding_source", "initial_fund", "registration_authority",
    "certificate_valid_until", "annual_report_year", "status", "phone", "latitude", "longitude", "datum", "updated_at",
)  # fmt: skip
# The register's own words for the columns are understood as well.
CHINESE_COLUMNS = {
    "名称": "name", "单位名称": "name", "别名": "aliases", "曾用名": "former_names", "统一社会信用代码": "credit_code",
    "证书号": "certificate_number", "事证号": "certificate_number", "区划代码": "region", "行政区划代码": "region",
    "单位类别": "kind", "住所": "address", "地址": "address", "法定代表人": "legal_representative",
    "宗旨和业务范围": "purpose", "举办单位": "sponsor", "经费来源": "funding_source", "开办资金": "initial_fund",
    "登记管理机关": "registration_authority", "证书有效期": "certificate_valid_until", "年度报告": "annual_report_year",
    "状态": "status", "电话": "phone", "纬度": "latitude", "经度": "longitude", "坐标系": "datum",
    "更新时间": "updated_at",
}  # fmt: skip
MAX_NAMES_IN_LIST = 50
FIRST_REPORT_YEAR, LAST_REPORT_YEAR = 1998, 2100  # 事业单位登记管理暂行条例 is of 1998
SHANGHAI = ZoneInfo("Asia/Shanghai")

_LIST_SIGNS = re.compile(r"[;；|、\n]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Problem:
    """``error`` rejects the row, ``warning`` does not. ``row`` as people count it, 0 for the whole file."""

    row: int
    column: str
    severity: Literal["error", "warning"]
    message: str

    def __str__(self) -> str:
        place = f"第 {self.row} 行" if self.row else "整个文件"
        return f"{place}{f' {self.column} 列' if self.column else ''}：{self.message}"


class _Refused(Exception):
    """One cell that cannot be taken; the message goes into the report."""


class RowReader:
    """Reads rows one after the other; columns nobody knows are named once. ``taken``: what a warning says of the row
    that is kept all the same."""

    def __init__(self, *, taken: str = "已导入") -> None:
        self.problems: list[Problem] = []
        self._taken = taken
        self._unknown: set[str] = set()

    def read(self, row: RawRow) -> dict[str, Any] | None:
        """Values by column, only for the columns that the row has; ``None`` where an error rejects it."""
        start = len(self.problems)
        if row.problem:
            self._note(row.number, "", "error", row.problem)
            return None
        for column, trouble in row.troubled.items():
            self._note(row.number, self._known(column) or column, "error", trouble)
        values = self._values(row)
        self._judge_whole(row.number, values, {problem.column for problem in self.problems[start:]})
        return None if any(problem.severity == "error" for problem in self.problems[start:]) else values

    def _values(self, row: RawRow) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for header, cell in row.cells.items():
            column = self._known(header)
            if column is None:
                continue
            try:
                values[column] = _cell(column, cell)
            except _Refused as refused:
                self._note(row.number, column, "error", str(refused))
                values[column] = None
        return values

    def _judge_whole(self, number: int, values: dict[str, Any], refused: set[str]) -> None:
        if not values.get("name") and "name" not in refused:
            self._note(number, "name", "error", "没有单位名称；这一列必填")
        latitude, longitude = values.get("latitude"), values.get("longitude")
        if (latitude is None) != (longitude is None) and not refused & {"latitude", "longitude"}:
            self._note(number, "latitude", "error", "经度和纬度要么都填，要么都不填")
        if latitude is not None and longitude is not None and not in_china(latitude, longitude):
            self._note(number, "latitude", "warning", f"这个位置不在中国境内，经纬度可能写反了；{self._taken}，请核对")
        if code := values.get("credit_code"):
            self._judge_code(number, code)

    def _judge_code(self, number: int, code: str) -> None:
        note = examined(code)
        if note.expected:
            message = f"统一社会信用代码的第 18 位校验码是 {code[17]}，按规则应为 {note.expected}"
            self._note(number, "credit_code", "warning", f"{message}；{self._taken}，请核对")
        if note.subject_expected:
            wanted = note.subject_expected
            message = f"统一社会信用代码的第 17 位是 {code[16]}，按主体标识码规则应为 {wanted}"
            self._note(number, "credit_code", "warning", f"{message}；{self._taken}，请核对")

    def _known(self, header: str) -> str | None:
        column = CHINESE_COLUMNS.get(header.strip(), header.strip().lower())
        if column in COLUMNS:
            return column
        if header not in self._unknown:
            self._unknown.add(header)
            self._note(0, header[:40], "warning", "不认识的列，已忽略")
        return None

    def _note(self, row: int, column: str, severity: Literal["error", "warning"], message: str) -> None:
        self.problems.append(Problem(row, column, severity, message))


def _cell(column: str, cell: Any) -> Any:
    """The value of one cell; ``None`` (or no names) for an empty one. Raises ``_Refused``."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return [] if column in LISTS else None
    if isinstance(cell, bool):
        raise _Refused("是逻辑值（是/否），不是文字或数字")
    match column:
        case "name":
            return _name(cell)
        case "aliases" | "former_names":
            return _names(cell)
        case "credit_code":
            return _credit_code(cell)
        case "region":
            return _region(cell)
        case "certificate_valid_until":
            return _date(cell)
        case "updated_at":
            return _moment(cell)
        case "annual_report_year":
            return _year(cell)
        case "latitude" | "longitude":
            return _degrees(cell, 90 if column == "latitude" else 180)
        case "datum":
            return _datum(cell)
    return _text(cell, TEXTS[column])


def _text(cell: Any, most: int) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a sheet keeps 5550123 as 5550123.0
    if isinstance(cell, (dict, list)):
        raise _Refused("应是一段文字")
    text = str(cell).strip()
    if _CONTROL.search(text):
        raise _Refused("含有不可见的控制字符；请删去后重新导入")
    if len(text) > most:
        raise _Refused(f"有 {len(text)} 个字，最多 {most} 个；请缩短")
    return text


def _name(cell: Any) -> str:
    if not isinstance(cell, str):
        raise _Refused("单位名称应是文字，这里是数字或其他类型；请核对是否填错了列")
    name = _text(cell, TEXTS["name"])
    if not any(sign.isalpha() for sign in name):
        raise _Refused("单位名称里没有一个汉字或字母；请核对是否填错了列")
    return name


def _names(cell: Any) -> list[str]:
    if isinstance(cell, str) and cell.strip().startswith("["):
        try:
            cell = orjson.loads(cell)
        except orjson.JSONDecodeError:
            raise _Refused("方括号里的内容不是完整的 JSON 列表") from None
    if isinstance(cell, str):
        cell = [name for name in _LIST_SIGNS.split(cell) if name.strip()]
    if not isinstance(cell, list) or not all(isinstance(name, str) and name.strip() for name in cell):
        raise _Refused("应是名称的列表；在表格里用分号隔开")
    if len(cell) > MAX_NAMES_IN_LIST:
        raise _Refused(f"有 {len(cell)} 个名称，最多 {MAX_NAMES_IN_LIST} 个")
    return list(dict.fromkeys(_text(name, TEXTS["name"]) for name in cell))


def _credit_code(cell: Any) -> str:
    if isinstance(cell, (int, float)):
        raise _Refused("单元格是数字格式，18 位代码已丢失精度；请把这一列设为“文本”后重新填写")
    code = _text(cell, 60)
    if well_formed(code):
        return code
    if len(code) == LENGTH and well_formed(cleaned(code)):
        raise _Refused(f"统一社会信用代码应为半角大写，请改为 {cleaned(code)}")
    if len(code) != LENGTH:
        raise _Refused(f"统一社会信用代码应为 {LENGTH} 位，这里是 {len(code)} 位")
    wrong = "、".join(f"第 {at} 位“{sign}”" for at, sign in enumerate(code, 1) if sign not in ALPHABET)
    raise _Refused(f"统一社会信用代码里有不会出现的字符：{wrong or '第 3–8 位应为数字'}；请核对证书")


def _region(cell: Any) -> str | None:
    text = _text(cell, 20)
    if text == "国家":
        return None
    if not re.fullmatch(r"[0-9]{6}", text):
        raise _Refused("区划代码应为 6 位数字")
    return text


def _date(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DATE.fullmatch(_text(cell, 30))
    if found:
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            pass
    raise _Refused("不是日期；请写成 2027-03-31 的样子")


def _moment(cell: Any) -> datetime:
    """A moment without an offset is Shanghai's; a day alone is its beginning there."""
    try:
        moment = cell if isinstance(cell, datetime) else datetime.fromisoformat(_text(cell, 40))
    except ValueError:
        day = _date(cell)
        moment = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except OverflowError:
        raise _Refused("不是可用的时间") from None


def _year(cell: Any) -> int:
    text = _text(cell, 10).removesuffix("年度").removesuffix("年")
    if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_REPORT_YEAR <= int(text) <= LAST_REPORT_YEAR:
        raise _Refused("年度应为 4 位年份，例如 2025")
    return int(text)


def _degrees(cell: Any, most: int) -> float:
    try:
        degrees = float(_text(cell, 40))
    except ValueError:
        raise _Refused("不是数字；请写十进制的度，例如 31.2304") from None
    if not abs(degrees) <= most:
        raise _Refused(f"超出范围（±{most} 度）；经纬度是否写反了？")
    return degrees


def _datum(cell: Any) -> str:
    datum = datum_named(_text(cell, 20))
    if datum is None:
        raise _Refused("不认识的坐标系；请写 GCJ-02、WGS-84 或 BD-09")
    return datum

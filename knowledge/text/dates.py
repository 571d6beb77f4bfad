"""Days in one form, however they were written: 2026-03-31, 2026.3.31, 3月31号 and 3.31 are 3月31日, with its year where
it was said. A stretch of time such as 3个月 is no day and stays. Signs must be narrow and numbers in digits."""

from __future__ import annotations

import re

_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d{2}"
_NO_NUMBER_BEFORE = r"(?<![0-9a-z.\-/])"
_NO_NUMBER_AFTER = r"(?![0-9a-z]|[.\-/][0-9a-z])"

DATE = re.compile(
    rf"{_NO_NUMBER_BEFORE}(?P<year>{_YEAR})(?P<mark>[\-./])(?P<month>{_MONTH})(?P=mark)(?P<day>{_DAY}){_NO_NUMBER_AFTER}日?"
    rf"|{_NO_NUMBER_BEFORE}(?P<year8>{_YEAR})(?P<month8>0[1-9]|1[0-2])(?P<day8>0[1-9]|[12]\d|3[01]){_NO_NUMBER_AFTER}"
    # 3.31 is a day only where a time word stands at it: 3.31前, 截至3.31; else it is a sum, a version, a chapter.
    rf"|(?:(?<=[到至在于从])|(?<=截止)){_NO_NUMBER_BEFORE}(?P<month2>{_MONTH})[./](?P<day2>{_DAY}){_NO_NUMBER_AFTER}"
    rf"(?![个万亿千百元块角%年月天小分秒倍版章条米平公斤克号%])日?"
    rf"|{_NO_NUMBER_BEFORE}(?P<month3>{_MONTH})[./](?P<day3>{_DAY})(?:日|号)?(?=之?[前后]|以[前后]|截止|到期|那天|当[天日])"
    rf"|(?<!\d)(?P<month4>{_MONTH})月(?P<day4>{_DAY})(?:日|号(?![楼线门窗桌]))(?!\d)"
    rf"|(?<!\d)(?P<month5>{_MONTH})月(?P<day5>{_DAY})(?=之?[前后]|以[前后]|截止|到期|$)"
)
PADDED_MONTH = re.compile(r"(?<=年)0(?=[1-9]月)")


def day(found: re.Match[str]) -> str:
    """A match of ``DATE`` in the one form."""
    parts = {name.rstrip("0123456789"): value for name, value in found.groupdict().items() if value}
    year = f"{parts['year']}年" if "year" in parts else ""
    return f"{year}{int(parts['month'])}月{int(parts['day'])}日"

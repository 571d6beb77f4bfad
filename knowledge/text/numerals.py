"""Chinese numerals as Arabic ones, only where they count something: 十五天 is 15天, 统一 and 三定 stay as they are."""

from __future__ import annotations

import re

DIGITS = {"零": 0, "〇": 0, "一": 1, "幺": 1, "二": 2, "两": 2, "三": 3, "四": 4}
DIGITS |= {"五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
SCALES = {"十": 10, "百": 100, "千": 1000}

# What follows a number that counts or names; 个 次 下 位 are left out: 一个, 一次, 一下 and 一位 rarely count.
UNITS = "天日年月周岁号条款类级万元倍"
_NUMERAL = "".join([*DIGITS, *SCALES])
NUMERAL = re.compile(
    rf"(?<=第)[{_NUMERAL}]+"  # 第一, 第二十五
    rf"|[{_NUMERAL}]*[{_NUMERAL}](?=个?工作日|个月|[{UNITS}])"  # 五年, 三个月
    rf"|(?<![统单唯])[一二三四五六七八九]?十[一二三四五六七八九]?(?![{_NUMERAL}分足])"  # 十五, 三十
    r"|[零〇一幺二三四五六七八九]{4,}"  # 一二三一零, read out digit by digit
)


def arabic(found: re.Match[str]) -> str:
    """A match of ``NUMERAL`` in digits; one that makes no number stays."""
    run = found.group()
    if all(sign in DIGITS for sign in run):
        return "".join(str(DIGITS[sign]) for sign in run)
    value = _value(run)
    return run if value is None else str(value)


def _value(run: str) -> int | None:
    """Numbers under ten thousand, such as 二十五 or 三百零六; ``None`` where the signs make no number."""
    total, pending, last_scale = 0, None, 10_000
    for sign in run:
        if sign in DIGITS:
            if pending not in (None, 0):
                return None
            pending = DIGITS[sign]
        else:
            scale = SCALES[sign]
            if scale >= last_scale:
                return None
            total += (1 if pending is None else pending) * scale
            pending, last_scale = None, scale
    return total + (pending or 0)

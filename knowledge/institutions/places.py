"""Area codes (GB/T 2260) as places. Provinces by name; below them only what the sample data needs.

A county's own name comes with the names of its institutions; the bureau's table may say more in its address.
"""

from __future__ import annotations

from functools import lru_cache

PROVINCES = {
    "11": "北京市",
    "12": "天津市",
    "13": "河北省",
    "14": "山西省",
    "15": "内蒙古自治区",
    "21": "辽宁省",
    "22": "吉林省",
    "23": "黑龙江省",
    "31": "上海市",
    "32": "江苏省",
    "33": "浙江省",
    "34": "安徽省",
    "35": "福建省",
    "36": "江西省",
    "37": "山东省",
    "41": "河南省",
    "42": "湖北省",
    "43": "湖南省",
    "44": "广东省",
    "45": "广西壮族自治区",
    "46": "海南省",
    "50": "重庆市",
    "51": "四川省",
    "52": "贵州省",
    "53": "云南省",
    "54": "西藏自治区",
    "61": "陕西省",
    "62": "甘肃省",
    "63": "青海省",
    "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
    "71": "台湾省",
    "81": "香港特别行政区",
    "82": "澳门特别行政区",
    "99": "示例省",  # no province has this number: the sample data's own
}
PLACES = {"990100": "示例市", "990101": "示例县", "990102": "示例新区"}


REGION_DIGITS = 6
INSIDE = 3  # the closeness of what lies in the area itself


def place_of(region: str | None) -> str | None:
    """What to call an area: its own name where we know it, else its province's; ``None`` for the nation."""
    if not region:
        return None
    return PLACES.get(region) or PROVINCES.get(region[:2])


def closeness(region: str | None, home: str | None) -> int:
    """How near an area is to the account's own: 3 the same or inside it, 2 the same city, 1 the same province, 0."""
    if not region or not home:
        return 0
    if region.startswith(significant(home)):
        return INSIDE
    return 2 if region[:4] == home[:4] else int(region[:2] == home[:2])


@lru_cache(maxsize=4096)  # there are some 3,000 counties
def area_number(region: str | None) -> int:
    """What the index keeps of an area; nought for none."""
    return int(region) if region and region.isdecimal() else 0


def area_numbers(region: str) -> range:
    """The numbers of an area and of all that lie in it."""
    own = significant(region)
    width = 10 ** (REGION_DIGITS - len(own))
    return range(area_number(own) * width, (area_number(own) + 1) * width)


def significant(region: str) -> str:
    """The part of a code that names the area: 44 for a province, 4401 for a city, all six for a county."""
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region

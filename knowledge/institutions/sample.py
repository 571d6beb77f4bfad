"""Writes the sample register: well-known institutions by name alone, and the whole register of a county that is not.

``python -m knowledge.institutions.sample FILE``. The same file each time. Of a real institution it holds the name, what
people call it, and its code where a public source gives it and both check digits agree – nothing else. 示例县 lies in a
desert, has an area code that no place has, telephones that nobody can be given, and people who are called 示例人员.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from knowledge.institutions.codes import check_digit, subject_check_digit
from knowledge.institutions.well_known import well_known

SEED = 990101
COUNTY_SIZE = 200
REGION, NEW_AREA_REGION = "990101", "990102"
CENTRE = (39.0400, 90.2600)  # 示例县城: in the empty south of the Lop desert, so nobody is led to somebody's door
SPREAD_DEGREES = 0.06
UPDATED_AT = "2026-10-31T09:00:00+08:00"
TOWNS = ("城关镇", "东河镇", "西山镇", "南湖镇", "北岭镇", "青石乡", "白杨乡", "清泉乡", "长林乡", "月湖乡")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the institutions of one line of work are described; ``{place}`` in a name is a town."""

    kind: str
    sponsor: str
    purpose: str
    funding: str
    names: tuple[str, ...]


_COUNTY_WIDE = (
    _Kind(
        "教育",
        "示例县教育局",
        "实施学历教育，促进基础教育发展。{name}承担教学、教研及相关社会服务。",
        "财政补助",
        (
            "第一中学", "第二中学", "第三中学", "第四中学", "实验中学", "高级中学", "职业技术教育中心",
            "特殊教育学校", "第一小学", "第二小学", "第三小学", "第四小学", "第五小学", "实验小学", "第一幼儿园",
            "第二幼儿园", "机关幼儿园", "教师进修学校", "教学研究室", "青少年活动中心",
        ),
    ),
    _Kind(
        "卫生",
        "示例县卫生健康局",
        "为人民身体健康提供医疗与预防保健服务。{name}承担诊疗、护理、预防保健及健康教育。",
        "财政补助",
        (
            "人民医院", "中医医院", "妇幼保健院", "疾病预防控制中心", "第二人民医院", "精神卫生中心", "急救中心",
            "中心血站", "卫生健康综合服务中心",
        ),
    ),
    _Kind(
        "文化",
        "示例县文化广电和旅游局",
        "保护与传播文化，服务公众。{name}承担收藏、展览、辅导及公共文化活动。",
        "财政拨款",
        ("图书馆", "文化馆", "博物馆", "美术馆", "体育中心", "融媒体中心", "文物保护中心", "档案馆"),
    ),
    _Kind(
        "农业和水利",
        "示例县农业农村局",
        "为农业生产提供技术推广与公益服务。{name}承担试验、示范、推广和培训。",
        "财政拨款",
        (
            "农业技术推广中心", "畜牧兽医技术服务中心", "农业机械化服务中心", "种子管理站", "水利工程建设中心",
            "水土保持站", "国有林场", "林业技术推广站",
        ),
    ),
    _Kind(
        "综合服务",
        "示例县人民政府办公室",
        "为经济社会发展提供公益服务。{name}承担本领域的事务性工作。",
        "财政拨款",
        (
            "不动产登记中心", "公共资源交易中心", "政务服务中心", "社会保险事业中心", "公共就业服务中心",
            "医疗保障事务中心", "住房保障中心", "市政设施服务中心", "园林绿化中心", "环境卫生服务中心",
            "应急救援中心", "公路养护中心", "道路运输服务中心", "社会福利中心", "救助管理站", "殡仪馆",
            "退役军人服务中心", "法律援助中心", "公证处", "大数据中心", "检验检测中心", "机关事务服务中心",
            "项目建设服务中心", "招商服务中心", "志愿服务中心", "儿童福利院", "地方志编纂中心", "干部教育培训中心",
            "粮食和物资储备中心", "价格认证中心", "审计服务中心", "统计普查中心", "防灾减灾中心", "水库管理所",
            "青年就业见习基地",
        ),
    ),
)  # fmt: skip
_IN_EACH_TOWN = (
    _Kind(
        "教育",
        "示例县教育局",
        "实施学历教育，促进基础教育发展。{name}承担教学及相关社会服务。",
        "财政补助",
        ("{place}中心小学", "{place}初级中学", "{place}中心幼儿园", "{place}第一小学"),
    ),
    _Kind(
        "卫生",
        "示例县卫生健康局",
        "为居民提供基本医疗和公共卫生服务。{name}承担常见病诊疗、预防接种和健康管理。",
        "财政补助",
        ("{place}卫生院",),
    ),
    _Kind(
        "综合服务",
        "{place}人民政府",
        "为辖区居民提供公共服务。{name}承担本辖区的事务性工作。",
        "财政拨款",
        (
            "{place}便民服务中心", "{place}综合文化站", "{place}农业综合服务中心", "{place}退役军人服务站",
            "{place}水利站", "{place}社会保障事务所",
        ),
    ),
)  # fmt: skip
# The neighbour has namesakes, so that “实验小学” has to be asked about.
_NEW_AREA_NAMES = (
    "第一中学", "第二中学", "实验小学", "第一小学", "第一幼儿园", "人民医院", "图书馆", "文化馆", "政务服务中心",
    "城关镇卫生院",
)  # fmt: skip
_ALIASES = {
    "示例县第一中学": ["县一中", "示例一中"],
    "示例县人民医院": ["县医院", "示例县医院"],
    "示例县中医医院": ["县中医院"],
    "示例县疾病预防控制中心": ["县疾控中心"],
    "示例县图书馆": ["县图书馆"],
    "示例县实验小学": ["县实小"],
    "示例县不动产登记中心": ["县不动产中心"],
    "示例县妇幼保健院": ["县妇幼"],
}
_FORMER_NAMES = {
    "示例县第一中学": ["示例县中学"],
    "示例县职业技术教育中心": ["示例县职业中学"],
    "示例县融媒体中心": ["示例县广播电视台", "示例县新闻信息中心"],
    "示例县疾病预防控制中心": ["示例县卫生防疫站"],
    "示例县大数据中心": ["示例县信息中心"],
    "示例县社会福利中心": ["示例县敬老院"],
    "示例县公路养护中心": ["示例县公路管理段"],
    "示例县畜牧兽医技术服务中心": ["示例县畜牧兽医站"],
}


def sample_rows() -> Iterator[dict[str, Any]]:
    """Every row of the sample file, in order."""
    yield from well_known_rows()
    yield from county_rows()


def well_known_rows() -> Iterator[dict[str, Any]]:
    """Real institutions: ``name``, ``aliases`` and, where verified, ``credit_code``; no other field."""
    for known in well_known().values():
        row: dict[str, Any] = {"name": known.name}
        if known.short_names:
            row["aliases"] = known.short_names
        if known.credit_code:
            row["credit_code"] = known.credit_code
        yield row


def county_rows() -> Iterator[dict[str, Any]]:
    """The invented register: 190 institutions of 示例县 and ten namesakes in 示例新区."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    for number, (name, region, described) in enumerate(_names(), 1):
        yield _row(number, name, region, described, chance)


def _names() -> Iterator[tuple[str, str, _Kind]]:
    in_county = [(f"示例县{name}", described) for described in _COUNTY_WIDE for name in described.names]
    for town in TOWNS:
        in_county += [
            (f"示例县{name.format(place=town)}", described) for described in _IN_EACH_TOWN for name in described.names
        ]
    for name, described in in_county[: COUNTY_SIZE - len(_NEW_AREA_NAMES)]:
        yield name, REGION, described
    by_name = {name.removeprefix("示例县"): described for name, described in in_county}
    for name in _NEW_AREA_NAMES:
        yield f"示例新区{name}", NEW_AREA_REGION, by_name[name]


def _row(number: int, name: str, region: str, described: _Kind, chance: random.Random) -> dict[str, Any]:
    town = next((town for town in TOWNS if town in name), TOWNS[0])
    north, east = chance.uniform(-1, 1), chance.uniform(-1, 1)
    away = 0.2 if region == NEW_AREA_REGION else 0.0
    place = "示例新区" if region == NEW_AREA_REGION else "示例县"
    cancelled = chance.random() < 0.03
    return {
        "name": name,
        "aliases": _ALIASES.get(name, []),
        "former_names": _FORMER_NAMES.get(name, []),
        "credit_code": credit_code(region, number),
        "certificate_number": f"事证第{region}0{number:05d}号",
        "region": region,
        "kind": described.kind,
        "address": f"{place}{town}示例路{number}号",
        "legal_representative": f"示例人员{_stem(number)}",
        "purpose": described.purpose.format(name=name),
        "sponsor": described.sponsor.format(place=f"示例县{town}").replace("示例县", place, 1),
        "funding_source": described.funding,
        "initial_fund": f"{chance.randrange(5, 900)}万元",
        "registration_authority": f"{place}事业单位登记管理局",
        "certificate_valid_until": f"{chance.randrange(2027, 2032)}-{chance.randrange(1, 13):02d}-28",
        "annual_report_year": 2024 if chance.random() < 0.1 else 2025,
        "status": "已注销" if cancelled else "正常",
        "phone": f"000-0000{number:04d}",
        "latitude": round(CENTRE[0] + away + north * SPREAD_DEGREES, 6),
        "longitude": round(CENTRE[1] + away + east * SPREAD_DEGREES, 6),
        "datum": "GCJ-02",
        "updated_at": UPDATED_AT,
    }


def credit_code(region: str, number: int) -> str:
    """A code with both check digits right, for an area that does not exist."""
    subject = f"990{number:05d}"
    body = f"12{region}{subject}{subject_check_digit(subject)}"
    return body + check_digit(body)


def _stem(number: int) -> str:
    """甲, 乙 … 癸, then 甲甲, 甲乙 …: a label, not a name that somebody has."""
    stems, label = "甲乙丙丁戊己庚辛壬癸", ""
    while number:
        number, rest = divmod(number - 1, len(stems))
        label = stems[rest] + label
    return label


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("用法：python -m knowledge.institutions.sample 文件.jsonl\n")
        return 2
    Path(arguments[0]).write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in sample_rows()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

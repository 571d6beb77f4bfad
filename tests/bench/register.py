"""An invented register of institutions as large as wanted, and what people type when they look for one of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

SEED = 990_101
# First and second signs of counties and towns, as many as make the pairs about as rare as they are in the country.
COUNTY_SIGNS = (
    "临安平永长新东南西北清洪石白青红宁建德兴和顺泰丰文武广延",
    "山江河海湖溪原州城阳川源泉岭池陵昌化康定远乐宾都门浦塘陂",
)
TOWN_SIGNS = (
    "柳杨桃梅松竹槐榆龙凤虎马牛羊金银大小上下高古沙黄赤黑双三五七九王李张赵刘陈周孙胡郭何罗宋梁许韩",
    "桥塘坪坝湾沟店集铺营堡屯寨坡林庄村岗洼台峪峰滩渡口井田园楼庙阁洞关墩圩埠浜洲",
)
TOWNS = 84  # of a county
COUNTY_KINDS = (
    "人民医院", "中医医院", "妇幼保健院", "疾病预防控制中心", "图书馆", "文化馆", "博物馆", "档案馆", "融媒体中心",
    "不动产登记中心", "公共资源交易中心", "社会保险事业中心", "住房保障中心", "园林绿化中心", "法律援助中心", "公证处",
    "特殊教育学校", "职业技术教育中心", "教师进修学校", "农业技术推广中心", "种子管理站", "水土保持站", "救助管理站",
)  # fmt: skip
TOWN_KINDS = (
    "中心卫生院", "卫生院", "中心小学", "中心幼儿园", "初级中学", "综合文化站", "农业综合服务中心", "水利管理站",
    "便民服务中心", "退役军人服务站", "财政服务中心", "林业工作站", "畜牧兽医站", "社会工作服务中心", "敬老院",
)  # fmt: skip
SCHOOLS = ("第{n}中学", "第{n}小学", "第{n}幼儿园", "第{n}实验学校")
NUMBERS = "一二三四五六七八九"
# What a hurried citizen leaves out of a name, tried in order; the first that is there goes.
LEFT_OUT = (("县", ""), ("镇", ""), ("第", ""), ("中心卫生院", "卫生院"), ("服务中心", "中心"), ("管理站", "站"))


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, and the registered name that was meant."""

    text: str
    name: str


def invented_names(count: int) -> list[str]:
    """``count`` names, no two alike, in an order by lot: a smaller register is the beginning of a larger one."""
    names = list(_names())
    random.Random(SEED).shuffle(names)
    assert count <= len(names), f"there are {len(names)} names, not {count}"
    return names[:count]


def typed_by_citizens(names: list[str], count: int, *, seed: int = SEED) -> list[Typed]:
    """Of five names one is typed as registered, two have a slip, two are shortened."""
    lot = random.Random(seed)
    return [Typed(_typed(name, number % 5, lot), name) for number, name in enumerate(lot.sample(names, count))]


def _names() -> Iterator[str]:
    """County by county; a million and a little in all."""
    counties = ["".join(signs) for signs in itertools.product(*COUNTY_SIGNS)]
    towns = ["".join(signs) for signs in itertools.product(*TOWN_SIGNS)]
    lot = random.Random(SEED)
    for county in counties:
        yield from (f"{county}县{kind}" for kind in COUNTY_KINDS)
        yield from (f"{county}县{school.format(n=n)}" for school in SCHOOLS for n in NUMBERS)
        yield from (f"{county}县{town}镇{kind}" for town in lot.sample(towns, TOWNS) for kind in TOWN_KINDS)


def _typed(name: str, way: int, lot: random.Random) -> str:
    if way == 0:
        return name
    at = lot.randrange(2, len(name) - 1)
    if way == 1:
        return name[:at] + name[at + 1 :]
    if way == 2:
        return name[:at] + lot.choice(TOWN_SIGNS[0]) + name[at + 1 :]
    for long, short in LEFT_OUT[: 2 if way == 3 else None]:
        name = name.replace(long, short, 1)
    return name

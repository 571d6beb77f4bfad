"""The words that a name is made of: place, number, what it is for, what kind it is, and which branch.

Names are cut by the words of the field (``data/name_words.tsv``) and the names of cities (``data/cities.txt``), both
from general knowledge; signs in between are taken two by two, as Chinese words mostly are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files

KEPT_SHAPES = 4096  # names whose words are remembered, about 2 kB each; those that are asked for again and again
MUNICIPALITIES = frozenset(["北京", "上海", "天津", "重庆"])
# Cities whose name is a word or another place's as well: 朝阳 is a district more often, 海南 a province.
_UNSURE_CITIES = frozenset(
    [
        "朝阳",
        "东方",
        "海南",
        "中山",
        "红河",
        "吉林",
        "阿里",
        "山南",
        "兴安",
        "海北",
        "海西",
        "海东",
        "文山",
        "黄山",
        "长春",
    ]
)
_SUFFIX = "省市县区州盟旗镇乡"
_PLACE = re.compile(r"[^0-9第大学校社园医]{1,7}?(?:自治州|自治县|自治旗|地区|街道|市|县|州|盟|旗|区|镇|乡)")
_PLACE_WORD = re.compile(rf".+(?:[{_SUFFIX}]|街道)")
_NUMBER = re.compile("[0-9]+")
_DIGITS = frozenset("0123456789")
# An unknown word of two signs right before one of these is a place: 某某大学 房山 医院.
_AFTER_A_PLACE = frozenset(["医院", "学校", "校区", "分校", "图书馆", "中医", "人民"])
_UNIVERSITY = "大学"
_HOSTS = frozenset(["大学", "学院", "医院", "中学", "学校", "小学"])  # what comes after is a part of it


class Part(IntEnum):
    PLACE = 0
    NUMBER = 1
    GENERIC = 2  # says little: 中国, 人民, 国家
    BRANCH = 3  # a campus, an affiliated body, what follows a host
    OWN = 4  # what sets it apart
    KIND = 5  # the last word: 中学, 委员会


class Field(IntEnum):
    """What kind of institution it is, as far as the words of a name tell."""

    UNKNOWN = 0
    MEDICAL = 1
    SCHOOL = 2
    CULTURE = 3


# Each finds the last of its words.
_FIELDS = {
    Field.MEDICAL: re.compile(".*(?:医院|中医|卫生|保健|精神|医疗|诊|疗养|医药|急救)"),
    Field.SCHOOL: re.compile(
        ".*(?:大学|学院|学校|中学|小学|高中|初中|幼儿园|职专|中专|附中|附小|分校|[0-9]+中|一中|完小)"
    ),
    Field.CULTURE: re.compile(".*(?:图书|文化|博物|美术馆|体育馆|档案馆|科技馆|展览)"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A key cut into words. ``places``: those where it says to be, without 省, 市 and the like, widest first;
    never those of a host that come before (白石大学云门医院 is in 云门)."""

    words: tuple[str, ...]
    parts: tuple[Part, ...]
    places: tuple[str, ...]
    field: Field

    @property
    def seat(self) -> str:
        """The place that the name begins with; empty where it begins with none."""
        return bare(self.words[0]) if self.parts and self.parts[0] is Part.PLACE else ""


@lru_cache(maxsize=KEPT_SHAPES)
def shape_of(key: str) -> Shape:
    """``key``: a name in normal form (``name_key``)."""
    words = tuple(_cut(key))
    places = list(_places(words, _after_host(words))) or list(_places(words, 0))
    return Shape(words, tuple(_parts(words)), tuple(dict.fromkeys(places)), _field(key))


def is_anybodys(key: str) -> bool:
    """Whether a name is only a number and a kind, as every town has one: 第一中学, 人民医院."""
    shape = shape_of(key)
    *before, last = zip(shape.parts, shape.words, strict=True)
    kind = len(last[1]) == 1 or last[1] in _lexicon().words
    return kind and all(part in (Part.NUMBER, Part.GENERIC) for part, _ in before)


def words_of_the_field() -> frozenset[str]:
    """All that names are cut by: the words of the field, and the names of cities and provinces."""
    return _lexicon().words


def bare(place: str) -> str:
    """A place without its rank: 宜宾市 is 宜宾."""
    return place[:-1] if len(place) > 2 and place[-1] in _SUFFIX else place


def _cut(key: str) -> Iterator[str]:
    known, at, loose = _lexicon(), 0, ""
    for place in _leading_places(key):
        yield place
        at += len(place)
    while at < len(key):
        word = _known_at(key, at, known)
        at += len(word or key[at])
        if not word:
            loose += key[at - 1]
            continue
        yield from _twos(loose)
        loose = ""
        yield word
    yield from _twos(loose)


def _leading_places(key: str) -> Iterator[str]:
    found = _province().match(key)
    at = found.end() if found else 0
    if found:
        yield found.group()
    while (found := _PLACE.match(key, at)) and len(found.group()) > 1 and found.end() < len(key):
        place = found.group()
        if any(place[:length] in _lexicon().words for length in range(2, len(place))) and bare(place) not in _cities():
            return
        yield place
        at = found.end()


def _known_at(key: str, at: int, known: _Lexicon) -> str:
    sign = key[at]
    if sign in _DIGITS and (number := _NUMBER.match(key, at)):
        return number.group()
    for length in known.lengths.get(sign, ()):
        if (word := key[at : at + length]) in known.words:
            return word
    return sign if at == len(key) - 1 and sign in known.words else ""


def _twos(loose: str) -> Iterator[str]:
    for at in range(0, len(loose), 2):
        yield loose[at : at + 2]


def _parts(words: tuple[str, ...]) -> Iterator[Part]:
    known, leading, before = _lexicon(), True, ""
    for at, word in enumerate(words):
        is_place = leading and (word in _cities() or (len(word) > 1 and _PLACE_WORD.fullmatch(word) is not None))
        leading = is_place or (leading and word in known.generic)
        if word[0] in _DIGITS:
            yield Part.NUMBER
        elif is_place:
            yield Part.PLACE
        elif word in known.generic:
            yield Part.GENERIC
        elif word in known.branch or before in _HOSTS:
            yield Part.BRANCH
        else:
            yield Part.KIND if at == len(words) - 1 else Part.OWN
        before = word


def _places(words: tuple[str, ...], start: int) -> Iterator[str]:
    """Those named from this word on."""
    cities, last = _cities(), len(words) - 1
    for at, word in enumerate(words[start:], start):
        if word in cities or (len(word) > 2 and word[-1] in "省市县区州盟旗"):
            yield bare(word)[:3]
        elif len(word) == 2 and 0 < at < last and words[at + 1] in _AFTER_A_PLACE and _unknown(word):
            yield word


def _after_host(words: tuple[str, ...]) -> int:
    """Where the part of a university begins; nought for what is none."""
    return max((at + 1 for at, word in enumerate(words[:-1]) if word.endswith(_UNIVERSITY)), default=0)


def _unknown(word: str) -> bool:
    return word not in _lexicon().words and not word.isdigit()


def _field(key: str) -> Field:
    """The one whose word stands last."""
    best, last = Field.UNKNOWN, 0
    for field, words in _FIELDS.items():
        found = words.match(key)
        if found and found.end() > last:
            best, last = field, found.end()
    return best


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: frozenset[str]
    generic: frozenset[str]
    branch: frozenset[str]
    lengths: dict[str, tuple[int, ...]]  # of the words of two signs or more that begin with a sign, longest first


@cache
def _lexicon() -> _Lexicon:
    rows = [line.split("\t") for line in _data("name_words.tsv").splitlines()]
    listed = {
        kind: frozenset(word for name, words in rows if name == kind for word in words.split())
        for kind in ("generic", "branch", "word")
    }
    words = frozenset().union(*listed.values(), _cities())
    lengths: dict[str, set[int]] = {}
    for word in words:
        if len(word) > 1:
            lengths.setdefault(word[0], set()).add(len(word))
    longest_first = {sign: tuple(sorted(found, reverse=True)) for sign, found in lengths.items()}
    return _Lexicon(words, listed["generic"], listed["branch"], longest_first)


@cache
def _provinces() -> tuple[str, ...]:
    short = [line.split()[0] for line in _data("cities.txt").splitlines()]
    return (*short, "广西壮族", "宁夏回族", "新疆维吾尔")


@cache
def _cities() -> frozenset[str]:
    """Names of provinces and cities that mean nothing else."""
    named = frozenset(_data("cities.txt").split()) - _UNSURE_CITIES
    return named | frozenset(_provinces())


@cache
def _province() -> re.Pattern[str]:
    longest_first = sorted(_provinces(), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(longest_first)})(?:省|市|自治区|特别行政区)?")


def _data(name: str) -> str:
    return files("knowledge.institutions").joinpath("data", name).read_text(encoding="utf-8")

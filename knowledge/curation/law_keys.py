"""When two curators mean the same law or article: names are written in many ways, keys in one.

《民法典》 and 中华人民共和国民法典 are one law; 第14条 and 第十四条第二款 share an article. An edition (2014年修订)
and a document's number are no part of the key: the edition decides only whether a repeal of an older one hits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from knowledge.faq.entry import Basis
from knowledge.text.numerals import arabic

KEPT_KEYS = 4096  # a base of 10,000 entries cites some hundred laws
LONGEST_KEY = 100  # the column; who cites more than twenty articles at once means the law

_BRACKETS = re.compile(r"[（(〔\[【][^（()）〔〕\[\]【】]*[）)〕\]】]")
_KEPT_BRACKET = re.compile(r"[（(](试行|暂行|草案)[)）]")
_NOISE = re.compile(r"[《》〈〉“”\"'‘’、，,。.\s]")
_STATE = "中华人民共和国"
_YEAR = re.compile(r"(?:19|20)\d{2}")
_NUMERALS = re.compile(r"[零〇一二两三四五六七八九十百千]+")
_ITEM_BRACKET = re.compile(r"[（(]([零〇一二两三四五六七八九十百千\d]+)[)）]")
_PART = re.compile(
    r"(?:第?(?P<article>\d+)条(?:之(?P<of>\d+))?)?(?:第?(?P<paragraph>\d+)款)?(?:第?(?P<item>\d+)[项目])?", re.ASCII
)
_RANGE = re.compile(r"^第?(\d+)条?(?:至|到|—|－|-|~)第?(\d+)条$", re.ASCII)
_BETWEEN = re.compile(r"[、，,；;和及]|以及")
_LONGEST_RANGE = 60


@dataclass(frozen=True, slots=True)
class Repealed:
    """A law, or some of its articles, that no longer holds. ``articles`` empty: the whole law."""

    law: str
    articles: tuple[str, ...]
    before: int  # editions of this year and later are not meant


@lru_cache(KEPT_KEYS)
def law_key(law: str) -> str:
    """Empty where nothing but signs was given."""
    kept = _KEPT_BRACKET.sub(r"〇\1", law)
    while (fewer := _BRACKETS.sub("", kept)) != kept:
        kept = fewer
    return _NOISE.sub("", kept).removeprefix(_STATE).casefold()


@lru_cache(KEPT_KEYS)
def edition(law: str) -> int | None:
    """The latest year in brackets: of the edition, or of the document's number."""
    years = [int(year) for bracket in _BRACKETS.findall(law) for year in _YEAR.findall(bracket)]
    return max(years, default=None)


@lru_cache(KEPT_KEYS)
def article_keys(article: str) -> tuple[str, ...]:
    """Of each article cited: ``14``, ``14.2`` (第二款), ``20..2`` (第二项), ``10-1`` (第十条之一); else its words."""
    text = _digits(_ITEM_BRACKET.sub(r"\1", article))
    text = re.sub(r"\s", "", _BRACKETS.sub("", text) or article)
    keys: list[str] = []
    for piece in _BETWEEN.split(text):
        keys += _keys_of(piece, keys[-1] if keys else "")
    return tuple(dict.fromkeys(key for key in keys if key))


def article_key(article: str) -> str:
    """The keys in one column; empty for the whole law."""
    return "、".join(article_keys(article))[:LONGEST_KEY]


def repealed_of(law: str, article: str, repealed_on: date) -> Repealed:
    """``law`` as it is written in the list of repeals, with its edition where it has one."""
    year = edition(law)
    return Repealed(law_key(law), article_keys(article), repealed_on.year if year is None else year + 1)


def is_hit(basis: Basis, repealed: Repealed) -> bool:
    """A repealed article takes its paragraphs along, a repealed paragraph whoever cites its whole article."""
    if law_key(basis.law) != repealed.law or (edition(basis.law) or 0) >= repealed.before:
        return False
    return not repealed.articles or shares_article(article_keys(basis.article), repealed.articles)


def shares_article(ones: Sequence[str], others: Sequence[str]) -> bool:
    return any(_within(one, other) or _within(other, one) for one in ones for other in others)


def _within(narrow: str, wide: str) -> bool:
    return narrow == wide or narrow.startswith(f"{wide}.")


def _digits(text: str) -> str:
    return _NUMERALS.sub(arabic, text)


def _keys_of(piece: str, before: str) -> list[str]:
    """``before``: what 第三款 after 第二款 belongs to."""
    if (span := _RANGE.match(piece)) is not None:
        first, last = int(span[1]), int(span[2])
        if 0 <= last - first <= _LONGEST_RANGE:
            return [str(number) for number in range(first, last + 1)]
    found = _PART.match(piece)
    if found is None or not found[0]:
        return [piece.casefold()]
    article = f"{found['article']}{'-' + found['of'] if found['of'] else ''}" if found["article"] else before
    article = article if found["article"] else article.split(".")[0]
    places = [article, found["paragraph"] or "", found["item"] or ""]
    return [".".join(places).rstrip(".")]

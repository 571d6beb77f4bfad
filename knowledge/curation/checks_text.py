"""What can be said of a text alone: numbers of persons, sensitive terms, markup, links, places for local facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from knowledge.curation.finding import Finding, Severity
from knowledge.faq.entry import PLACEHOLDER
from knowledge.faq.files import PLACEHOLDERS
from knowledge.text.deidentify import PersonalKind, personal_numbers

# Terms at which who guards secrets looks twice (fact base, guide on sensitive information, section E). On their own
# they forbid nothing.
SENSITIVE_TERMS = (
    *("空编", "剩余编制", "编制总额", "专项编制", "政法专项", "花名册", "在编名单", "身份证", "用编计划", "超编名单"),
    *("职数空缺", "撤并名单", "机构改革方案", "编委会议", "请示件", "密级", "机密", "秘密", "内部文件", "国安"),
    *("公安编制", "武警", "监狱编制"),
)
# What the names of laws say, and nothing else: 保守国家秘密法.
_OF_A_LAW = re.compile(r"保守国家秘密法(?:实施条例)?|国家秘密定密管理")

_BLOCKING: Mapping[PersonalKind, str] = {
    "identity": "身份证件号",
    "mobile": "手机号",
    "card": "银行卡号",
    "account": "个人聊天账号",
}
_DOUBTFUL: Mapping[PersonalKind, str] = {"landline": "固定电话", "number": "一长串数字", "email": "邮箱"}
_SUGGESTION = {"landline": "；本单位的电话请写 {{bureau_phone}}，各地会换成自己的"}

# The only markup that WeChat shows as one: a link, its address in double quotes, nothing inside but text.
_LINK = re.compile(r'<a href="(?P<address>[^"<>]*)">(?P<label>[^<>]*)</a>')
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])[^<>]*>?")
_BARE_ADDRESS = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./?=&%#_:\-~+]+")
_WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-.]+\.[A-Za-z0-9\-]+(?::\d+)?(?:[/?#][^\s\"<>]*)?")


class Span(NamedTuple):
    """``start`` and ``end`` of something inside a text, and what to say of it."""

    start: int
    end: int
    severity: Severity
    message: str


def text_findings(column: str, text: str) -> Iterator[Finding]:
    """Everything below, of one column."""
    spans = [*numbers_in(text), *links_in(text), *placeholders_in(text)]
    if column == "answer":
        spans += sensitive_in(text)
    for span in sorted(spans):
        yield Finding(span.severity, column, span.message, (span.start, span.end))


def numbers_in(text: str) -> Iterator[Span]:
    """Numbers that may be a person's. What stands inside a web address is taken for part of it."""
    addresses = [found.span() for found in _BARE_ADDRESS.finditer(text)]
    for number in personal_numbers(text):
        if number.kind in ("number", "card") and any(a <= number.start and number.end <= b for a, b in addresses):
            continue
        if (name := _BLOCKING.get(number.kind)) is not None:
            yield Span(number.start, number.end, "block", f"第 {number.start + 1} 个字起像是{name}，请删去个人信息")
        else:
            said = f"第 {number.start + 1} 个字起有{_DOUBTFUL[number.kind]}，请确认不是个人的"
            yield Span(number.start, number.end, "warn", said + _SUGGESTION.get(number.kind, ""))


def sensitive_in(text: str) -> Iterator[Span]:
    """Each term once, where it stands first."""
    names = [found.span() for found in _OF_A_LAW.finditer(text)]
    for term in SENSITIVE_TERMS:
        places = (found.span() for found in re.finditer(term, text))
        outside = (place for place in places if not any(a <= place[0] and place[1] <= b for a, b in names))
        if (first := next(outside, None)) is not None:
            yield Span(*first, "note", f"含有“{term}”，请保密审查时留意")


def links_in(text: str) -> Iterator[Span]:
    """Markup that WeChat would show as signs, links that lead nowhere or are not encrypted."""
    rest = text
    for link in _LINK.finditer(text):
        rest = rest[: link.start()] + " " * len(link[0]) + rest[link.end() :]
        yield from _of_link(link)
    for markup in _MARKUP.finditer(rest):
        yield Span(
            *markup.span(), "block", '只能使用 <a href="https://…">文字</a> 这样的链接，其他标记不会生效，请删去'
        )
    plain = _MARKUP.sub(lambda found: " " * len(found[0]), rest)
    for bare in _BARE_ADDRESS.finditer(plain):
        yield Span(*bare.span(), "note", '网址没有写成链接；写作 <a href="https://…">文字</a> 群众才能直接点')


def placeholders_in(text: str) -> Iterator[Span]:
    """Places for facts that no account can have, and braces that make no place."""
    for found in PLACEHOLDER.finditer(text):
        if found[1] not in PLACEHOLDERS:
            said = f"没有名为 {found[1]} 的本地信息，群众将只看到联系方式"
            yield Span(*found.span(), "warn", said)
    rest = PLACEHOLDER.sub(lambda found: " " * len(found[0]), text)
    for found in re.finditer(r"\{\{|\}\}", rest):
        yield Span(*found.span(), "warn", "花括号不成对，本地信息应写作 {{bureau_phone}} 的形式")


def _of_link(link: re.Match[str]) -> Iterator[Span]:
    address, place = link["address"], link.span()
    if not _WEB_ADDRESS.fullmatch(address):
        yield Span(*place, "block", "链接的网址应以 https:// 或 http:// 开头，且是完整的网址")
    elif address.startswith("http://"):
        yield Span(*place, "warn", "链接用的是 http://，没有加密；有 https:// 的请改用")
    if not link["label"].strip():
        yield Span(*place, "block", "链接没有文字，群众看不见也点不到")

"""A reply as its reader sees it in WeChat: text, what can be tapped, and what opens a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from api.console.texts import bench as texts
from bot.replies import Image, News, Reply, Text, Transfer

_LINK = re.compile(r'<a href="([^"<>]*)">([^<]*)</a>')  # as bot.links and the handlers write them
_WEB = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Segment:
    """``tap``: the text that a tap on it sends. ``address``: the page that it opens."""

    text: str
    tap: str | None = None
    address: str | None = None


def segments(reply: Reply) -> tuple[Segment, ...]:
    match reply:
        case Text(content):
            return tuple(_parts(content))
        case News(article):
            return Segment(f"{article.title}\n{article.description}\n"), Segment(article.url, address=_web(article.url))
        case Transfer():
            return (Segment(texts.TRANSFERRED),)
        case Image():
            return (Segment(texts.PICTURE),)
        case _:
            return (Segment(texts.SILENT),)


def _parts(content: str) -> Iterator[Segment]:
    read = 0
    for link in _LINK.finditer(content):
        if link.start() > read:
            yield Segment(content[read : link.start()])
        yield _link(link[1], link[2])
        read = link.end()
    if read < len(content):
        yield Segment(content[read:])


def _link(target: str, label: str) -> Segment:
    parts = urlsplit(target)
    if parts.scheme == "weixin":
        return Segment(label, tap="".join(parse_qs(parts.query).get("msgmenucontent", [])))
    return Segment(label, address=_web(target))


def _web(address: str) -> str | None:
    """Nothing but a web page is opened from the console."""
    return address if urlsplit(address).scheme in _WEB else None

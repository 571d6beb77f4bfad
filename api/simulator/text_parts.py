"""WeChat's subset of HTML in a text message: ``<a href>`` and nothing else. All but a link stays a plain string."""

from __future__ import annotations

import html
import re
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

TextPart: TypeAlias = "dict[str, str]"

_LINK = re.compile(r"""<a\s+href\s*=\s*(["'])(?P<href>[^"'<>]*)\1\s*>(?P<label>[^<]*)</a>""", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]*(?<![.,;:!?'()])")
_OPENABLE = frozenset({"http", "https"})


def text_parts(content: str) -> list[TextPart]:
    """``{"text"}`` as it stands, ``{"text","href"}`` to open, or ``{"text","menu"}`` (and ``"id"``) to tap."""
    parts: list[TextPart] = []
    at = 0
    for found in _LINK.finditer(content):
        part = _linked(html.unescape(found["label"]), html.unescape(found["href"]))
        if part is None:
            continue
        parts += [*_plain(content[at : found.start()]), part]
        at = found.end()
    return [*parts, *_plain(content[at:])]


def menu_part(label: str, choice_id: str) -> TextPart:
    """A choice of a ``msgmenu``: a tap sends its label, with its id."""
    return {"text": label, "menu": label, "id": choice_id}


def _linked(label: str, href: str) -> TextPart | None:
    """``None`` for an address that WeChat would not follow: ``javascript:`` and its like stay text."""
    try:
        address = urlsplit(href)
    except ValueError:
        return None
    if address.scheme in _OPENABLE and address.netloc:
        return {"text": label, "href": href}
    if address.scheme == "weixin" and address.netloc == "bizmsgmenu":
        asked = dict(pair.partition("=")[::2] for pair in address.query.split("&"))
        part = {"text": label, "menu": unquote(asked.get("msgmenucontent", ""))}
        return part | ({"id": unquote(asked["msgmenuid"])} if "msgmenuid" in asked else {})
    return None


def _plain(text: str) -> list[TextPart]:
    parts: list[TextPart] = []
    at = 0
    for found in _BARE_ADDRESS.finditer(text):
        if found.start() > at:
            parts.append({"text": text[at : found.start()]})
        parts.append({"text": found[0], "href": found[0]})
        at = found.end()
    return [*parts, {"text": text[at:]}] if at < len(text) else parts

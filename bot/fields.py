"""A body read into named fields, the same for XML and JSON. Nothing outside the body is ever fetched or expanded."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree

from bot.errors import EnvelopeRefused

Format = Literal["xml", "json"]
Row = Mapping[str, str]

# A body is an element at once, after at most a declaration: a DTD can stand nowhere but before the root.
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,100}\?>\s*)?<[A-Za-z]")
_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
# Citizens paste control characters and WeChat passes them on; XML 1.0 allows only tab, line feed and return below 0x20.
_CONTROL_BYTES = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_CONTROL_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NONCHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
# The body as WeChat writes it: fields one after another, each plain or one CDATA. Anything else is the parser's.
_ROOT = re.compile(r"[ \t\n]*<xml>")
_FIELD = re.compile(
    r"[ \t\n]*<(?P<name>[A-Za-z][A-Za-z0-9_]*)>"
    r"(?:<!\[CDATA\[(?>(?P<quoted>.*?)\]\]>)|(?P<plain>[^<&\]]*))</(?P=name)>",
    re.DOTALL,
)
_END = re.compile(r"[ \t\n]*</xml>[ \t\n]*")
_DIGITS = re.compile(r"[0-9]{1,20}")  # 2^64 has 20

# Read by us, so two of them would be two readings of one message; of others the first counts.
_READ = frozenset({
    "ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "MsgID", "Event", "EventKey", "Encrypt",
    "Content", "bizmsgmenuid", "MediaId", "PicUrl", "Format", "Recognition", "ThumbMediaId", "Title", "Description",
    "Url", "Location_X", "Location_Y", "Scale", "Label", "Latitude", "Longitude", "Precision", "Status",
})  # fmt: skip

# Shared: lxml serialises its use by a lock, and a new one each time costs 2 µs of 12.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


@dataclass(frozen=True, slots=True)
class Fields:
    """``rows`` are the entries of a ``List`` (subscribe_msg_* events). Every error is ``EnvelopeRefused``."""

    format: Format
    scalars: Mapping[str, str]
    rows: tuple[Row, ...] = ()

    def text(self, name: str, default: str | None = None) -> str:
        value = self.scalars.get(name, default)
        if value is None:
            raise EnvelopeRefused(f"{name} is missing")
        return value

    def number(self, name: str) -> int:
        value = self.text(name).strip()
        if not _DIGITS.fullmatch(value):
            raise EnvelopeRefused(f"{name} is not a whole number")
        return int(value)

    def degrees(self, name: str, limit: float) -> float:
        """A coordinate between ``-limit`` and ``limit``."""
        value = self.decimal(name)
        if not -limit <= value <= limit:
            raise EnvelopeRefused(f"{name} is not a coordinate")
        return value

    def decimal(self, name: str, default: str | None = None) -> float:
        try:
            value = float(self.text(name, default))
        except ValueError:
            raise EnvelopeRefused(f"{name} is not a number") from None
        if not math.isfinite(value):
            raise EnvelopeRefused(f"{name} is not a number")
        return value


def read_fields(body: bytes) -> Fields:
    """By its first character XML or JSON; anything else is refused."""
    if _XML_START.match(body):
        return _read_xml(body)
    if _JSON_START.match(body):
        return _read_json(body)
    raise EnvelopeRefused("the body is empty or neither plain XML nor JSON")


def _read_xml(body: bytes) -> Fields:
    body = body.translate(None, _CONTROL_BYTES)
    if b"\xef\xbf" in body:
        body = _NONCHARACTERS.sub(b"", body)
    if (flat := _flat(body)) is not None:
        return Fields("xml", flat)
    try:
        root = etree.fromstring(body, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        raise EnvelopeRefused("the XML is malformed") from None
    scalars: dict[str, str] = {}
    rows: tuple[Row, ...] = ()
    for child in root:
        name = str(child.tag)
        if name in scalars:
            _refuse_double(name)
            continue
        if len(child):
            rows = rows or tuple({str(f.tag): f.text or "" for f in row} for row in child.iterchildren("List"))
            scalars[name] = _nested(name)
        else:
            scalars[name] = child.text or ""
    return Fields("xml", scalars, rows)


def _flat(body: bytes) -> dict[str, str] | None:
    """What the parser would read, at a quarter of its cost; ``None`` for whatever is not plainly flat."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    root = _ROOT.match(text)
    if root is None or "\r" in text:  # a parser reads every line end as a line feed
        return None
    fields: dict[str, str] = {}
    at = root.end()
    while (found := _FIELD.match(text, at)) is not None:
        at = found.end()
        name, quoted, plain = found.groups()
        if name in fields:
            _refuse_double(name)
        else:
            fields[name] = quoted or plain or ""
    return fields if _END.fullmatch(text, at) else None


def _read_json(body: bytes) -> Fields:
    try:
        raw = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise EnvelopeRefused("the JSON is malformed") from None
    scalars: dict[str, str] = {}
    rows: tuple[Row, ...] = ()
    for name, value in raw.items():
        if isinstance(value, dict | list):
            found = value if isinstance(value, list) else [value]
            rows = rows or _rows(found if name == "List" else value)
            scalars[name] = _nested(name)
        elif value is not None:
            scalars[name] = _scalar(value)
    return Fields("json", scalars, rows)


def _rows(value: Any) -> tuple[Row, ...]:
    """The entries of a ``List``, at the top or one level down; a single entry may stand without its brackets."""
    if isinstance(value, dict):
        inner = value.get("List", [])
        value = inner if isinstance(inner, list) else [inner]
    return tuple(
        {str(k): _scalar(v) for k, v in row.items() if not isinstance(v, dict | list | None)}
        for row in value
        if isinstance(row, dict)
    )


def _scalar(value: object) -> str:
    text = _CONTROL_TEXT.sub("", str(value))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise EnvelopeRefused("the JSON holds half a character") from None
    return text


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            _refuse_double(name)
        found.setdefault(name, value)
    return found


def _refuse_double(name: str) -> None:
    if name in _READ:
        raise EnvelopeRefused(f"{name} stands twice")


def _nested(name: str) -> str:
    """A group of fields is no value of its own; where a value is expected it is malformed."""
    if name in _READ:
        raise EnvelopeRefused(f"{name} is a group where one value is expected")
    return ""


def _no_constant(name: str) -> float:
    raise ValueError(name)

"""Reply → the plain body that WeChat expects, XML or JSON. What XML cannot hold is dropped, ``]]>`` is split."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import orjson

from bot.fields import Format
from bot.messages import Incoming
from bot.replies import Image, News, Reply, Silence, Text, Transfer

SUCCESS = b"success"  # received, nothing to say: stops the resends (official)
MEDIA_TYPES: dict[Format, str] = {"xml": "application/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
SUCCESS_MEDIA_TYPE = "text/plain; charset=utf-8"

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# A group of fields: a name each, with a text, a number, or a group again; a list holds equal groups.
Group = dict[str, Any]


def clean(text: str) -> str:
    """Without what XML 1.0 cannot hold; line ends as a parser would read them back."""
    kept = _ILLEGAL.sub("", text)
    return kept.replace("\r\n", "\n").replace("\r", "\n") if "\r" in kept else kept


def render(reply: Reply, *, to: Incoming, format: Format, now: datetime) -> bytes:  # noqa: A002 - the domain's word
    """The plain body; ``Silence`` is ``success`` in both formats."""
    if isinstance(reply, Silence):
        return SUCCESS
    body: Group = {"ToUserName": to.openid, "FromUserName": to.to_account, "CreateTime": int(now.timestamp())}
    body |= _fields(reply)
    if format == "json":
        return orjson.dumps(_cleaned(body))
    return f"<xml>{_xml(body)}</xml>".encode()


def cdata(text: str) -> str:
    """Cleaned first: a character that drops out may bring ``]]`` and ``>`` together."""
    return f"<![CDATA[{clean(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _fields(reply: Text | News | Image | Transfer) -> Group:
    match reply:
        case Text(content):
            return {"MsgType": "text", "Content": content}
        case Image(media_id):
            return {"MsgType": "image", "Image": {"MediaId": media_id}}
        case News(article):
            item = {
                "Title": article.title,
                "Description": article.description,
                "PicUrl": article.picture_url,
                "Url": article.url,
            }
            return {"MsgType": "news", "ArticleCount": 1, "Articles": [item]}
        case Transfer(agent):
            to_one = {"TransInfo": {"KfAccount": agent}} if agent else {}
            return {"MsgType": "transfer_customer_service"} | to_one


def _xml(group: Group) -> str:
    return "".join(f"<{name}>{_xml_value(value)}</{name}>" for name, value in group.items())


def _xml_value(value: Any) -> str:
    if isinstance(value, str):
        return cdata(value)
    if isinstance(value, dict):
        return _xml(value)
    if isinstance(value, list):
        return "".join(f"<item>{_xml(item)}</item>" for item in value)
    return str(value)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(inner) for name, inner in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value

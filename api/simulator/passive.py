"""A passive answer as the phone shows it. What WeChat refuses is ``AnswerMalformed``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from api.simulator.text_parts import text_parts
from api.simulator.wechat_side import AnswerMalformed, parsed

TEXT_DROPPED_BYTES = 2048  # above it WeChat shows nothing and says nothing (field reports)
FORWARDED_NOTICE = "已转接人工客服，请稍候"


@dataclass(frozen=True, slots=True)
class Shown:
    """``remark`` is for the panel: what WeChat did with the answer that nobody would notice."""

    kind: str
    content: dict[str, Any]
    remark: str = ""


def shown(plain: str, *, openid: str, account_id: str) -> Shown | None:
    """``None`` where WeChat shows nothing."""
    root = parsed(plain)
    if _text(root, "ToUserName") != openid or _text(root, "FromUserName") != account_id:
        raise AnswerMalformed("回复的 ToUserName 或 FromUserName 不对")
    if not _text(root, "CreateTime").isdigit():
        raise AnswerMalformed("回复没有 CreateTime")
    match _text(root, "MsgType"):
        case "text":
            return _shown_text(root)
        case "news":
            return _shown_news(root)
        case "image":
            return Shown("image", {"media": _text(root, "Image/MediaId")})
        case "transfer_customer_service":
            return Shown("notice", {"text": FORWARDED_NOTICE})
        case other:
            raise AnswerMalformed(f"微信没有“{other}”这种回复")


def _shown_text(root: etree._Element) -> Shown | None:
    content = _text(root, "Content")
    if not content:
        raise AnswerMalformed("文字回复没有内容")
    if len(content.encode()) > TEXT_DROPPED_BYTES:
        return Shown("dropped", {}, f"文字有 {len(content.encode())} 字节，超过 {TEXT_DROPPED_BYTES}，微信直接丢弃")
    return Shown("text", {"parts": text_parts(content)})


def _shown_news(root: etree._Element) -> Shown:
    items = root.findall("Articles/item")
    if not items or _text(root, "ArticleCount") != str(len(items)):
        raise AnswerMalformed("图文回复的 ArticleCount 与条数不符")
    remark = f"回复了 {len(items)} 条图文，微信只显示第一条" if len(items) > 1 else ""
    first = items[0]
    return Shown("news", article(*(_text(first, name) for name in ("Title", "Description", "Url", "PicUrl"))), remark)


def article(title: str, description: str, url: str, picture: str) -> dict[str, Any]:
    """A news card for the page."""
    return {"title": title, "description": description, "url": url, "picture": picture}


def _text(root: etree._Element, path: str) -> str:
    return root.findtext(path) or ""

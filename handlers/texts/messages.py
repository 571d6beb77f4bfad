"""Wording of what happens around a message: failures, a line too long, answers that come later."""

from __future__ import annotations

SORRY = "抱歉，系统刚才没能处理好您的消息。请稍后再发一次，或回复“人工”查看联系方式。"
CROWDED = "您的消息来得太快，这一条没有处理。请等前面的回复到齐后，再发送一次。"
REMEMBERED_FROM_BEFORE = "【上次未送达的回复】"
MAYBE_DELIVERED = "【上次的回复，可能已送达】"
NEWS = "【反馈进展】"
MAYBE_TOLD = "【反馈进展，可能已送达】"
BETWEEN_KEPT_AND_NEW = "——————"
PICTURE_NOT_DELIVERED = "上次的回复是一张图片，没能送达。请再问一次，我们重新发给您。"


def kept(text: str, *, maybe_delivered: bool) -> str:
    """One answer that waited, with a word on why it comes now."""
    return f"{MAYBE_DELIVERED if maybe_delivered else REMEMBERED_FROM_BEFORE}\n{text}"


def notice(text: str, *, maybe_delivered: bool) -> str:
    """News of a ticket that waited."""
    return f"{MAYBE_TOLD if maybe_delivered else NEWS}\n{text}"

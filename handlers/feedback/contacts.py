"""Name and phone number out of what a citizen typed at the contact step."""

from __future__ import annotations

import re
import unicodedata

_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[\s-]?)?(1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}[\s-]?\d{7,8}(?:[\s-]?转?\d{1,6})?|[2-9]\d{6,7})(?!\d)"
)
_LABELS = re.compile(
    r"我(?:的)?(?:名字|姓名)?(?:叫做?|是|姓)|姓名|名字|联系人|联系电话|联系方式|手机号码?|电话号码?|电话|手机|号码|(?:是|为)(?=\s*$)"
)
_NAME = re.compile(r"[一-鿿]{1,4}(?:·[一-鿿]{1,8})*(?:先生|女士|同志|老师)?|[A-Za-z][A-Za-z .'-]{1,29}")
_NOT_NAMES = frozenset(
    [
        "好",
        "好的",
        "可以",
        "是",
        "是的",
        "不",
        "不要",
        "没有",
        "无",
        "谢谢",
        "你好",
        "您好",
        "知道",
        "确认",
        "提交",
        "你们",
        "我",
        "打我",
        "随便",
        "有",
        "行",
        "对",
        "嗯",
    ]
)


def read_contact(text: str) -> tuple[str | None, str | None] | None:
    """Name and phone as far as given; ``None`` where the words are no contact at all."""
    words = unicodedata.normalize("NFKC", text).strip()
    found = _PHONE.search(words)
    phone = re.sub(r"[\s-]", "", found.group(1)) if found else None
    if found and found.group(1).startswith("0"):
        phone = re.sub(r"\s", "-", found.group(1))
    left = words[: found.start()] + " " + words[found.end() :] if found else words
    left = _LABELS.sub(" ", left).strip(" \t\n，,。.:；;、/|()!")
    if not left:
        return (None, phone) if phone else None
    if left in _NOT_NAMES or not _NAME.fullmatch(left):
        return None
    return left, phone

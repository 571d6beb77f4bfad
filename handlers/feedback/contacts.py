"""Name and phone number out of what a citizen typed at the contact step."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from knowledge.text.simplified import simplified

# Dropped before anything is read: identity numbers (18 signs, also in groups), cards and other long numbers.
_NUMBERS = re.compile(
    r"(?<!\d)\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx](?![\dA-Za-z])|(?<!\d)(?:\d{4}[ -]){3,4}\d{1,7}(?!\d)|\d{14,}"
)
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[\s-]?)?(1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}[\s-]?\d{7,8}(?:[\s-]?转?\d{1,6})?|[2-9]\d{6,7})(?!\d)"
)
_CHAT_ACCOUNT = re.compile(
    r"(?:微信|wechat|weixin|vx|wx|qq)(?:号码?|同号|也是|也一样)*[\s:：是为]*[A-Za-z0-9_-]*", re.IGNORECASE
)
_LABELS = re.compile(
    r"我(?:的)?(?:名字|姓名)?(?:叫做?|是|姓)|本人|姓名|名字|联系人|联系电话|联系方式|手机号码?|电话号码?|电话|手机|号码"
    r"|身份证号?码?|(?:是|为)(?=\s*$)"
)
# What surrounds a number that is given politely.
_POLITE = re.compile(
    r"麻烦|(?:请|可以|可|直接|随时)*(?:拨打|致电|打给我|打我|打|联系我|找我|联系)|请|谢谢|多谢|感谢|您|就行|就可以|即可|这个"
)
_NAME = re.compile(r"[一-鿿]{1,4}(?:·[一-鿿]{1,8})*(?:先生|女士|同志|老师)?|[A-Za-z][A-Za-z .'-]{1,29}")
# Words that no name begins with, ends with, or holds.
_NO_NAME = re.compile(
    r"(?:不|没|别|无|等|稍|打|错|这|那个|那就|您|你|我|今天|明天|他|她|它|就|还|再|先|请|让|给|对|好|行|可以|随便|谢谢|知道|确|提|什|怎|哪"
    r"|有|是|要|想|能|会|必|算|改|修|重|取|跳|返|继|匿|投诉|建议|咨询|求助|反馈|嗯|哦|啊|待会|回头|以后|暂|早上|下午|晚上|同上).*"
    r"|.*(?:吗|呢|吧|啊|了|的|呀|么)|.*(?:一下|这个|微信|联系|方便|什么|号码).*"
)
_SEPARATOR = re.compile(r"[\s,，。.:：;；、/|()!（）！]+")
BESIDE_A_NAME = 6  # characters; where more is said around it, a short word is part of a sentence
_EDGE = " \t\n，,。.:；;、/|()!"


@dataclass(frozen=True, slots=True)
class Contact:
    """``rest``: what was said besides, neither name nor number nor politeness."""

    name: str | None
    phone: str | None
    rest: str = ""


def read_contact(text: str) -> Contact | None:
    """Name and phone as far as given; ``None`` where the words are no contact at all."""
    words = _NUMBERS.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    words = _CHAT_ACCOUNT.sub(_not_the_phone, words)
    found = _PHONE.search(words)
    if found is None:
        left = _LABELS.sub(" ", words).strip(_EDGE)
        return Contact(left, None) if _is_name(left) else None
    left = _LABELS.sub(" ", f"{words[: found.start()]} {words[found.end() :]}").strip(_EDGE)
    if _is_name(left):
        return Contact(left, _written(found))
    pieces = [piece for piece in _SEPARATOR.split(_POLITE.sub(" ", left)) if piece]
    name = next((piece for piece in pieces if _is_name(piece) and not piece.isascii()), None)
    if name is not None:
        others = [piece for piece in pieces if piece != name]
        if len("".join(others)) > BESIDE_A_NAME:
            return Contact(None, _written(found), " ".join(pieces))
        pieces = others
    return Contact(name, _written(found), " ".join(pieces))


def _not_the_phone(found: re.Match[str]) -> str:
    """微信13800001111 names the number that can be called too."""
    number = _PHONE.search(found.group())
    return f" {number.group()} " if number else " "


def _is_name(words: str) -> bool:
    return _NAME.fullmatch(words) is not None and _NO_NAME.fullmatch(simplified(words)) is None


def _written(found: re.Match[str]) -> str:
    number = found.group(1)
    return re.sub(r"\s", "-", number) if number.startswith("0") else re.sub(r"[\s-]", "", number)

"""What names a person is masked before a question is kept for the curators. Over-masking is the safe side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from knowledge.text.persons import PERSON as NAME
from knowledge.text.persons import without_persons

PHONE = "〔电话〕"
IDENTITY = "〔证件号〕"
CARD = "〔卡号〕"
EMAIL = "〔邮箱〕"
ACCOUNT = "〔账号〕"

PersonalKind = Literal["email", "account", "identity", "mobile", "landline", "card", "number"]

_MASK = re.compile("|".join((PHONE, IDENTITY, CARD, EMAIL, ACCOUNT, NAME)))
_GAP = r"[\s\-—·.]?"
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}")
_IDENTITY = re.compile(rf"(?<!\d)[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXx](?![\dA-Za-z])")
_OLD_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{7}(?:0\d|1[0-2])[0-3]\d{4}(?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)[(（]?0\d{2,3}[)）]?[\s\-—]?\d{7,8}(?!\d)")
# Bank cards begin with 2 to 9; a unified credit code of an institution begins with 1, then 1, 2, 3 or 9.
_CARD = re.compile(rf"(?<![0-9A-Za-z])[2-9]\d{{3}}{_GAP}(?:\d{{4}}{_GAP}){{2,3}}\d{{0,7}}(?![0-9A-Za-z])")
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?!1[1239]\d{16}(?![0-9A-Za-z]))\d{7,}(?![0-9A-Za-z])")
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])[EGDSPHeg][A-Za-z]?\d{7,8}(?![0-9A-Za-z])")
_CHAT_ACCOUNT = re.compile(r"((?:微信|wechat|vx|qq|QQ)号?\s*[:：是为]?\s*)[A-Za-z0-9_\-]{5,20}", re.IGNORECASE)
_OWN_NAME = re.compile(
    r"((?:我叫|我是叫|本人叫|姓名(?:是|为|[:：])|名字(?:是|叫))\s*)[一-鿿·]{2,4}(?=$|[\s,，。.、;；!！的住在电手身])"
)


# Who introduces himself before he asks: his name is no matter of the question, and must not be mended into one.
_INTRODUCTION = re.compile(rf"(?:我叫|我是叫|我是|本人叫|本人是|本人)\s*{NAME}[\s,，。.、;；!！]*")

# Each pattern above needs one of these; nearly every question has none, and is then not searched eleven times.
_MAY_NAME = re.compile(r"\d{3}|@|微信|wechat|vx|qq|我叫|我是叫|本人叫|姓名|名字", re.IGNORECASE)

# As ``deidentify`` goes through them: what one has taken is no other's.
_KINDS: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    ("email", _EMAIL),
    ("account", _CHAT_ACCOUNT),
    ("identity", _IDENTITY),
    ("identity", _OLD_IDENTITY),
    ("identity", _PASSPORT),
    ("mobile", _MOBILE),
    ("landline", _LANDLINE),
    ("card", _CARD),
    ("number", _LONG_NUMBER),
)

# Digits, letters and the signs inside numbers and addresses, one for one; a citizen's own punctuation stays.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_WIDE |= {ord(wide): ord(narrow) for wide, narrow in zip("＠．－＿＋％", "@.-_+%", strict=True)}
_ANY_WIDE = re.compile(f"[{''.join(map(chr, _WIDE))}]")


@dataclass(frozen=True, slots=True, order=True)
class PersonalNumber:
    """Where a number that may be a person's stands in a text: ``text[start:end]``."""

    start: int
    end: int
    kind: PersonalKind


def deidentify(text: str) -> str:
    """Masks phones, identity and card numbers, e-mails, chat accounts, and the names of persons where they are told.

    Unified credit codes of institutions (18 signs that begin with 1, no date inside) are public and stay.
    """
    return without_persons(_without_data(text))


def names_somebody(text: str) -> bool:
    """Whether it holds what a citizen should not send here: a number of a person, or his own name.

    Who asks for 王科长 names a person as well, which is masked on file and no reason for a warning.
    """
    return _without_data(text) != _narrowed(text)


def personal_numbers(text: str) -> list[PersonalNumber]:
    """What ``deidentify`` would mask but for names, in order, none inside another; unmasked nowhere."""
    narrow = _narrowed(text)  # sign for sign, so that places stay
    found: list[PersonalNumber] = []
    for kind, pattern in _KINDS if _MAY_NAME.search(narrow) else ():
        for match in pattern.finditer(narrow):
            start = match.end(1) if pattern is _CHAT_ACCOUNT else match.start()
            if all(match.end() <= other.start or start >= other.end for other in found):
                found.append(PersonalNumber(start, match.end(), kind))
    return sorted(found)


def without_names(text: str) -> str:
    """The text with what ``deidentify`` masks taken out: a phone number and an introduction ask nothing."""
    masked = deidentify(text)
    return _MASK.sub(" ", _INTRODUCTION.sub(" ", masked)) if "〔" in masked else text


def _without_data(text: str) -> str:
    masked = _narrowed(text)
    if not _MAY_NAME.search(masked):
        return masked
    masked = _EMAIL.sub(EMAIL, masked)
    masked = _CHAT_ACCOUNT.sub(lambda found: found.group(1) + ACCOUNT, masked)
    masked = _IDENTITY.sub(IDENTITY, masked)
    masked = _OLD_IDENTITY.sub(IDENTITY, masked)
    masked = _PASSPORT.sub(IDENTITY, masked)
    masked = _MOBILE.sub(PHONE, masked)
    masked = _LANDLINE.sub(PHONE, masked)
    masked = _CARD.sub(CARD, masked)
    masked = _LONG_NUMBER.sub(ACCOUNT, masked)
    return _OWN_NAME.sub(lambda found: found.group(1) + NAME, masked)


def _narrowed(text: str) -> str:
    return text.translate(_WIDE) if _ANY_WIDE.search(text) else text

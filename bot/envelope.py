"""One account's envelope: what WeChat posts is opened, what we answer is sealed the same way.

The mode comes from the account and never from the request. In safe and compatible mode only the encrypted part
counts, signed by ``msg_signature``; in plain mode the plain ``signature`` is asked for. Of a body whose signature is
not known to be right only the signed field is taken out, by a pattern: no stranger reaches the XML parser.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from bot.account import Account, Mode
from bot.crypto import Cipher, signature, signed
from bot.errors import BadKey, BodyTooLarge, EnvelopeRefused
from bot.fields import Fields, Format, read_fields
from bot.messages import Incoming
from bot.parsing import to_message
from bot.rendering import MEDIA_TYPES, SUCCESS, SUCCESS_MEDIA_TYPE, render
from bot.replies import Reply, Silence

BODY_LIMIT_BYTES = 1_000_000  # a message is 2 kB, its longest text 60 kB; ours, to bound the work
MAX_AGE = timedelta(minutes=10)  # ours: long enough for a clock that drifts, short enough for a replay
_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_ENCRYPT = re.compile(rb"<Encrypt>(?:<!\[CDATA\[([^\]<]*)\]\]>|([^<&]*))</Encrypt>")  # each sign is looked at once
_ECHO = re.compile(r"[A-Za-z0-9_=+/-]{1,256}")  # "a random string"; sent back, so nothing that a browser could read


@dataclass(frozen=True, slots=True)
class Opened:
    """``key_index``: 0 the current key, 1 the previous one. ``skew``: our clock minus the request's timestamp."""

    message: Incoming
    format: Format
    key_index: int
    skew: timedelta


@dataclass(frozen=True, slots=True)
class SealedReply:
    body: bytes
    media_type: str


class Envelope:
    """Errors on construction: ``BadKey``, a sentence for who configures."""

    def __init__(self, account: Account, *, max_age: timedelta = MAX_AGE) -> None:
        secrets = account.credentials
        if not secrets.token:
            raise BadKey(f"公众号 {account.name} 没有设置 Token；请填写与公众平台“基本配置”里相同的令牌")
        if account.mode is not Mode.PLAIN and not secrets.aes_key:
            raise BadKey(f"公众号 {account.name} 不是明文模式，需要 EncodingAESKey；请到公众平台“基本配置”复制")
        self._token = secrets.token
        self._mode = account.mode
        self._max_age = max_age
        keys = () if account.mode is Mode.PLAIN else (secrets.aes_key, secrets.previous_aes_key)
        self._ciphers = tuple(Cipher(key, account.app_id) for key in keys if key)

    def verify_url(self, query: Mapping[str, str], *, now: datetime) -> str:
        """The ``echostr`` to send back; signed plainly in every mode. Errors: ``EnvelopeRefused``."""
        self._check_signature(query, "signature")
        self._check_age(query, now)
        echo = _given(query, "echostr")
        if not _ECHO.fullmatch(echo):
            raise EnvelopeRefused("echostr is not a random string")
        return echo

    def open(self, query: Mapping[str, str], body: bytes, *, now: datetime) -> Opened:
        """Errors: ``BodyTooLarge``, ``EnvelopeRefused`` (with ``skew`` where the age was wrong)."""
        if len(body) > BODY_LIMIT_BYTES:
            raise BodyTooLarge(f"the body is over {BODY_LIMIT_BYTES} bytes")
        if self._mode is Mode.PLAIN:
            return self._open_plain(query, body, now)
        outer, encrypted = _encrypted(body)
        if not encrypted:
            raise EnvelopeRefused(f"a plain body in {self._mode} mode")
        self._check_signature(query, "msg_signature", encrypted)
        skew = self._check_age(query, now)
        key_index, plain = self._decrypt(encrypted)
        inner = read_fields(plain)
        if inner.format != outer:
            raise EnvelopeRefused(f"{inner.format} inside an envelope of {outer}")
        return Opened(to_message(inner), outer, key_index, skew)

    def seal(self, reply: Reply, opened: Opened, *, now: datetime) -> SealedReply:
        """In the request's format, under the key that opened it. ``success`` is never encrypted."""
        if isinstance(reply, Silence):
            return SealedReply(SUCCESS, SUCCESS_MEDIA_TYPE)
        plain = render(reply, to=opened.message, format=opened.format, now=now)
        if self._mode is Mode.PLAIN:
            return SealedReply(plain, MEDIA_TYPES[opened.format])
        encrypted = self._ciphers[opened.key_index].encrypt(plain)
        timestamp, nonce = str(int(now.timestamp())), os.urandom(8).hex()
        signed_by = signature(self._token, timestamp, nonce, encrypted)
        wrapped = _wrap(opened.format, encrypted, signed_by, timestamp, nonce)
        return SealedReply(wrapped, MEDIA_TYPES[opened.format])

    def _open_plain(self, query: Mapping[str, str], body: bytes, now: datetime) -> Opened:
        self._check_signature(query, "signature")
        skew = self._check_age(query, now)
        fields: Fields = read_fields(body)
        if "Encrypt" in fields.scalars:
            raise EnvelopeRefused("an encrypted body in plain mode")
        return Opened(to_message(fields), fields.format, 0, skew)

    def _check_signature(self, query: Mapping[str, str], name: str, *more: str) -> None:
        given, timestamp, nonce = (_given(query, part) for part in (name, "timestamp", "nonce"))
        if not signed(given, self._token, timestamp, nonce, *more):
            raise EnvelopeRefused(f"{name} is wrong")

    def _check_age(self, query: Mapping[str, str], now: datetime) -> timedelta:
        """Asked after the signature, so that only WeChat itself can make a skew be reported."""
        given = _given(query, "timestamp")
        if not _TIMESTAMP.fullmatch(given):
            raise EnvelopeRefused("timestamp is no time")
        skew = now - datetime.fromtimestamp(int(given), UTC)
        if abs(skew) > self._max_age:
            raise EnvelopeRefused("the request is too old or too new", skew=skew)
        return skew

    def _decrypt(self, encrypted: str) -> tuple[int, bytes]:
        """Current key, then previous; the refusal is the current key's."""
        refusal = EnvelopeRefused("no key")
        for index, cipher in enumerate(self._ciphers):
            try:
                return index, cipher.decrypt(encrypted)
            except EnvelopeRefused as error:
                refusal = error if index == 0 else refusal
        raise refusal


def _encrypted(body: bytes) -> tuple[Format, str]:
    """The envelope's format and its ``Encrypt``, which may be missing. Errors: ``EnvelopeRefused``."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        fields = read_fields(body)
        return fields.format, fields.scalars.get("Encrypt", "")
    found = _ENCRYPT.findall(body)
    if len(found) > 1:
        raise EnvelopeRefused("Encrypt stands twice")
    return "xml", (found[0][0] or found[0][1]).decode(errors="replace") if found else ""


def _given(query: Mapping[str, str], name: str) -> str:
    value = query.get(name)
    if not value:
        raise EnvelopeRefused(f"{name} is missing from the query")
    return value


def _wrap(format: Format, encrypted: str, signed_by: str, timestamp: str, nonce: str) -> bytes:  # noqa: A002
    if format == "json":
        fields = {"Encrypt": encrypted, "MsgSignature": signed_by, "TimeStamp": int(timestamp), "Nonce": nonce}
        return orjson.dumps(fields)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signed_by}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    ).encode()

"""WeChat's end of the wire: encrypts, signs and reads for one account, and for no other.

Written from the protocol alone and apart from ``bot.crypto``, so that each checks the other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from lxml import etree

from bot.account import Account, Mode
from bot.errors import BotError

RANDOM_BYTES = 16  # in front of every plaintext
LENGTH_BYTES = 4  # big-endian, of the message alone
CIPHER_BLOCK = 16  # AES
PADDING_BLOCK = 32  # WeChat pads PKCS#7 to 32, not to AES's own 16
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
NOTHING_SAID = frozenset({b"", b"success"})


class AnswerMalformed(BotError):
    """An answer that WeChat cannot use; the citizen sees that the account's service is out of order."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What goes over the wire for one delivery."""

    query: dict[str, str]
    body: bytes
    media_type: str = "text/xml"


class WeChatSide:
    """``account`` must have a token and, unless its mode is plain, an AES key; ``ValueError`` otherwise."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._token = account.credentials.token
        if not self._token:
            raise ValueError("模拟器的公众号没有 Token；请先在账号设置中填写")
        self._key = b"" if account.mode is Mode.PLAIN else _decoded_key(account.credentials.aes_key)

    def verification(self, echo: str, *, now: datetime) -> dict[str, str]:
        """The query of the GET that checks an address; signed plainly whatever the mode."""
        return {**self._plain_signature(now), "echostr": echo}

    def request(self, plain: str, *, openid: str, to_account: str, now: datetime) -> SignedRequest:
        """Wrap one message as the account's mode asks. A resend is wrapped anew: other random bytes, another nonce."""
        query = {**self._plain_signature(now), "openid": openid}
        if self._account.mode is Mode.PLAIN:
            return SignedRequest(query, plain.encode())
        cipher_text = self.encrypt(plain.encode())
        query["encrypt_type"] = "aes"
        query["msg_signature"] = self._signature(query["timestamp"], query["nonce"], cipher_text)
        encrypted = f"<Encrypt><![CDATA[{cipher_text}]]></Encrypt>"
        if self._account.mode is Mode.COMPATIBLE:
            return SignedRequest(query, f"{plain.removesuffix('</xml>')}{encrypted}</xml>".encode())
        body = f"<xml><ToUserName><![CDATA[{to_account}]]></ToUserName>{encrypted}</xml>"
        return SignedRequest(query, body.encode())

    def read_answer(self, body: bytes) -> str | None:
        """The answer as plain XML; ``None`` where the account has nothing to say. Raises ``AnswerMalformed``."""
        if body.strip() in NOTHING_SAID:
            return None
        fields = flat_fields(body)
        if "Encrypt" not in fields:
            if self._account.mode is Mode.SAFE:
                raise AnswerMalformed("安全模式下回复没有加密")
            return _utf8(body)
        if self._account.mode is Mode.PLAIN:
            raise AnswerMalformed("明文模式下回复却是密文")
        expected = self._signature(fields.get("TimeStamp", ""), fields.get("Nonce", ""), fields["Encrypt"])
        if not hmac.compare_digest(expected.encode(), fields.get("MsgSignature", "").encode()):
            raise AnswerMalformed("回复的 MsgSignature 不对")
        return self.decrypt(fields["Encrypt"])

    def encrypt(self, message: bytes) -> str:
        framed = os.urandom(RANDOM_BYTES) + len(message).to_bytes(LENGTH_BYTES, "big") + message
        framed += self._account.app_id.encode()
        missing = PADDING_BLOCK - len(framed) % PADDING_BLOCK
        encryptor = Cipher(AES(self._key), CBC(self._key[:CIPHER_BLOCK])).encryptor()
        return base64.b64encode(encryptor.update(framed + bytes([missing]) * missing) + encryptor.finalize()).decode()

    def decrypt(self, cipher_text: str) -> str:
        """Raises ``AnswerMalformed`` on anything but what ``encrypt`` of the same account makes."""
        try:
            raw = base64.b64decode(cipher_text, validate=True)
        except (binascii.Error, ValueError):
            raise AnswerMalformed("回复的密文不是 Base64") from None
        if not raw or len(raw) % CIPHER_BLOCK:
            raise AnswerMalformed("回复的密文长度不对")
        decryptor = Cipher(AES(self._key), CBC(self._key[:CIPHER_BLOCK])).decryptor()
        return self._unframed(decryptor.update(raw) + decryptor.finalize())

    def _unframed(self, padded: bytes) -> str:
        missing = padded[-1]
        if not 1 <= missing <= PADDING_BLOCK or padded[-missing:] != bytes([missing]) * missing:
            raise AnswerMalformed("回复的填充不对")
        framed = padded[RANDOM_BYTES:-missing]
        length = int.from_bytes(framed[:LENGTH_BYTES], "big")
        message, app_id = framed[LENGTH_BYTES : LENGTH_BYTES + length], framed[LENGTH_BYTES + length :]
        if len(message) != length or app_id != self._account.app_id.encode():
            raise AnswerMalformed("回复的长度或 AppID 不对")
        return _utf8(message)

    def _plain_signature(self, now: datetime) -> dict[str, str]:
        timestamp, nonce = str(int(now.timestamp())), str(secrets.randbelow(10**10))
        return {"signature": self._signature(timestamp, nonce), "timestamp": timestamp, "nonce": nonce}

    def _signature(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted([self._token, *parts])).encode(), usedforsecurity=False).hexdigest()


def flat_fields(body: bytes | str) -> dict[str, str]:
    """The children of ``<xml>`` by name, text only. Raises ``AnswerMalformed`` where it is no such document."""
    root = parsed(body)
    return {str(child.tag): child.text or "" for child in root if isinstance(child.tag, str)}


def parsed(body: bytes | str) -> etree._Element:
    """Without entities, network or document type: WeChat knows none of them."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body if isinstance(body, bytes) else body.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise AnswerMalformed("回复不是 XML") from None
    if root.tag != "xml" or root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise AnswerMalformed("回复不是微信的 XML")
    return root


def xml_text(text: str) -> str:
    """``text`` as character data that survives ``]]>`` and what XML forbids."""
    legal = _ILLEGAL.sub("", text)
    return f"<![CDATA[{legal.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise AnswerMalformed("回复不是 UTF-8") from None


def _decoded_key(aes_key: str | None) -> bytes:
    try:
        key = base64.b64decode((aes_key or "") + "=", validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("模拟器的 EncodingAESKey 应为 43 个字符；请重新生成")
    return key

"""WeChat's side of the wire, for tests: signs and encrypts what it posts, opens what we answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from bot.account import Account, Credentials, Mode
from bot.crypto import Cipher, signature

TOKEN = "token-of-tests"
APP_ID = "wx0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PREVIOUS_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
OTHER_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


def account(mode: Mode = Mode.SAFE, **credentials: str | None) -> Account:
    given: dict[str, Any] = {"token": TOKEN, "aes_key": AES_KEY, "previous_aes_key": PREVIOUS_KEY} | credentials
    return Account(name="default", app_id=APP_ID, mode=mode, credentials=Credentials(**given))


def xml(**fields: object) -> bytes:
    return ("<xml>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items()) + "</xml>").encode()


def text_xml(content: str, now: datetime, **more: object) -> bytes:
    return xml(**(text_fields(content, now) | more))


def text_fields(content: str, now: datetime) -> dict[str, object]:
    return {
        "ToUserName": "gh_account",
        "FromUserName": "o-citizen",
        "CreateTime": int(now.timestamp()),
        "MsgType": "text",
        "Content": content,
        "MsgId": 6054768590064713728,
    }


@dataclass(frozen=True)
class Posted:
    query: Mapping[str, str]
    body: bytes


def plain_query(now: datetime, token: str = TOKEN) -> dict[str, str]:
    timestamp, nonce = str(int(now.timestamp())), "nonce"
    return {"timestamp": timestamp, "nonce": nonce, "signature": signature(token, timestamp, nonce)}


def post_plain(body: bytes, now: datetime, token: str = TOKEN) -> Posted:
    return Posted(plain_query(now, token), body)


def post_sealed(body: bytes, now: datetime, *, key: str = AES_KEY, app_id: str = APP_ID) -> Posted:
    """As in safe mode; JSON where the body is."""
    return post_encrypted(Cipher(key, app_id).encrypt(body), now, as_json=body.startswith(b"{"))


def post_encrypted(encrypted: str, now: datetime, *, as_json: bool = False) -> Posted:
    """Signed rightly around whatever stands for the ciphertext."""
    query = plain_query(now)
    more = {
        "encrypt_type": "aes",
        "msg_signature": signature(TOKEN, query["timestamp"], query["nonce"], encrypted),
    }
    fields = {"ToUserName": "gh_account", "Encrypt": encrypted}
    return Posted(query | more, json.dumps(fields).encode() if as_json else xml(**fields))


def read_sealed(body: bytes, *, key: str = AES_KEY) -> bytes:
    """What WeChat does with our answer: check the signature, open it."""
    outer = json.loads(body) if body.startswith(b"{") else read_xml(body)
    encrypted = outer["Encrypt"]
    assert outer["MsgSignature"] == signature(TOKEN, str(outer["TimeStamp"]), outer["Nonce"], encrypted)
    return Cipher(key, APP_ID).decrypt(encrypted)


def read_xml(body: bytes) -> dict[str, Any]:
    def read(element: Any) -> Any:
        return {child.tag: read(child) for child in element} if len(element) else element.text or ""

    found: dict[str, Any] = read(etree.fromstring(body))
    return found

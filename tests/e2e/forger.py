"""Envelopes that WeChat would never send: signed rightly or not, around whatever one likes."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.account import Account
from bot.crypto import signature
from tests.e2e.citizen import ACCOUNT_ID

BLOCK = 32


@dataclass(frozen=True)
class Forged:
    query: dict[str, str]
    body: bytes
    media_type: str = "text/xml"


@dataclass(frozen=True)
class Forger:
    """Knows the account's token and key, as only WeChat and the account do."""

    account: Account

    def around(
        self, encrypted: str, *, token: str | None = None, now: datetime | None = None, as_json: bool = False
    ) -> Forged:
        """Signed, whatever ``encrypted`` is."""
        timestamp, nonce = str(int((now or datetime.now(UTC)).timestamp())), os.urandom(6).hex()
        token = token or self.account.credentials.token
        query = {
            "timestamp": timestamp,
            "nonce": nonce,
            "signature": signature(token, timestamp, nonce),
            "encrypt_type": "aes",
            "msg_signature": signature(token, timestamp, nonce, encrypted),
        }
        if as_json:
            body = json.dumps({"ToUserName": ACCOUNT_ID, "Encrypt": encrypted})
            return Forged(query, body.encode(), "application/json")
        body = f"<xml><ToUserName><![CDATA[{ACCOUNT_ID}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return Forged(query, body.encode())

    def encrypted(
        self, message: bytes, *, app_id: str | None = None, padding: bytes | None = None, length: int | None = None
    ) -> str:
        """As WeChat encrypts, but for what is given here."""
        framed = os.urandom(16) + (len(message) if length is None else length).to_bytes(4, "big") + message
        framed += (app_id or self.account.app_id).encode()
        missing = BLOCK - len(framed) % BLOCK
        framed += bytes([missing]) * missing if padding is None else padding[:1] * missing
        key = base64.b64decode((self.account.credentials.aes_key or "") + "=")
        encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
        return base64.b64encode(encryptor.update(framed) + encryptor.finalize()).decode()

"""Encryption at rest and pseudonyms, all from one secret. AES-256-GCM, keys by HKDF-SHA256, one per purpose.

What names a person is sealed before it reaches a row, and bound to the place it belongs to, so that a
ciphertext moved to another row or column does not open.
"""

from __future__ import annotations

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from knowledge.errors import KnowledgeError

NONCE_BYTES = 12  # NIST SP 800-38D
FORMAT = b"\x01"  # the first byte of every sealed value, so that a later cipher can live beside this one


class Unreadable(KnowledgeError):
    """A sealed value that this key does not open: another key, another place, or damage."""


class Vault:
    """Seals and opens values; stateless but for its keys."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._cipher = AESGCM(self.key("field-encryption"))
        self._pseudonym_key = self.key("pseudonym")

    def key(self, purpose: str, length: int = 32) -> bytes:
        """A key of ``length`` bytes for one purpose and no other."""
        return HKDF(SHA256(), length, salt=b"bianshitong", info=purpose.encode()).derive(self._secret)

    def seal(self, plain: str | bytes, *, place: str) -> bytes:
        """``place`` is where the value will live, such as ``ticket.text:F20260101-001``."""
        nonce = os.urandom(NONCE_BYTES)
        raw = plain.encode() if isinstance(plain, str) else plain
        return FORMAT + nonce + self._cipher.encrypt(nonce, raw, place.encode())

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        """Raises ``Unreadable`` rather than ever returning garbage."""
        if sealed[:1] != FORMAT:
            raise Unreadable("数据的加密格式无法识别；请检查数据库是否完整")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place.encode())
        except InvalidTag:
            raise Unreadable("无法解密；请检查 BST_SECRET_KEY 是否与写入时相同") from None

    def open(self, sealed: bytes, *, place: str) -> str:
        return self.open_bytes(sealed, place=place).decode()

    def pseudonym(self, account: str, openid: str) -> str:
        """The name a citizen has in tables, locks and logs: 32 hex digits, the same each time, not reversible."""
        return hmac.digest(self._pseudonym_key, f"{account}\0{openid}".encode(), "sha256").hex()[:32]

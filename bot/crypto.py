"""WeChat's cipher and signatures. Source: the official page on message encryption; vectors in tests/bot.

Plaintext = 16 random bytes + length (4 bytes, big-endian) + message + app id, padded by PKCS#7 to 32 bytes,
AES-256-CBC under the key with its own first 16 bytes as IV. The cipher alone does not authenticate: bytes can be
flipped in it unseen, so ``signed`` is always asked before ``Cipher.decrypt``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher as RawCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.errors import BadKey, EnvelopeRefused

KEY_CHARACTERS = 43  # EncodingAESKey: 32 bytes in base64 without the closing "=" (official)
PADDING_BLOCK = 32  # not AES's 16 (official)
RANDOM_BYTES = 16
HEAD_BYTES = RANDOM_BYTES + 4
_PADDINGS = tuple(bytes([n]) * n for n in range(PADDING_BLOCK + 1))


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, in hex: token, timestamp, nonce and, for ``msg_signature``, the ciphertext."""
    return hashlib.sha1("".join(sorted(parts)).encode(errors="replace"), usedforsecurity=False).hexdigest()


def signed(given: str, *parts: str) -> bool:
    """Whether ``given`` is the signature of ``parts``; takes the same time wherever they differ."""
    return hmac.compare_digest(signature(*parts).encode(), given.encode(errors="replace"))


def decode_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey. Errors: ``BadKey`` with a sentence for who configures, without the key."""
    if len(encoding_aes_key) != KEY_CHARACTERS:
        raise BadKey(
            f"EncodingAESKey 应为 {KEY_CHARACTERS} 个字符，现为 {len(encoding_aes_key)} 个；"
            "请到公众平台“基本配置”重新复制完整的消息加解密密钥"
        )
    if not (encoding_aes_key.isascii() and encoding_aes_key.isalnum()):
        raise BadKey("EncodingAESKey 只能由字母和数字组成；请到公众平台“基本配置”重新复制消息加解密密钥")
    return base64.b64decode(encoding_aes_key + "=")


class Cipher:
    """Opens and closes messages under one key for one app id."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        key = decode_key(encoding_aes_key)
        self._cipher = RawCipher(AES(key), CBC(key[:16]))
        self._app_id = app_id.encode()

    def encrypt(self, message: bytes, *, random: bytes | None = None) -> str:
        """Base64. ``random`` is for test vectors; 16 fresh bytes otherwise."""
        head = os.urandom(RANDOM_BYTES) if random is None else random
        plain = head + len(message).to_bytes(4, "big") + message + self._app_id
        plain += _PADDINGS[PADDING_BLOCK - len(plain) % PADDING_BLOCK]
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The message. Errors: ``EnvelopeRefused`` for base64, padding, length or app id."""
        plain = self._decrypt(encrypted)
        padding = plain[-1]
        if not 1 <= padding <= PADDING_BLOCK or not plain.endswith(_PADDINGS[padding]):
            raise EnvelopeRefused("the padding is broken or the key is another")
        end = HEAD_BYTES + int.from_bytes(plain[RANDOM_BYTES:HEAD_BYTES], "big")
        if end > len(plain) - padding:
            raise EnvelopeRefused("the length inside the ciphertext does not fit it")
        if not hmac.compare_digest(plain[end : len(plain) - padding], self._app_id):
            raise EnvelopeRefused("the ciphertext is for another app id")
        return plain[HEAD_BYTES:end]

    def _decrypt(self, encrypted: str) -> bytes:
        try:
            raw = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):
            raise EnvelopeRefused("the ciphertext is not base64") from None
        if not raw or len(raw) % PADDING_BLOCK:
            raise EnvelopeRefused("the ciphertext is empty or cut short")
        decryptor = self._cipher.decryptor()
        return decryptor.update(raw) + decryptor.finalize()

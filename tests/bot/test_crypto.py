"""The cipher and the signatures against the official vectors, and against everything that is nearly right."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as RawCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from bot.crypto import Cipher, decode_key, signature, signed
from bot.errors import BadKey, EnvelopeRefused
from tests.bot.wechat import AES_KEY, APP_ID, OTHER_KEY

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("crypto_vectors.json").read_bytes())


def having(*fields: str) -> list[Any]:
    return [pytest.param(v, id=v["name"]) for v in VECTORS if all(field in v for field in fields)]


@pytest.mark.parametrize("vector", having("encrypt", "plaintext"))
def test_every_vector_opens(vector: dict[str, Any]) -> None:
    opened = Cipher(vector["encoding_aes_key"], vector["appid"]).decrypt(vector["encrypt"])

    assert opened.decode() == vector["plaintext"]


@pytest.mark.parametrize("vector", having("encrypt", "random16"))
def test_every_vector_is_sealed_to_the_same_bytes(vector: dict[str, Any]) -> None:
    cipher = Cipher(vector["encoding_aes_key"], vector["appid"])

    assert cipher.encrypt(vector["plaintext"].encode(), random=vector["random16"].encode()) == vector["encrypt"]


@pytest.mark.parametrize("vector", having("msg_signature", "encrypt"))
def test_every_message_signature_is_confirmed(vector: dict[str, Any]) -> None:
    parts = (vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])

    assert signed(vector["msg_signature"], *parts)
    assert not signed(vector["msg_signature"], *parts[:-1])


@pytest.mark.parametrize("vector", having("signature", "token"))
def test_every_plain_signature_is_confirmed(vector: dict[str, Any]) -> None:
    assert signed(vector["signature"], vector["token"], vector["timestamp"], vector["nonce"])


def test_no_vector_is_left_out() -> None:
    used = {v["name"] for v in VECTORS if "plaintext" in v or ("signature" in v and "token" in v)}

    assert [v["name"] for v in VECTORS if v["name"] not in used] == ["official_jssdk_signature"]


def test_page_signature_of_the_js_sdk_is_plain_sha1_over_named_fields() -> None:
    vector = VECTORS[-1]
    names = ("jsapi_ticket", "noncestr", "timestamp", "url")
    joined = "&".join(f"{name}={vector[name]}" for name in names)

    assert hashlib.sha1(joined.encode()).hexdigest() == vector["signature"]


@given(message=st.binary(max_size=4000), app_id=st.text("wx0123456789abcdef", min_size=1, max_size=18))
def test_what_was_sealed_opens_again(message: bytes, app_id: str) -> None:
    cipher = Cipher(AES_KEY, app_id)

    assert cipher.decrypt(cipher.encrypt(message)) == message


def test_two_seals_of_one_message_differ() -> None:
    cipher = Cipher(AES_KEY, APP_ID)

    assert cipher.encrypt(b"same") != cipher.encrypt(b"same")


def test_text_for_another_app_is_refused() -> None:
    with pytest.raises(EnvelopeRefused, match="another app id"):
        Cipher(AES_KEY, APP_ID).decrypt(Cipher(AES_KEY, "wx-another").encrypt(b"<xml/>"))


def test_another_key_is_refused() -> None:
    with pytest.raises(EnvelopeRefused):
        Cipher(AES_KEY, APP_ID).decrypt(Cipher(OTHER_KEY, APP_ID).encrypt(b"<xml/>"))


def encrypt_raw(plain: bytes) -> str:
    """Without any rule of ours: for plaintext that nobody should send."""
    key = decode_key(AES_KEY)
    encryptor = RawCipher(AES(key), CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize("last", [b"\x00", b"\x21", b"\xff", b"\x05"])
def test_broken_padding_is_refused(last: bytes) -> None:
    with pytest.raises(EnvelopeRefused, match="padding"):
        Cipher(AES_KEY, APP_ID).decrypt(encrypt_raw(b"x" * 63 + last))


@pytest.mark.parametrize("length", [2**32 - 1, 1000, 45])
def test_a_length_beyond_the_text_is_refused(length: int) -> None:
    plain = b"r" * 16 + length.to_bytes(4, "big") + b"m" * 26 + APP_ID.encode()

    with pytest.raises(EnvelopeRefused, match="length"):
        Cipher(AES_KEY, APP_ID).decrypt(encrypt_raw(plain + b"\x20" * 32 if len(plain) == 64 else plain + b"\x02" * 2))


@pytest.mark.parametrize("text", ["", "!", "abc", "abcd", "AAAA" * 5, "=" * 44, "中文", "A" * 43, "AAAA\n" * 11])
def test_what_is_not_whole_blocks_of_base64_is_refused(text: str) -> None:
    with pytest.raises(EnvelopeRefused):
        Cipher(AES_KEY, APP_ID).decrypt(text)


@given(cut=st.integers(1, 171))
def test_truncated_base64_is_refused(cut: int) -> None:
    cipher = Cipher(AES_KEY, APP_ID)

    with pytest.raises(EnvelopeRefused):
        cipher.decrypt(cipher.encrypt(b"m" * 80)[:-cut])


@given(junk=st.binary(min_size=32, max_size=320).map(lambda b: b[: len(b) // 32 * 32]))
def test_random_bytes_never_open(junk: bytes) -> None:
    with pytest.raises(EnvelopeRefused):
        Cipher(AES_KEY, APP_ID).decrypt(base64.b64encode(junk).decode())


@pytest.mark.parametrize(
    ("key", "said"), [("k" * 42, "现为 42 个"), ("k" * 44, "现为 44 个"), ("密" * 43, "字母和数字")]
)
def test_a_key_that_cannot_be_one_is_refused_with_what_to_do(key: str, said: str) -> None:
    with pytest.raises(BadKey, match=said) as refusal:
        Cipher(key, APP_ID)

    assert "重新复制" in str(refusal.value)
    assert key not in str(refusal.value)


@pytest.mark.parametrize("given", ["", "é" * 40, "\ud800", "0" * 40])
def test_a_signature_of_any_text_is_only_wrong(given: str) -> None:
    assert not signed(given, "token", "1", "nonce")


def test_the_order_of_the_parts_does_not_matter() -> None:
    assert signature("a", "b", "c") == signature("c", "a", "b")
